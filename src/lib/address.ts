/**
 * IP addresses as text and bytes. Reading is strict: what other programs read in different ways (leading
 * zeros in IPv4, short forms) is refused. Writing is canonical: RFC 5952 for IPv6.
 */
import { err, ok } from './result.js';
import type { Result } from './result.js';

/** An address: 4 or 16 bytes in network order. */
export interface IpAddress {
  readonly family: 'ipv4' | 'ipv6';
  readonly bytes: Uint8Array;
  /** The zone of a scoped IPv6 address, an interface's name or index (RFC 4007 §11); else null. */
  readonly zone: string | null;
}

/** What is wrong with a text that is no address. */
export type AddressError = 'not-an-ipv4-address' | 'not-an-ipv6-address' | 'not-a-zone';

/** Reads an IPv4 or IPv6 address, the latter with or without a zone. */
export function parseAddress(text: string): Result<IpAddress, AddressError> {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** Reads four decimal numbers of 0 to 255 without leading zeros. */
export function parseIpv4(text: string): Result<IpAddress, AddressError> {
  const bytes = ipv4Bytes(text);
  return bytes === null ? err('not-an-ipv4-address') : ok({ family: 'ipv4', bytes, zone: null });
}

/** Reads the forms of RFC 4291 §2.2, with a zone after `%` if there is one. */
export function parseIpv6(text: string): Result<IpAddress, AddressError> {
  const percent = text.indexOf('%');
  const zone = percent < 0 ? null : text.slice(percent + 1);
  if (zone !== null && !ZONE.test(zone)) {
    return err('not-a-zone');
  }
  const bytes = ipv6Bytes(percent < 0 ? text : text.slice(0, percent));
  return bytes === null ? err('not-an-ipv6-address') : ok({ family: 'ipv6', bytes, zone });
}

/** The canonical text of an address, with its zone. */
export function formatAddress(address: IpAddress): string {
  const text = formatAddressBytes(address.bytes);
  return address.zone === null ? text : `${text}%${address.zone}`;
}

/**
 * The canonical text of 4 or 16 bytes.
 *
 * @throws RangeError when there are neither 4 nor 16
 */
export function formatAddressBytes(bytes: Uint8Array): string {
  if (bytes.length === IPV4_BYTES) {
    // Of thousands of packets of new sessions, each address is looked for: this is twice as fast as `join`.
    return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  }
  if (bytes.length === IPV6_BYTES) {
    return formatIpv6(bytes);
  }
  throw new RangeError(`an address has 4 or 16 bytes, not ${bytes.length}`);
}

/** Whether an IPv6 address is link-local unicast, fe80::/10 (RFC 4291 §2.4). */
export function isLinkLocalIpv6(address: IpAddress): boolean {
  const [first = 0, second = 0] = address.bytes;
  return address.family === 'ipv6' && first === 0xfe && (second & 0xc0) === 0x80;
}

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const IPV6_GROUPS = 8;
const OCTET_DIGITS = 3;
const ZERO = 0x30;
const DOT = 0x2e;
const GROUP = /^[0-9a-fA-F]{1,4}$/;
/** What Linux allows as the name of an interface, less the `%`. */
const ZONE = /^[^\s/%\p{Cc}]{1,15}$/u;

/** Digit by digit: of thousands of sessions, each address is read several times. */
function ipv4Bytes(text: string): Uint8Array | null {
  const bytes = new Uint8Array(IPV4_BYTES);
  let at = 0;
  for (let index = 0; index < IPV4_BYTES; index += 1) {
    if (index > 0 && text.charCodeAt(at++) !== DOT) {
      return null;
    }
    const first = at;
    let value = 0;
    for (let digit = digitAt(text, at); digit >= 0; digit = digitAt(text, at)) {
      value = value * 10 + digit;
      at += 1;
    }
    const leadingZero = at - first > 1 && digitAt(text, first) === 0;
    if (at === first || at - first > OCTET_DIGITS || leadingZero || value > 255) {
      return null;
    }
    bytes[index] = value;
  }
  return at === text.length ? bytes : null;
}

/** -1: there is none. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - ZERO;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

function ipv6Bytes(text: string): Uint8Array | null {
  const halves = text.split('::');
  const [head = '', tail] = halves;
  if (halves.length > 2) {
    return null;
  }
  const front = groups(head, tail === undefined);
  const back = tail === undefined ? [] : groups(tail, true);
  if (front === null || back === null) {
    return null;
  }
  const missing = IPV6_GROUPS - front.length - back.length;
  // The double colon stands for one group of zeros at least.
  if (tail === undefined ? missing !== 0 : missing < 1) {
    return null;
  }
  const all = [...front, ...Array<number>(missing).fill(0), ...back];
  return Uint8Array.from(all.flatMap((group) => [group >>> 8, group & 0xff]));
}

/** The 16-bit groups of one side of a double colon; the last may be an IPv4 address where that is the end. */
function groups(text: string, atEnd: boolean): number[] | null {
  if (text === '') {
    return [];
  }
  const parts = text.split(':');
  const last = parts.at(-1) ?? '';
  const embedded = atEnd && last.includes('.') ? ipv4Bytes(last) : null;
  const plain = embedded === null ? parts : parts.slice(0, -1);
  if (!plain.every((part) => GROUP.test(part))) {
    return null;
  }
  const values = plain.map((part) => Number.parseInt(part, 16));
  if (embedded !== null) {
    const [a = 0, b = 0, c = 0, d = 0] = embedded;
    values.push((a << 8) | b, (c << 8) | d);
  }
  return values;
}

function formatIpv6(bytes: Uint8Array): string {
  const values = Array.from(
    { length: IPV6_GROUPS },
    (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0),
  );
  // RFC 5952 §5: an IPv4-mapped address is known to carry an IPv4 address.
  if (values.slice(0, 5).every((value) => value === 0) && values[5] === 0xffff) {
    return `::ffff:${bytes.slice(12).join('.')}`;
  }
  const run = longestZeroRun(values);
  const hex = values.map((value) => value.toString(16));
  if (run.length < 2) {
    return hex.join(':');
  }
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

/** The longest run of zero groups, the first of several (RFC 5952 §4.2.3). */
function longestZeroRun(values: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, value] of values.entries()) {
    if (value !== 0) {
      start = index + 1;
    } else if (index + 1 - start > best.length) {
      best = { start, length: index + 1 - start };
    }
  }
  return best;
}
