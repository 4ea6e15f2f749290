/**
 * Messages of rtnetlink about links, addresses and neighbours (Linux: rtnetlink(7), netlink(7)). The
 * encoding is that of the host; this reads little-endian ones.
 */
import type { HostAddress } from './host-address.js';
import { ADDRESS_BYTES, findAttribute, readAddress, readName } from './netlink-attributes.js';
import { decodeNeighbour, NEIGHBOUR_HEADER, type NeighbourNews } from './netlink-neighbour.js';

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;
export const RTM_NEWNEIGH = 28;
export const RTM_DELNEIGH = 29;
export const RTM_GETNEIGH = 30;

/** Multicast groups, as bits of the address a socket binds to. */
export const RTMGRP_LINK = 1;
export const RTMGRP_NEIGH = 4;
export const RTMGRP_IPV4_IFADDR = 0x10;
export const RTMGRP_IPV6_IFADDR = 0x100;

const NLM_F_REQUEST_DUMP = 0x301;
const IFF_UP = 1;
const IFF_POINTOPOINT = 0x10;
const IFF_RUNNING = 0x40;
const IFLA_IFNAME = 3;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_FLAGS = 8;
/** Duplicate address detection has found another host (RFC 4862 §5.4), or has not ended. */
const IFA_F_DADFAILED = 0x08;
const IFA_F_TENTATIVE = 0x40;
/** Usable although the detection has not ended (RFC 4429). */
const IFA_F_OPTIMISTIC = 0x04;

/** struct nlmsghdr: length, type (u16), flags (u16), sequence number, port. */
const HEADER = 16;
const LINK_HEADER = 16;
const ADDRESS_HEADER = 8;

/** What a message says; `null` for those of no interest. */
export type NetlinkNews =
  | {
      readonly type: 'link';
      readonly index: number;
      readonly name: string;
      readonly up: boolean;
      readonly pointToPoint: boolean;
      /** Switched on, and packets can leave: there is a carrier. */
      readonly running: boolean;
    }
  | { readonly type: 'link-gone'; readonly index: number }
  | { readonly type: 'address'; readonly index: number; readonly address: InterfaceAddress }
  | { readonly type: 'address-gone'; readonly index: number; readonly address: InterfaceAddress }
  | NeighbourNews
  | { readonly type: 'done' }
  | { readonly type: 'error'; readonly errno: number };

/** An address of an interface. */
export interface InterfaceAddress {
  readonly local: HostAddress;
  /** The address at the other end of a point-to-point interface; else that of this host. */
  readonly peer: HostAddress;
  readonly prefixLength: number;
}

/**
 * A request for all links (RTM_GETLINK), or all addresses (RTM_GETADDR) or neighbours (RTM_GETNEIGH) of
 * every family.
 */
export function encodeDumpRequest(type: number, sequence: number): Uint8Array {
  const bytes = new Uint8Array(HEADER + (type === RTM_GETNEIGH ? NEIGHBOUR_HEADER : LINK_HEADER));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, NLM_F_REQUEST_DUMP, true);
  view.setUint32(8, sequence, true);
  return bytes;
}

/** Reads what one receive call delivered: several messages; a malformed rest is left out. */
export function decodeNetlink(bytes: Uint8Array): readonly NetlinkNews[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const news: NetlinkNews[] = [];
  let at = 0;
  while (at + HEADER <= bytes.length) {
    const length = view.getUint32(at, true);
    if (length < HEADER || at + length > bytes.length) {
      break;
    }
    const one = decodeMessage(view, view.getUint16(at + 4, true), at + HEADER, at + length);
    if (one !== null) {
      news.push(one);
    }
    at += (length + 3) & ~3;
  }
  return news;
}

function decodeMessage(view: DataView, type: number, start: number, end: number): NetlinkNews | null {
  switch (type) {
    case RTM_NEWLINK:
    case RTM_DELLINK:
      return decodeLink(view, type, start, end);
    case RTM_NEWADDR:
    case RTM_DELADDR:
      return decodeAddress(view, type, start, end);
    case RTM_NEWNEIGH:
    case RTM_DELNEIGH:
      return decodeNeighbour(view, type === RTM_DELNEIGH, start, end);
    case NLMSG_DONE:
      return { type: 'done' };
    case NLMSG_ERROR:
      return end - start < 4 ? null : { type: 'error', errno: -view.getInt32(start, true) };
    default:
      return null;
  }
}

function decodeLink(view: DataView, type: number, start: number, end: number): NetlinkNews | null {
  if (end - start < LINK_HEADER) {
    return null;
  }
  const index = view.getInt32(start + 4, true);
  if (type === RTM_DELLINK) {
    return { type: 'link-gone', index };
  }
  const at = findAttribute(view, IFLA_IFNAME, start + LINK_HEADER, end);
  if (at === null) {
    return null;
  }
  const flags = view.getUint32(start + 8, true);
  return {
    type: 'link',
    index,
    name: readName(view, at.start, at.end),
    up: (flags & IFF_UP) !== 0,
    pointToPoint: (flags & IFF_POINTOPOINT) !== 0,
    running: (flags & IFF_UP) !== 0 && (flags & IFF_RUNNING) !== 0,
  };
}

function decodeAddress(view: DataView, type: number, start: number, end: number): NetlinkNews | null {
  const size = end - start < ADDRESS_HEADER ? undefined : ADDRESS_BYTES.get(view.getUint8(start));
  if (size === undefined) {
    return null;
  }
  const attributes = start + ADDRESS_HEADER;
  const peer = readAddress(view, IFA_ADDRESS, attributes, end, size);
  const local = readAddress(view, IFA_LOCAL, attributes, end, size) ?? peer;
  if (local === null) {
    return null;
  }
  const address = { local, peer: peer ?? local, prefixLength: view.getUint8(start + 1) };
  const index = view.getUint32(start + 4, true);
  const usable = type === RTM_NEWADDR && isUsable(readFlags(view, start, end));
  return { type: usable ? 'address' : 'address-gone', index, address };
}

/** An address that is not usable yet is told once more when it is. */
function isUsable(flags: number): boolean {
  const tentative = (flags & IFA_F_TENTATIVE) !== 0 && (flags & IFA_F_OPTIMISTIC) === 0;
  return !tentative && (flags & IFA_F_DADFAILED) === 0;
}

/** The header has room for eight of the flags; all are in an attribute. */
function readFlags(view: DataView, start: number, end: number): number {
  const found = findAttribute(view, IFA_FLAGS, start + ADDRESS_HEADER, end);
  return found !== null && found.end - found.start === 4
    ? view.getUint32(found.start, true)
    : view.getUint8(start + 2);
}
