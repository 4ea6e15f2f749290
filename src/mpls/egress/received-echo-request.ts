/** A packet to UDP port 3503, with what carried it. */
export interface ReceivedEchoRequest {
  readonly payload: Uint8Array;
  /** The labels it came with, top first. */
  readonly labels: readonly number[];
  /** Whether the TTL of the label on top ends here: it came as 1 or 0. */
  readonly ttlExpired: boolean;
  /** 4 or 16 bytes, as is the destination. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  /** Microseconds since 1970. */
  readonly receivedUnixUs: number;
}
