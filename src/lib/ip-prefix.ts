/** Address prefixes, always with the bits behind the prefix at zero, so that equal ones have equal text. */
import { formatAddressBytes, parseAddress } from './address.js';
import { err, ok } from './result.js';
import type { Result } from './result.js';

/** A prefix of an address family. */
export interface IpPrefix {
  readonly family: 'ipv4' | 'ipv6';
  /** 4 or 16 bytes in network order; those behind `length` are zero. */
  readonly bytes: Uint8Array;
  /** 0 to 32 or 128. */
  readonly length: number;
}

/** What is wrong with a text that is no prefix. */
export type PrefixError = 'not-an-address' | 'not-a-prefix-length';

/** The bits of an address: the length of the longest prefix. */
export function addressBits(family: IpPrefix['family']): number {
  return family === 'ipv4' ? 32 : 128;
}

/** Reads `address/length`, for example `192.0.2.0/24`; bits behind the length are dropped. */
export function parsePrefix(text: string): Result<IpPrefix, PrefixError> {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!address.ok || address.value.zone !== null) {
    return err('not-an-address');
  }
  const length = text.slice(slash + 1);
  if (slash < 0 || !LENGTH.test(length) || Number(length) > addressBits(address.value.family)) {
    return err('not-a-prefix-length');
  }
  return ok(makePrefix(address.value.bytes, Number(length)));
}

/**
 * The prefix of an address.
 *
 * @param bytes 4 or 16 bytes in network order; not kept
 * @param length at most the bits of the address
 * @throws RangeError when the length is more, or not an integer from 0
 */
export function makePrefix(bytes: Uint8Array, length: number): IpPrefix {
  if (!Number.isInteger(length) || length < 0 || length > 8 * bytes.length) {
    throw new RangeError(`a prefix of ${bytes.length} bytes cannot have the length ${length}`);
  }
  const masked = bytes.map((byte, index) => byte & leadingOnes(length - 8 * index));
  return { family: bytes.length === 4 ? 'ipv4' : 'ipv6', bytes: masked, length };
}

/** The canonical text, which serves as a key too. */
export function formatPrefix(prefix: IpPrefix): string {
  return `${formatAddressBytes(prefix.bytes)}/${prefix.length}`;
}

/** Whether the prefix is a single address. */
export function isHostPrefix(prefix: IpPrefix): boolean {
  return prefix.length === addressBits(prefix.family);
}

/** Whether `inner` lies within `outer`, or is the same. */
export function prefixContains(outer: IpPrefix, inner: IpPrefix): boolean {
  return (
    outer.family === inner.family &&
    outer.length <= inner.length &&
    inner.bytes.every((byte, index) => (byte & leadingOnes(outer.length - 8 * index)) === outer.bytes[index])
  );
}

const LENGTH = /^(?:0|[1-9][0-9]{0,2})$/;

/** A byte whose first `count` bits are one; none for a negative count, all for one above eight. */
function leadingOnes(count: number): number {
  return 0xff & ~(0xff >>> Math.min(8, Math.max(0, count)));
}
