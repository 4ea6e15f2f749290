import type { HostAddress } from './host-address.js';
import { ADDRESS_BYTES, readAddress, readBytes } from './netlink-attributes.js';

/** struct ndmsg: family (u8), 3 bytes of padding, interface (i32), state (u16), flags (u8), type (u8). */
export const NEIGHBOUR_HEADER = 12;

const NDA_DST = 1;
const NDA_LLADDR = 2;

/** States of a neighbour: NUD_INCOMPLETE and so on. */
const INCOMPLETE = 0x01;
const REACHABLE = 0x02;
const STALE = 0x04;
const DELAY = 0x08;
const PROBE = 0x10;
const NO_ARP = 0x40;
const PERMANENT = 0x80;

/** An address that the kernel answers for in place of another host is no neighbour. */
const NTF_PROXY = 0x08;

/**
 * What the kernel knows of a neighbour: `confirmed` it has been heard of lately; `unconfirmed` its address
 * is known and may be out of date; `awaited` it is asked for; `failed` nobody has answered.
 */
export type NeighbourState = 'confirmed' | 'unconfirmed' | 'awaited' | 'failed';

/** A neighbour on a link; its link-layer address while that is known. */
export type NeighbourNews =
  | {
      readonly type: 'neighbour';
      readonly index: number;
      readonly address: HostAddress;
      readonly state: NeighbourState;
      readonly linkAddress: Uint8Array | null;
    }
  | { readonly type: 'neighbour-gone'; readonly index: number; readonly address: HostAddress };

/** Reads RTM_NEWNEIGH, or RTM_DELNEIGH; null: it is of no interest. */
export function decodeNeighbour(
  view: DataView,
  gone: boolean,
  start: number,
  end: number,
): NeighbourNews | null {
  const size = end - start < NEIGHBOUR_HEADER ? undefined : ADDRESS_BYTES.get(view.getUint8(start));
  if (size === undefined || (view.getUint8(start + 10) & NTF_PROXY) !== 0) {
    return null;
  }
  const attributes = start + NEIGHBOUR_HEADER;
  const address = readAddress(view, NDA_DST, attributes, end, size);
  if (address === null) {
    return null;
  }
  const index = view.getInt32(start + 4, true);
  if (gone) {
    return { type: 'neighbour-gone', index, address };
  }
  const state = stateOf(view.getUint16(start + 8, true));
  const known = state === 'confirmed' || state === 'unconfirmed';
  const linkAddress = known ? readBytes(view, NDA_LLADDR, attributes, end) : null;
  return { type: 'neighbour', index, address, state, linkAddress };
}

function stateOf(bits: number): NeighbourState {
  if (bits & (REACHABLE | NO_ARP | PERMANENT)) {
    return 'confirmed';
  }
  if (bits & (STALE | DELAY | PROBE)) {
    return 'unconfirmed';
  }
  return bits & INCOMPLETE ? 'awaited' : 'failed';
}
