import type { Result } from '../lib/result.js';

/** Where a session's packets leave from, and where they go. Addresses are big-endian numbers. */
export interface TransmitPath {
  readonly interfaceName: string;
  readonly interfaceIndex: number;
  readonly source: number;
  readonly destination: number;
  readonly destinationPort: number;
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
  /** Sends a UDP payload now, with TTL 255. False: the kernel did not take it. */
  send(packet: Uint8Array): boolean;
  /** To be called once; the channel is not used afterwards. */
  close(): void;
}

/** Opens ways out. The engine does not care how packets leave. */
export interface Transmitter {
  open(path: TransmitPath): Result<TransmitChannel, TransmitRefusal>;
}
