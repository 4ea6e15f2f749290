/** What a kind of BFD session fixes about the packets that carry it. */
export interface SessionType {
  /** The name in session keys and in the link's messages. */
  readonly name: string;
  readonly encapsulation: 'udp';
  readonly destinationPort: number;
  /** The range that source ports are taken from, both ends included. */
  readonly sourcePorts: { readonly min: number; readonly max: number };
  /** The TTL or Hop Limit of packets sent. */
  readonly transmitTtl: number;
  /** Packets received with a lower TTL or Hop Limit are discarded; null: each session says its own. */
  readonly requiredTtl: number | null;
  /** Whether sessions are bound to an interface: what comes in by another one is not from the neighbour. */
  readonly boundToInterface: boolean;
  /** Finds the session of a packet whose Your Discriminator is zero. */
  demultiplexingKey(arrival: PacketArrival): string;
}

/** How a packet has come in, as far as it can tell its session. */
export interface PacketArrival {
  /** The interface, by name or index; the same one throughout. */
  readonly interface: string | number;
  /** Whether the interface has but one neighbour. */
  readonly pointToPoint: boolean;
  /** The canonical text of the source address, as `formatAddress` gives it, without a zone. */
  readonly source: string;
  /** The same of the destination address. */
  readonly destination: string;
}
