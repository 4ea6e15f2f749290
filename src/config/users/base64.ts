const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Decodes base64 (RFC 4648 §4), as YANG's type binary carries it. White space is skipped; undefined
 * when a character is foreign, or when the length or the padding is wrong.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const compact = text.replaceAll(/\s/gu, '');
  if (compact.length % 4 !== 0) return undefined;
  const padding = compact.endsWith('==') ? 2 : compact.endsWith('=') ? 1 : 0;
  const symbols = compact.length - padding;
  const bytes = new Uint8Array(Math.floor((symbols * 6) / 8));
  let accumulator = 0;
  let bits = 0;
  let length = 0;
  for (let index = 0; index < symbols; index += 1) {
    const value = ALPHABET.indexOf(compact.charAt(index));
    if (value < 0) return undefined;
    accumulator = ((accumulator << 6) | value) & 0xff_ff_ff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[length] = (accumulator >> bits) & 0xff;
      length += 1;
    }
  }
  return bytes;
}
