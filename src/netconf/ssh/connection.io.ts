import type { Socket } from 'node:net';
import type { Connection, ServerChannel, Session } from 'ssh2';
import type { NetconfLimits } from '../limits.js';
import type { Log } from '../../lib/log.js';
import type { NetconfSession } from '../session/netconf-session.js';
import type { SessionTransport } from '../session/session-transport.js';
import { ChannelTransport } from './channel-transport.io.js';
import { guardWindow, peerPacketSize, sendKeepAlive, socketOf } from './ssh2-internals.io.js';

/** What a connection that has logged in needs to know. */
export interface ConnectionOptions {
  readonly user: string;
  readonly sourceHost: string;
  readonly log: Log;
  readonly limits: () => NetconfLimits;
  /** Why there can be no session more; undefined when there can. */
  sessionObstacle(): string | undefined;
  /** Makes a session on a new channel. */
  openSession(user: string, sourceHost: string, transport: SessionTransport): NetconfSession;
}

const MIN_PACKET_BYTES = 256;
/** How long an SSH connection is kept after its last session. */
const LINGER_MS = 5_000;

/**
 * Serves the channels of an SSH connection that has logged in: the subsystem `netconf` (RFC 6242 §3)
 * and nothing else. Whatever has no listener here (shell, exec, environment, terminals, forwarding of
 * ports, agents and X11) is refused by ssh2.
 */
export class NetconfConnection {
  private readonly connection: Connection;
  private readonly socket: Socket;
  private readonly options: ConnectionOptions;
  /** What ends each session when its channel is closed. */
  private readonly sessionEnds = new Set<() => void>();
  private channels = 0;
  private idleTimer: NodeJS.Timeout | undefined;
  private lingerMs = LINGER_MS;

  constructor(connection: Connection, options: ConnectionOptions) {
    this.connection = connection;
    this.socket = socketOf(connection);
    this.options = options;
  }

  /** Serves the channels that the client opens, until the connection ends. */
  serve(): void {
    const { connection, options } = this;
    connection.on('session', (accept, reject) => {
      if (this.channels >= options.limits().maxChannelsPerConnection) reject();
      else this.serveChannel(accept());
    });
    this.socket.once('close', () => {
      for (const endSession of this.sessionEnds) endSession();
      clearTimeout(this.idleTimer);
    });
    this.endUnlessUsedWithin(options.limits().helloTimeoutMs);
  }

  /**
   * Ends the connection, as soon as the client has closed the channels of sessions that are over: a
   * client that is told of the end of the connection first may drop the last reply.
   */
  close(): void {
    this.lingerMs = 0;
    if (this.sessionEnds.size === 0) this.endUnlessUsedWithin(0);
  }

  /** Bytes received so far: while it grows, the client is there. */
  get received(): number {
    return this.socket.bytesRead;
  }

  /** Sends a request that every client answers, if only with a refusal. */
  askForLife(): void {
    sendKeepAlive(this.connection);
  }

  /** Ends the connection with a client that breaks the rules of SSH, or is gone. */
  cut(why: string): void {
    this.options.log.warn(
      { user: this.options.user, sourceHost: this.options.sourceHost, why },
      'connection cut',
    );
    this.socket.destroy();
  }

  private serveChannel(session: Session): void {
    // A channel that never gets its subsystem keeps counting: ssh2 does not free it either.
    this.channels += 1;
    session.on('subsystem', (accept, reject: (() => void) | undefined, { name }) => {
      const obstacle = this.obstacleTo(name);
      // Nothing comes back for a channel that has a subsystem already.
      const channel: ServerChannel | undefined = obstacle === undefined ? accept() : undefined;
      if (channel !== undefined) this.startSession(session, channel);
      else {
        const { user, sourceHost, log } = this.options;
        const why = obstacle ?? 'the channel has one already';
        log.warn({ user, sourceHost, subsystem: name, why }, 'subsystem refused');
        reject?.();
      }
    });
  }

  /** SSH has no words for why a subsystem is refused: the log is where it is told. */
  private obstacleTo(subsystem: string): string | undefined {
    return subsystem === 'netconf' ? this.options.sessionObstacle() : 'there is "netconf" alone';
  }

  private startSession(sshSession: Session, channel: ServerChannel): void {
    const { options, socket } = this;
    channel.on('error', (error: Error) => options.log.warn({ err: error }, 'an SSH channel failed'));
    if (peerPacketSize(channel) < MIN_PACKET_BYTES) return this.cut('a packet size that is too small');
    guardWindow(channel, () => this.cut('more data than its window allows'));
    const transport = new ChannelTransport(channel, socket);
    const session = options.openSession(options.user, options.sourceHost, transport);
    clearTimeout(this.idleTimer);
    const helloTimer = setTimeout(() => {
      if (session.awaitsHello) void session.end('timeout');
    }, options.limits().helloTimeoutMs);

    channel.on('data', (bytes: Buffer) => session.receive(bytes));
    channel.on('end', () => session.receiveEnd());
    const endSession = (): void => {
      if (!this.sessionEnds.delete(endSession)) return;
      clearTimeout(helloTimer);
      transport.peerClosed();
      void session.end('dropped');
      this.channels -= 1;
      if (this.sessionEnds.size === 0) this.endUnlessUsedWithin(this.lingerMs);
    };
    this.sessionEnds.add(endSession);
    sshSession.once('close', endSession);
  }

  private endUnlessUsedWithin(timeoutMs: number): void {
    clearTimeout(this.idleTimer);
    if (this.socket.destroyed) return;
    this.idleTimer = setTimeout(() => {
      this.connection.end();
      this.socket.destroySoon();
    }, timeoutMs);
  }
}
