import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Logger, pino } from 'pino';
import { type OpenAgentConfig, openAgentConfig } from '../config/open-agent-config.io.js';
import { loadPasswordCrypt } from '../config/users/crypt.io.js';
import type { ModuleSource } from '../config/yang/module-source.js';
import { loadLibyangModule } from '../config/yang/wasm-module.io.js';
import { readYangDirectories } from '../config/yang/yang-directory.io.js';
import { connectEngine } from '../link/connect-engine.io.js';
import { EngineLink } from '../link/engine-link.io.js';
import { NOTHING_DESIRED, type EnginePort } from '../link/engine-port.js';
import { shardOfState, shardPath } from '../link/session-shard.js';
import { ShardedEngine } from '../link/sharded-engine.js';
import { spawnEngine, type SupervisedEngine } from '../link/spawn-engine.io.js';
import { tellCapabilityChange } from '../netconf/capabilities/capability-record.io.js';
import { type ListenAddress, type NetconfServer, startNetconfServer } from '../netconf/netconf-server.io.js';
import { ReplayLog } from '../netconf/notify/replay-log.io.js';
import { HostKeyFolder } from '../netconf/ssh/host-keys.io.js';
import { formatAddress } from '../netconf/ssh/listen.io.js';
import { adminPassword } from './admin-password.io.js';
import { reasonOf } from '../lib/reason-of.js';
import { logSessions } from './session-log.js';
import { StartError } from './start-error.js';
import { engineSocketIn, eventSocketIn } from './state-dir-paths.io.js';

/** What `bfd-agent run` was told. */
export interface RunOptions {
  readonly stateDir: string;
  readonly netconf: readonly ListenAddress[];
  /** File with the XML of the first configuration. */
  readonly init?: string;
  /** Which configuration to begin with. */
  readonly boot: 'running' | 'startup';
  /** Socket of an engine that somebody else runs. */
  readonly engineSocket?: string;
  /** Event socket of the engine that is started; one in the state folder when not given. */
  readonly eventSocket?: string;
  readonly extraModules: readonly string[];
  /** How many engine processes share the sessions. */
  readonly engines: number;
  readonly rsaHostKey: boolean;
  /** The user whose sessions access control leaves alone. */
  readonly recoveryUser?: string;
  /** A level of pino. */
  readonly logLevel: string;
}

const yangFolder = fileURLToPath(new URL('../../yang', import.meta.url));

/**
 * Runs the agent until it is told to end by SIGTERM or SIGINT.
 *
 * @throws {StartError} when something outside the program keeps it from starting
 */
export async function runAgent(options: RunOptions): Promise<void> {
  const log = pino({ name: 'agent', level: options.logLevel }, pino.destination({ dest: 2, sync: true }));
  const ended = untilSignal();
  // Last in, first out: what was started before is ended after.
  const closers: (() => Promise<void> | void)[] = [];
  try {
    const link = openEngineLink(options, log);
    const hostKeys = new HostKeyFolder(
      options.stateDir,
      options.rsaHostKey ? ['ed25519', 'rsa'] : ['ed25519'],
    );
    const configuration = await openConfiguration(options, { engine: link.port, hostKeys }, log);
    closers.unshift(() => configuration.close());
    const engine = startEngine(options, log);
    closers.unshift(
      () => link.close(),
      () => engine?.stop(),
    );
    logSessions(log, configuration.config.notifications.events);
    link.connectFor(configuration);
    const notificationLog = openNotificationLog(options, log);
    closers.unshift(() => notificationLog.close());
    const server = await serve(options, configuration, hostKeys, notificationLog, log);
    closers.unshift(() => server.close());
    for (const address of server.addresses) say(`NETCONF over SSH ready on ${formatAddress(address)}`);
    log.info({ signal: await ended }, 'the agent ends');
  } finally {
    for (const close of closers) await close();
  }
}

/**
 * The engine's plan comes from the configuration, and the configuration works with the engine: the link
 * is made first, and connects when there is a configuration to take a plan from.
 */
function openEngineLink(
  { engines, stateDir, engineSocket }: RunOptions,
  log: Logger,
): { port: EnginePort; close: () => void; connectFor: (configuration: OpenAgentConfig) => void } {
  const socketPath = engineSocket ?? engineSocketIn(stateDir);
  let connectFor!: (configuration: OpenAgentConfig) => void;
  const opened = new Promise<OpenAgentConfig>((resolve) => {
    connectFor = resolve;
  });
  let configuration: OpenAgentConfig | undefined;
  const openOne = (index: number): EngineLink =>
    new EngineLink({
      connect: async () => {
        configuration = await opened;
        return connectEngine(shardPath(socketPath, index));
      },
      desired: () => shardOfState(configuration?.config.desired() ?? NOTHING_DESIRED, index, engines),
      log,
    });
  const first = openOne(0);
  const others = Array.from({ length: engines - 1 }, (_, index) => openOne(index + 1));
  const port = others.length === 0 ? first : new ShardedEngine([first, ...others]);
  return { port, close: () => [first, ...others].forEach((one) => one.close()), connectFor };
}

function startEngine(
  { engines, stateDir, engineSocket, eventSocket, logLevel }: RunOptions,
  log: Logger,
): SupervisedEngine | undefined {
  if (engineSocket !== undefined) return undefined;
  return spawnEngine({
    socketPath: engineSocketIn(stateDir),
    eventSocketPath: eventSocket ?? eventSocketIn(stateDir),
    engines,
    logLevel,
    log,
  });
}

async function openConfiguration(
  options: RunOptions,
  { engine, hostKeys }: { readonly engine: EnginePort; readonly hostKeys: HostKeyFolder },
  log: Logger,
): Promise<OpenAgentConfig> {
  const init = options.init === undefined ? {} : { init: await readInit(options.init) };
  const opened = await openAgentConfig({
    libyangModule: await loadLibyangModule(),
    moduleSource: await readYangDirectories([yangFolder]),
    ...(await extraModules(options.extraModules)),
    ...init,
    stateDir: options.stateDir,
    boot: options.boot,
    adminPassword: () => adminPassword(say),
    engine,
    hostKeys,
    crypt: loadPasswordCrypt(),
    recoveryUser: options.recoveryUser,
    onCrash: (crash) => log.error({ err: crash }, 'libyang crashed; a new instance takes over'),
    onConfirmEvent: ({ type, requester, ...details }) =>
      log.info({ event: type, ...requester, ...details }, 'confirmed commit'),
  });
  if (!opened.ok) throw new StartError(opened.error);
  return opened.value;
}

async function readInit(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new StartError(`cannot read ${file}: ${reasonOf(error)}`);
  }
}

async function extraModules(folders: readonly string[]): Promise<{ extraModules?: ModuleSource }> {
  if (folders.length === 0) return {};
  try {
    return { extraModules: await readYangDirectories(folders) };
  } catch (error) {
    throw new StartError(`cannot use the modules of ${folders.join(', ')}: ${reasonOf(error)}`);
  }
}

function openNotificationLog({ stateDir }: RunOptions, log: Logger): ReplayLog {
  const folder = join(stateDir, 'notifications');
  try {
    return new ReplayLog(folder, log, Date.now());
  } catch (error) {
    throw new StartError(`cannot use the log of notifications in ${folder}: ${reasonOf(error)}`);
  }
}

async function serve(
  options: RunOptions,
  { config }: OpenAgentConfig,
  hostKeys: HostKeyFolder,
  notificationLog: ReplayLog,
  log: Logger,
): Promise<NetconfServer> {
  try {
    for (const problem of await hostKeys.open(config.hostKeyNames)) log.warn(problem);
    const server = await startNetconfServer({
      listen: options.netconf,
      hostKeys: () => hostKeys.privateKeys(config.hostKeyNames),
      users: config.users,
      config,
      notifications: config.notifications,
      notificationLog,
      log,
      yangLibraryContentId: config.yangLibraryContentId,
      limits: () => config.serverLimits ?? {},
    });
    config.attachMonitor(server.monitor);
    config.attachStreams(server.streams);
    const capabilities = server.monitor.capabilities();
    await tellCapabilityChange(options.stateDir, capabilities, config.notifications, log);
    return server;
  } catch (error) {
    throw new StartError(reasonOf(error), { cause: error });
  }
}

/** For whoever started the agent: on stdout, so that it is not lost among the log. */
function say(text: string): void {
  process.stdout.write(`bfd-agent: ${text}\n`);
}

function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}
