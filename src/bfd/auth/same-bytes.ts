/**
 * Whether two runs of bytes are the same. How long it takes does not tell where they differ, so that
 * nobody learns a secret by trying.
 */
export function sameBytes(
  left: Uint8Array,
  leftOffset: number,
  right: Uint8Array,
  rightOffset: number,
  length: number,
): boolean {
  let difference = 0;
  for (let index = 0; index < length; index += 1) {
    difference |= (left[leftOffset + index] ?? 0) ^ (right[rightOffset + index] ?? 0);
  }
  return difference === 0;
}
