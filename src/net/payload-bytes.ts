/** Whether the first `length` bytes of `payload` stand at `at` of `bytes`. */
export function holdsPayload(bytes: Uint8Array, at: number, payload: Uint8Array, length: number): boolean {
  for (let index = 0; index < length; index += 1) {
    if (bytes[at + index] !== payload[index]) {
      return false;
    }
  }
  return true;
}

/** Writes the first `length` bytes of `payload` at `at` of `bytes`. */
export function putPayload(bytes: Uint8Array, at: number, payload: Uint8Array, length: number): void {
  for (let index = 0; index < length; index += 1) {
    bytes[at + index] = payload[index] ?? 0;
  }
}
