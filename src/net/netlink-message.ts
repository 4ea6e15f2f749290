/**
 * Messages of rtnetlink about links and IPv4 addresses (Linux: rtnetlink(7), netlink(7)). The encoding
 * is that of the host; this reads little-endian ones.
 */

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;

/** Multicast groups, as bits of the address a socket binds to. */
export const RTMGRP_LINK = 1;
export const RTMGRP_IPV4_IFADDR = 0x10;

const NLM_F_REQUEST_DUMP = 0x301;
const AF_INET = 2;
const IFF_UP = 1;
const IFF_POINTOPOINT = 0x10;
const IFLA_IFNAME = 3;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;

/** struct nlmsghdr: length, type (u16), flags (u16), sequence number, port. */
const HEADER = 16;
const LINK_HEADER = 16;
const ADDRESS_HEADER = 8;
const ATTRIBUTE_HEADER = 4;

/** What a message says; `null` for those of no interest. */
export type NetlinkNews =
  | {
      readonly type: 'link';
      readonly index: number;
      readonly name: string;
      readonly up: boolean;
      readonly pointToPoint: boolean;
    }
  | { readonly type: 'link-gone'; readonly index: number }
  | { readonly type: 'address'; readonly index: number; readonly address: InterfaceAddress }
  | { readonly type: 'address-gone'; readonly index: number; readonly address: InterfaceAddress }
  | { readonly type: 'done' }
  | { readonly type: 'error'; readonly errno: number };

/** An IPv4 address of an interface. Addresses are big-endian numbers. */
export interface InterfaceAddress {
  readonly local: number;
  /** The address at the other end of a point-to-point interface; else that of this host. */
  readonly peer: number;
  readonly prefixLength: number;
}

/** A request for all links (RTM_GETLINK) or all IPv4 addresses (RTM_GETADDR). */
export function encodeDumpRequest(type: number, sequence: number): Uint8Array {
  const bytes = new Uint8Array(HEADER + LINK_HEADER);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, NLM_F_REQUEST_DUMP, true);
  view.setUint32(8, sequence, true);
  view.setUint8(HEADER, type === RTM_GETADDR ? AF_INET : 0);
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
  };
}

function decodeAddress(view: DataView, type: number, start: number, end: number): NetlinkNews | null {
  if (end - start < ADDRESS_HEADER || view.getUint8(start) !== AF_INET) {
    return null;
  }
  const attributes = start + ADDRESS_HEADER;
  const peer = readAddress(view, IFA_ADDRESS, attributes, end);
  const local = readAddress(view, IFA_LOCAL, attributes, end) ?? peer;
  if (local === null) {
    return null;
  }
  const address = { local, peer: peer ?? local, prefixLength: view.getUint8(start + 1) };
  const index = view.getUint32(start + 4, true);
  return { type: type === RTM_NEWADDR ? 'address' : 'address-gone', index, address };
}

function readAddress(view: DataView, type: number, start: number, end: number): number | null {
  const found = findAttribute(view, type, start, end);
  return found === null || found.end - found.start !== 4 ? null : view.getUint32(found.start, false);
}

/** Where the value of an attribute lies. */
function findAttribute(
  view: DataView,
  type: number,
  start: number,
  end: number,
): { readonly start: number; readonly end: number } | null {
  let at = start;
  while (at + ATTRIBUTE_HEADER <= end) {
    const length = view.getUint16(at, true);
    if (length < ATTRIBUTE_HEADER || at + length > end) {
      return null;
    }
    if (view.getUint16(at + 2, true) === type) {
      return { start: at + ATTRIBUTE_HEADER, end: at + length };
    }
    at += (length + 3) & ~3;
  }
  return null;
}

/** Interface names are bytes, almost always ASCII; each byte becomes one character. */
function readName(view: DataView, start: number, end: number): string {
  let name = '';
  for (let at = start; at < end && view.getUint8(at) !== 0; at += 1) {
    name += String.fromCharCode(view.getUint8(at));
  }
  return name;
}
