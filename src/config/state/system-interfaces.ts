/** An interface as the system has it. Counters are since the interface exists. */
export interface SystemInterface {
  readonly name: string;
  /** Hardware type, ARPHRD_* of Linux. */
  readonly hardwareType: number;
  /** RFC 2863 state as Linux tells it: `up`, `down`, `unknown`, `dormant`, `lowerlayerdown` … */
  readonly operState: string;
  /** Address of the link layer as hexadecimal octets with colons; null without one. */
  readonly physAddress: string | null;
  readonly speedBitsPerSecond: number | null;
  readonly counters: SystemInterfaceCounters;
}

/** Counters as decimal text: they are 64 bits wide. */
export interface SystemInterfaceCounters {
  readonly inOctets: string;
  readonly inMulticastPackets: string;
  readonly inDiscards: string;
  readonly inErrors: string;
  readonly outOctets: string;
  readonly outDiscards: string;
  readonly outErrors: string;
}

/** The interfaces of the system, as they are now. */
export interface SystemInterfaces {
  list(): readonly SystemInterface[];
}
