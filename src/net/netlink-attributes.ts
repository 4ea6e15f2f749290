import { hostAddress, type HostAddress } from './host-address.js';

const AF_INET = 2;
const AF_INET6 = 10;
/** struct rtattr: length (u16) with itself, type (u16); then the value; the next one is aligned to 4. */
const ATTRIBUTE_HEADER = 4;

/** Bytes of an address by its family; others are of no interest. */
export const ADDRESS_BYTES: ReadonlyMap<number, number> = new Map([
  [AF_INET, 4],
  [AF_INET6, 16],
]);

/** Where the value of an attribute lies between `start` and `end`; null: it is not there. */
export function findAttribute(
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

/** An attribute that is an address of `size` bytes; null: it is not there. */
export function readAddress(
  view: DataView,
  type: number,
  start: number,
  end: number,
  size: number,
): HostAddress | null {
  const bytes = readBytes(view, type, start, end);
  return bytes?.length === size ? hostAddress(bytes) : null;
}

/** A copy of the value of an attribute; null: it is not there. */
export function readBytes(view: DataView, type: number, start: number, end: number): Uint8Array | null {
  const found = findAttribute(view, type, start, end);
  return found === null
    ? null
    : new Uint8Array(view.buffer, view.byteOffset + found.start, found.end - found.start).slice();
}

/** Interface names are bytes, almost always ASCII; each byte becomes one character. */
export function readName(view: DataView, start: number, end: number): string {
  let name = '';
  for (let at = start; at < end && view.getUint8(at) !== 0; at += 1) {
    name += String.fromCharCode(view.getUint8(at));
  }
  return name;
}
