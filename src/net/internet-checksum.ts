/**
 * The checksum of IPv4, UDP and others (RFC 1071): the ones' complement of the ones' complement sum of
 * 16-bit words. Sums are built up over several pieces, of which each but the last has an even length.
 */

/** Adds `length` bytes at `offset` to a sum; an odd last byte counts as if a zero followed. */
export function addToSum(sum: number, bytes: Uint8Array, offset: number, length: number): number {
  const even = offset + (length & ~1);
  let total = sum;
  for (let at = offset; at < even; at += 2) {
    total += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  }
  return length & 1 ? total + ((bytes[even] ?? 0) << 8) : total;
}

/** The 16 bits of a sum of at most 2^32 words of which every carry is added in again. */
export function foldSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) {
    folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  }
  return folded;
}

/** What goes into the checksum field. */
export function checksumOf(sum: number): number {
  return ~foldSum(sum) & 0xffff;
}
