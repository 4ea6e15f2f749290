import type { Result } from '../lib/result.js';
import type { HostAddress } from './host-address.js';

/** RFC 5881 §5: sent with TTL 255. */
export const DEFAULT_TTL = 255;
/** Class selector 6, network control: queued with the routing protocols. */
export const TYPE_OF_SERVICE = 0xc0;
/** More than any BFD packet, whose length field has eight bits. */
export const PAYLOAD_MAX = 256;

/** Where a session's packets leave from, and where they go. Both addresses are of one family. */
export interface TransmitPath {
  /** The interface that they leave by; null: the routes of the host decide. */
  readonly interface: PathInterface | null;
  readonly source: HostAddress;
  readonly destination: HostAddress;
  readonly destinationPort: number;
  /** Whom packets are handed to on the interface's link, whatever the routes say; absent: as those say. */
  readonly neighbour?: HostAddress;
}

export interface PathInterface {
  readonly name: string;
  readonly index: number;
}

/**
 * Why no channel could be opened: `resources` when the host has none left (descriptors, ports,
 * memory), `path` when this path does not work now and may later.
 */
export interface TransmitRefusal {
  readonly type: 'resources' | 'path';
  readonly reason: string;
}

/** One session's way out: one source port for its whole life (RFC 5881 §4). */
export interface TransmitChannel {
  readonly sourcePort: number;
  /** Packets that the kernel did not take. */
  readonly failedSends: number;
  /** The TTL or Hop Limit of the packets from now on: 255 where nothing else was said. */
  setTtl(ttl: number): void;
  /** Sends the first `length` bytes as a UDP payload, at the latest when the transmitter is flushed. */
  send(packet: Uint8Array, length: number): void;
  /** Sends once more what was sent last. False, or no such method: it is to be sent with `send`. */
  repeat?(): boolean;
  /** To be called once; the channel is not used afterwards. */
  close(): void;
}

/** Opens ways out. The engine does not care how packets leave. */
export interface Transmitter {
  /** Why it cannot carry Echo packets: those have a port that is given, and a neighbour. Null: it can. */
  readonly echoObstacle: string | null;
  /**
   * @param sourcePort the source port; one of the channel's own when not given
   * @param closed is called once the channel has been closed
   */
  open(
    path: TransmitPath,
    sourcePort?: number,
    closed?: () => void,
  ): Result<TransmitChannel, TransmitRefusal>;
  /** Hands to the kernel what was sent and still waits for company. */
  flush(): void;
}
