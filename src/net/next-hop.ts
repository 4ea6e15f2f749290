import type { HostAddress } from './host-address.js';

/** A neighbour that frames are handed to. */
export interface NextHop {
  readonly interfaceName: string;
  readonly address: HostAddress;
}

/**
 * A next hop that somebody depends on: while it is held, its link-layer address is looked for, and looked
 * after. The interface being up and that address being known is what makes it usable.
 */
export interface HeldNextHop {
  readonly hop: NextHop;
  readonly usable: boolean;
  /** Why it is not usable, for the operator to read; null: it is. */
  readonly obstacle: string | null;
  /** To be called once: the holder depends on it no longer. */
  release(): void;
}

/** Names a next hop, the same one by the same name. */
export function nextHopName({ interfaceName, address }: NextHop): string {
  return `${interfaceName} ${address.text}`;
}
