/** What is looked at first of a received datagram. The object and its memory are used again. */
export interface GlancedDatagram {
  /** The memory that the UDP payload is in, as words of this host, and the word that it begins with. */
  readonly words: Int32Array;
  wordsAt: number;
  /** Bytes of the payload. */
  length: number;
  destinationPort: number;
  /** Whether it came by IPv4. */
  readonly four: boolean;
  /** The rest as `ReceivedDatagram` has it. */
  interfaceIndex: number;
  ttl: number;
  droppedBySocket: number;
}

/** A received datagram. The object and its bytes are used again: they hold during the call only. */
export interface ReceivedDatagram {
  /** The UDP payload, at most 512 bytes of it. */
  bytes: Uint8Array;
  /** 4 or 16 bytes. */
  source: Uint8Array;
  sourcePort: number;
  /** 4 or 16 bytes; none when the kernel did not tell. */
  destination: Uint8Array;
  destinationPort: number;
  /** The interface that it came in by; 0 when the kernel did not tell. */
  interfaceIndex: number;
  /** TTL or Hop Limit; -1 when the kernel did not tell. */
  ttl: number;
  /** Datagrams that this socket has thrown away so far, as its filter refused them or its buffer was full. */
  droppedBySocket: number;
}
