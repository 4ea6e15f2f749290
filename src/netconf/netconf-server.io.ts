import { setTimeout as delay } from 'node:timers/promises';
import type { ConfigService, SessionMonitor, UserDirectory } from '../config/config-service.js';
import { DEFAULT_XML_LIMITS } from '../lib/xml/xml-limits.js';
import { serverCapabilities } from './capabilities/server-capabilities.js';
import type { EventStreamInfo, NotificationSource } from '../config/notification-source.js';
import { DEFAULT_LIMITS, type NetconfLimits } from './limits.js';
import type { Log } from '../lib/log.js';
import { YANG } from './namespaces.js';
import { EventStream } from './notify/event-stream.js';
import type { NotificationLog } from './notify/notification-log.js';
import { systemClock } from './notify/system-clock.io.js';
import { operationNamespaces } from './rpc/operations.js';
import { IdleSessions } from './session/idle-sessions.js';
import { NetconfSession } from './session/netconf-session.js';
import { SessionRegistry } from './session/session-registry.js';
import type { ListenAddress } from './ssh/listen.io.js';
import { SshServer } from './ssh/ssh-server.io.js';

export type { NetconfLimits } from './limits.js';
export { ListenError, type ListenAddress } from './ssh/listen.io.js';

/** What the NETCONF server works with. */
export interface NetconfServerOptions {
  readonly listen: readonly ListenAddress[];
  /** The private host keys that new connections are shown, as the content of their files. */
  readonly hostKeys: () => readonly string[];
  readonly users: UserDirectory;
  readonly config: ConfigService;
  /** What there is to be notified of, and where it is kept for replay. */
  readonly notifications: NotificationSource;
  readonly notificationLog: NotificationLog;
  readonly log: Log;
  /** The content-id of the YANG library, when it is served. */
  readonly yangLibraryContentId?: string;
  /** Asked whenever a limit matters, so that another answer is in force at once. */
  readonly limits?: () => Partial<NetconfLimits>;
}

/** A NETCONF server that is running. */
export interface NetconfServer {
  /** Where it listens. */
  readonly addresses: readonly ListenAddress[];
  readonly monitor: SessionMonitor;
  /** The event streams that can be subscribed to, as they are now. */
  readonly streams: () => readonly EventStreamInfo[];
  /** Lets every session finish the request it is working on, ends all of them and stops listening. */
  close(): Promise<void>;
}

/** How long `close` waits for requests that are being worked on. */
const CLOSE_TIMEOUT_MS = 5_000;
/** How often idle sessions are looked for. */
const IDLE_LOOK_MS = 1_000;

/** Starts a NETCONF server over SSH (RFC 6241, 6242). Throws a ListenError when it cannot listen. */
export async function startNetconfServer(options: NetconfServerOptions): Promise<NetconfServer> {
  const { config, log, users, hostKeys } = options;
  const limits = (): NetconfLimits => ({ ...DEFAULT_LIMITS, ...options.limits?.() });
  const schemas = config.schemas();
  const known = new Set([...operationNamespaces, YANG, ...schemas.map(({ namespace }) => namespace)]);
  const events = new EventStream({
    source: options.notifications,
    log: options.notificationLog,
    clock: systemClock,
  });
  const capabilities = serverCapabilities(schemas, options.yangLibraryContentId);
  const registry = new SessionRegistry(capabilities, new Date(), options.notifications);
  let closing = false;

  const ssh = new SshServer({
    hostKeys,
    users,
    log,
    limits,
    sessionObstacle: () => (closing ? 'the server ends' : crowdedness(registry.size, limits().maxSessions)),
    openSession: (user, sourceHost, transport) =>
      new NetconfSession({
        user,
        sourceHost,
        loginTime: new Date(),
        transport,
        config,
        registry,
        events,
        isKnownNamespace: (namespace) => known.has(namespace),
        log,
        maxMessageBytes: limits().maxMessageBytes,
        xmlLimits: { ...DEFAULT_XML_LIMITS, maxDepth: limits().maxXmlDepth },
      }),
  });
  const addresses = await ssh.listen(options.listen);
  const stopWatching = endIdleSessions(registry, () => limits().idleTimeoutMs);
  return {
    addresses,
    monitor: registry,
    streams: () => events.streams(),
    close: async () => {
      closing = true;
      stopWatching();
      ssh.stopListening();
      await Promise.race([registry.endAll('other'), delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
      await ssh.close();
      events.close();
    },
  };
}

/** Why there can be no session more for the number of those that there are. */
function crowdedness(sessions: number, most: number): string | undefined {
  return sessions < most ? undefined : `there are ${sessions} sessions, and max-sessions is ${most}`;
}

/** Ends sessions that are idle for too long; answers what stops that. */
function endIdleSessions(registry: SessionRegistry, timeoutMs: () => number): () => void {
  const idle = new IdleSessions();
  const timer = setInterval(() => {
    for (const session of idle.look(registry, performance.now(), timeoutMs())) void session.end('timeout');
  }, IDLE_LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
