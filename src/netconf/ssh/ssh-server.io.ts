import type { Server, Socket } from 'node:net';
import ssh2, { type Connection } from 'ssh2';
import type { UserDirectory } from '../../config/config-service.js';
import type { NetconfLimits } from '../limits.js';
import type { Log } from '../../lib/log.js';
import { ALGORITHMS } from './algorithms.js';
import { NetconfConnection, type ConnectionOptions } from './connection.io.js';
import { addressOf, listenOnAll, type ListenAddress } from './listen.io.js';
import { KeepAlives } from './keep-alives.js';
import { acceptLogin } from './login.io.js';
import { LoginDelays } from './login-delays.js';
import { LoginSlots } from './login-slots.js';
import { socketOf } from './ssh2-internals.io.js';

/** What the SSH server works with. */
export interface SshServerOptions extends Pick<ConnectionOptions, 'sessionObstacle' | 'openSession'> {
  /** The private keys that a new connection is shown, as the content of their files. */
  readonly hostKeys: () => readonly string[];
  readonly users: UserDirectory;
  readonly log: Log;
  readonly limits: () => NetconfLimits;
}

/** How often silent clients are looked for. */
const KEEP_ALIVE_LOOK_MS = 250;
/** How long clients have to go once the server closes. */
const CLOSE_TIMEOUT_MS = 2_000;

/** NETCONF's SSH server (RFC 6242). Nothing that happens on a connection reaches another one. */
export class SshServer {
  private readonly options: SshServerOptions;
  /** Serves the connections that begin now: each set of host keys has its own. */
  private ssh: ssh2.Server;
  private hostKeys: readonly string[];
  private readonly keepAlives: KeepAlives<NetconfConnection> = new KeepAlives();
  private readonly keepAliveTimer: NodeJS.Timeout;
  private readonly sockets = new Set<Socket>();
  private readonly connections = new Set<NetconfConnection>();
  private readonly waiting: LoginSlots<Socket>;
  private readonly delays = new LoginDelays();
  private readonly loginTimers = new WeakMap<Socket, NodeJS.Timeout>();
  private servers: readonly Server[] = [];

  /** Throws when a host key cannot be used. */
  constructor(options: SshServerOptions) {
    this.options = options;
    this.waiting = new LoginSlots(() => options.limits().maxUnauthenticatedConnections);
    this.hostKeys = options.hostKeys();
    this.ssh = this.serverWith(this.hostKeys);
    this.keepAliveTimer = setInterval(() => this.lookForDead(), KEEP_ALIVE_LOOK_MS);
    this.keepAliveTimer.unref();
  }

  /** Listens on all of `addresses`; throws a ListenError. */
  async listen(addresses: readonly ListenAddress[]): Promise<readonly ListenAddress[]> {
    this.servers = await listenOnAll(addresses, (socket) => this.accept(socket));
    return this.servers.map(addressOf);
  }

  /** Stops listening. */
  stopListening(): void {
    for (const server of this.servers) server.close();
  }

  /** Ends all connections, those whose sessions are over in good order; resolves when they are closed. */
  async close(): Promise<void> {
    this.stopListening();
    clearInterval(this.keepAliveTimer);
    for (const socket of this.waiting) socket.destroy();
    for (const connection of this.connections) connection.close();
    const timer = setTimeout(() => {
      for (const socket of this.sockets) socket.destroy();
    }, CLOSE_TIMEOUT_MS);
    await Promise.all(
      [...this.sockets].map((socket) => new Promise((resolve) => void socket.once('close', resolve))),
    );
    clearTimeout(timer);
  }

  private accept(socket: Socket): void {
    const { log, limits } = this.options;
    this.sockets.add(socket);
    for (const oldest of this.waiting.add(socket)) {
      log.warn(
        { sourceHost: oldest.remoteAddress },
        'too many connections without a login: the oldest is closed',
      );
      oldest.destroy();
    }
    const timer = setTimeout(() => {
      log.info({ sourceHost: socket.remoteAddress }, 'no login in time');
      socket.destroy();
    }, limits().loginTimeoutMs);
    socket.once('close', () => {
      clearTimeout(timer);
      this.sockets.delete(socket);
      this.waiting.delete(socket);
    });
    this.loginTimers.set(socket, timer);
    this.current().injectSocket(socket);
  }

  /** With the host keys as they are now; what goes on keeps those that it began with. */
  private current(): ssh2.Server {
    const hostKeys = this.options.hostKeys();
    if (hostKeys.length === this.hostKeys.length && hostKeys.every((key, at) => key === this.hostKeys[at])) {
      return this.ssh;
    }
    try {
      this.ssh = this.serverWith(hostKeys);
      this.hostKeys = hostKeys;
      this.options.log.info({ keys: hostKeys.length }, 'new connections are shown other host keys');
    } catch (error) {
      this.options.log.error(
        { err: error },
        'the host keys cannot be used; new connections are shown the old ones',
      );
    }
    return this.ssh;
  }

  private serverWith(hostKeys: readonly string[]): ssh2.Server {
    const server = new ssh2.Server({ hostKeys: [...hostKeys], algorithms: ALGORITHMS, ident: 'bfd-agent' });
    server.on('connection', (connection, { ip }) => this.serve(connection, ip));
    return server;
  }

  /** Asks clients that have been silent whether they are there, and ends the connections of those that are not. */
  private lookForDead(): void {
    const { keepAliveIntervalMs, keepAliveCount } = this.options.limits();
    const limits = { intervalMs: keepAliveIntervalMs, count: keepAliveCount };
    const { ask, dead } = this.keepAlives.look(this.connections, performance.now(), limits);
    for (const connection of ask) connection.askForLife();
    for (const connection of dead) connection.cut('no answer to keep-alive requests');
  }

  private serve(connection: Connection, sourceHost: string): void {
    const { log, limits, users } = this.options;
    const socket = socketOf(connection);
    connection.on('error', (error) => {
      log.info({ sourceHost, err: error }, 'an SSH connection failed');
      socket.destroySoon();
    });
    acceptLogin(connection, { users, log, limits, delays: this.delays, sourceHost }, (user) => {
      clearTimeout(this.loginTimers.get(socket));
      this.waiting.delete(socket);
      const served = new NetconfConnection(connection, { ...this.options, user, sourceHost });
      this.connections.add(served);
      socket.once('close', () => this.connections.delete(served));
      served.serve();
    });
  }
}
