/**
 * The nesting of TLVs, RFC 8029 §3: type and length of 16 bits each, the value, and zeros up to a multiple
 * of four bytes, which the length does not count. The same holds for sub-TLVs within a value.
 */
import { readUint16, writeUint16 } from '../../lib/byte-order.js';

/** Bytes before a value. */
export const TLV_HEADER_BYTES = 4;

/** A TLV, as it lies in the bytes of its container. */
export interface RawTlv {
  readonly type: number;
  /** A view of the container's bytes. */
  readonly value: Uint8Array;
  /** The TLV as it came, header and padding included. */
  readonly whole: Uint8Array;
}

/** What can be wrong with a row of TLVs. */
export type TlvWalkError = 'tlv-header-truncated' | 'tlv-value-truncated' | 'too-many-tlvs';

/**
 * Splits a container. Padding may be absent at the very end: some senders leave it out of the length of
 * the container.
 *
 * @param limit more TLVs than this are an error
 */
export function walkTlvs(container: Uint8Array, limit: number): RawTlv[] | TlvWalkError {
  const found: RawTlv[] = [];
  for (let at = 0; at < container.length;) {
    if (at + TLV_HEADER_BYTES > container.length) return 'tlv-header-truncated';
    if (found.length === limit) return 'too-many-tlvs';
    const valueAt = at + TLV_HEADER_BYTES;
    const valueEnd = valueAt + readUint16(container, at + 2);
    if (valueEnd > container.length) return 'tlv-value-truncated';
    const next = padded(valueEnd);
    found.push({
      type: readUint16(container, at),
      value: container.subarray(valueAt, valueEnd),
      whole: container.subarray(at, next),
    });
    at = next;
  }
  return found;
}

/** The bytes that a TLV takes, header and padding included. */
export function tlvBytes(valueBytes: number): number {
  return TLV_HEADER_BYTES + padded(valueBytes);
}

/**
 * Writes the header of a TLV whose value follows it; the padding is taken to be zero.
 *
 * @returns the offset behind the padding
 */
export function writeTlvHeader(bytes: Uint8Array, at: number, type: number, valueBytes: number): number {
  writeUint16(bytes, at, type);
  writeUint16(bytes, at + 2, valueBytes);
  return at + tlvBytes(valueBytes);
}

function padded(bytes: number): number {
  return (bytes + 3) & ~3;
}
