import type { Key } from './authentication.js';

/** The longest packet that is worth remembering: a header with a SHA1 section. */
const MAX_BYTES = 52;

/**
 * Remembers one packet with its key, so that the same again needs no digest. The keyed types that are not
 * meticulous repeat themselves for as long as nothing changes.
 */
export class PacketMemory {
  #bytes: Uint8Array | null = null;
  #length = 0;
  #key: Key | null = null;

  /** Remembers a packet instead of the one before. */
  keep(bytes: Uint8Array, offset: number, length: number, key: Key): void {
    if (length > MAX_BYTES) {
      this.forget();
      return;
    }
    this.#bytes ??= new Uint8Array(MAX_BYTES);
    for (let index = 0; index < length; index += 1) {
      this.#bytes[index] = bytes[offset + index] ?? 0;
    }
    this.#length = length;
    this.#key = key;
  }

  forget(): void {
    this.#key = null;
  }

  /** Whether these are the remembered bytes. */
  holds(bytes: Uint8Array, length: number, key: Key): boolean {
    return key === this.#key && length === this.#length && this.#begins(bytes, 0, length);
  }

  /** Completes a packet from what is remembered, when it begins the same; else answers false. */
  complete(bytes: Uint8Array, offset: number, begun: number, key: Key): boolean {
    const kept = this.#bytes;
    if (kept === null || key !== this.#key || !this.#begins(bytes, offset, begun)) {
      return false;
    }
    for (let index = begun; index < this.#length; index += 1) {
      bytes[offset + index] = kept[index] ?? 0;
    }
    return true;
  }

  #begins(bytes: Uint8Array, offset: number, length: number): boolean {
    const kept = this.#bytes;
    if (kept === null) {
      return false;
    }
    for (let index = 0; index < length; index += 1) {
      if (bytes[offset + index] !== kept[index]) {
        return false;
      }
    }
    return true;
  }
}
