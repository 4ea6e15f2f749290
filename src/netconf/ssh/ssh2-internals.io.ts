import { Socket } from 'node:net';
import type { Connection, ServerChannel } from 'ssh2';

// What the server must know and ssh2 1.17 keeps to itself.

/** ssh2's receive window per channel (RFC 4254 §5.2). */
const RECEIVE_WINDOW_BYTES = 2 * 1024 * 1024;

/** The TCP connection under an SSH connection. */
export function socketOf(connection: Connection): Socket {
  const socket: unknown = Reflect.get(connection, '_sock');
  if (!(socket instanceof Socket)) throw new Error('this ssh2 keeps its socket elsewhere');
  return socket;
}

/** Sends the global request `keepalive@openssh.com`, which wants an answer (RFC 4254 §4). */
export function sendKeepAlive(connection: Connection): void {
  const protocol: unknown = Reflect.get(connection, '_protocol');
  if (typeof protocol !== 'object' || protocol === null || !('ping' in protocol)) {
    throw new Error('this ssh2 keeps its protocol elsewhere');
  }
  const { ping } = protocol;
  if (typeof ping !== 'function') throw new Error('this ssh2 has no keep-alive requests');
  ping.call(protocol);
}

/** The largest packet that the peer takes on `channel`. ssh2 loops for ever on a zero. */
export function peerPacketSize(channel: ServerChannel): number {
  const outgoing: unknown = channel.outgoing;
  const size =
    typeof outgoing === 'object' && outgoing !== null && 'packetSize' in outgoing && outgoing.packetSize;
  if (typeof size !== 'number') throw new Error('this ssh2 keeps its packet size elsewhere');
  return size;
}

/**
 * Calls `onFlood` when the peer sends more than the window allows: ssh2 would buffer without bound
 * what arrives on a channel that is not being read.
 */
export function guardWindow(channel: ServerChannel, onFlood: () => void): void {
  const push = channel.push.bind(channel);
  channel.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (channel.readableLength > 2 * RECEIVE_WINDOW_BYTES) {
      onFlood();
      return false;
    }
    return push(chunk, encoding);
  };
}
