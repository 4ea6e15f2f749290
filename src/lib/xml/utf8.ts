// The encoding API is part of every JavaScript host, but not of the language's own library.
declare const TextDecoder: new (
  label: 'utf-8',
  options: { fatal: boolean },
) => { decode(bytes?: Uint8Array, options?: { stream: boolean }): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };

const encoder = new TextEncoder();

/** `text` in UTF-8. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/**
 * Decodes UTF-8 that arrives in pieces, split anywhere. A byte order mark at the start is skipped.
 * Unlike a lenient decoder it replaces nothing: `undefined` says that the bytes are not UTF-8, and the
 * decoder starts afresh.
 */
export class Utf8Decoder {
  private decoder = new TextDecoder('utf-8', { fatal: true });

  /** The characters that `bytes` completes. */
  decode(bytes: Uint8Array): string | undefined {
    return this.run(() => this.decoder.decode(bytes, { stream: true }));
  }

  /** Ends the text; `false` when it ends inside a character. */
  end(): boolean {
    return this.run(() => this.decoder.decode()) !== undefined;
  }

  private run(step: () => string): string | undefined {
    try {
      return step();
    } catch {
      this.decoder = new TextDecoder('utf-8', { fatal: true });
      return undefined;
    }
  }
}
