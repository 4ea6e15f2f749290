import type { HostAddress } from './host-address.js';

/** A UDP socket of LSP ping's own, for what is routed: replies (RFC 8029 §4.3, §4.5). */
export interface LspPingSocket {
  /** The port that it is bound to on every address of its family. */
  readonly port: number;
  /** Packets that the kernel did not take. */
  readonly failedSends: number;
  /**
   * Sends a datagram at once, with TTL 255.
   *
   * @param source an address of this host; null: as the routes say
   * @throws RangeError when the payload is longer than SINGLE_PAYLOAD_MAX
   */
  send(source: HostAddress | null, destination: HostAddress, port: number, payload: Uint8Array): void;
  close(): void;
}
