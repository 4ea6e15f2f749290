import { formatAddressBytes, parseAddress } from '../lib/address.js';

export type AddressFamily = 'ipv4' | 'ipv6';

/** An address in the two forms that are needed of it. */
export interface HostAddress {
  readonly family: AddressFamily;
  /** 4 or 16 bytes in network order, made anew each time they are asked for: not for every packet. */
  readonly bytes: Uint8Array;
  /** Canonical, without a zone: equal exactly when the addresses are. */
  readonly text: string;
}

/** @throws RangeError when there are neither 4 nor 16 bytes */
export function hostAddress(bytes: Uint8Array): HostAddress {
  return new TextAddress(formatAddressBytes(bytes));
}

/** Null: the text is no address, or one with a zone. */
export function parseHostAddress(text: string): HostAddress | null {
  const parsed = parseAddress(text);
  if (!parsed.ok || parsed.value.zone !== null) {
    return null;
  }
  const { family, bytes } = parsed.value;
  // There is but one text of an IPv4 address that is read.
  const canonical = family === 'ipv4' ? text : formatAddressBytes(bytes);
  // The text that the owner has anyway takes no more memory.
  return new TextAddress(canonical === text ? text : canonical);
}

/** Keeps the text alone: of an address that each of many sessions has, bytes would take five times as much. */
class TextAddress implements HostAddress {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  get family(): AddressFamily {
    return this.text.includes(':') ? 'ipv6' : 'ipv4';
  }

  get bytes(): Uint8Array {
    const parsed = parseAddress(this.text);
    if (!parsed.ok) {
      throw new Error(`${this.text} was an address: ${parsed.error}`);
    }
    return parsed.value.bytes;
  }
}

const LINK_LOCAL = /^fe[89ab][0-9a-f]:/;

/** Whether packets to this address can leave by one interface alone: fe80::/10 (RFC 4291 §2.4). */
export function isLinkLocal({ text }: HostAddress): boolean {
  return text.startsWith('fe') && LINK_LOCAL.test(text);
}

/**
 * Whether one host can have this address (RFC 1122 §3.2.1.3, RFC 4291 §2.5 to 2.7): neither unspecified,
 * nor multicast or reserved, nor an IPv4 address in the clothes of IPv6.
 */
export function isUnicast(address: HostAddress): boolean {
  if (address.family === 'ipv4') {
    const first = Number.parseInt(address.text, 10);
    return first !== 0 && first < 224;
  }
  const { bytes } = address;
  const [first = 0] = bytes;
  const mappedOrUnspecified = bytes.subarray(0, 10).every((byte) => byte === 0) && isMappedTail(bytes);
  return first !== 0xff && !mappedOrUnspecified;
}

function isMappedTail(bytes: Uint8Array): boolean {
  const mapped = bytes[10] === 0xff && bytes[11] === 0xff;
  return mapped || bytes.subarray(10).every((byte) => byte === 0);
}

/** How many bits two addresses of one family have in common before the first that differs. */
export function commonBits(left: Uint8Array, right: Uint8Array): number {
  const at = left.findIndex((byte, index) => byte !== right[index]);
  return at === -1 ? 8 * left.length : 8 * at + Math.clz32((left[at] ?? 0) ^ (right[at] ?? 0)) - 24;
}

/** Whether the first `length` bits are the same. */
export function samePrefix(left: Uint8Array, right: Uint8Array, length: number): boolean {
  if (left.length !== right.length) {
    return false;
  }
  const whole = length >>> 3;
  for (let index = 0; index < whole; index += 1) {
    if (left[index] !== right[index]) {
      return false;
    }
  }
  const mask = (0xff00 >>> (length & 7)) & 0xff;
  return (((left[whole] ?? 0) ^ (right[whole] ?? 0)) & mask) === 0;
}
