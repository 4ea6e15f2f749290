/** Unsigned 32-bit numbers in network byte order, without a view object per packet. */

/** The number at `offset`; bytes that are not there read as zero. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  const upper = ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
  const lower = ((bytes[offset + 2] ?? 0) << 8) | (bytes[offset + 3] ?? 0);
  return ((upper << 16) | lower) >>> 0;
}

/** Writes the lower 32 bits of `value` at `offset`. */
export function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}
