import type { ReceiveInfo } from './control-message.js';

/** A received datagram. The object and its bytes are used again: they hold during the call only. */
export interface ReceivedDatagram extends ReceiveInfo {
  /** The UDP payload, at most 512 bytes of it. */
  bytes: Uint8Array;
  /** IPv4 address as a big-endian number. */
  source: number;
  sourcePort: number;
}
