/** Damages packets the way that finds faults in decoders: in lengths and types above all. */

/** Values that decoders get wrong, for a byte or for each byte of a number. */
const TELLING = [0x00, 0x01, 0x03, 0x04, 0x05, 0x0c, 0x0f, 0x7f, 0x80, 0xfe, 0xff];
const MAX_CHANGES = 6;
const MAX_BYTES = 600;

/**
 * A damaged copy of one of `seeds`.
 *
 * @param random random numbers, 0 ≤ r < 1
 */
export function mutate(seeds: readonly Uint8Array[], random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  let bytes = Uint8Array.from(seeds[below(seeds.length)] ?? []);
  for (let change = below(MAX_CHANGES); change >= 0; change -= 1) {
    bytes = changed(bytes, seeds, below);
  }
  return bytes.subarray(0, MAX_BYTES);
}

function changed(
  bytes: Uint8Array<ArrayBuffer>,
  seeds: readonly Uint8Array[],
  below: (limit: number) => number,
): Uint8Array<ArrayBuffer> {
  const at = below(bytes.length + 1);
  switch (below(8)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + below(8)));
    case 2:
      return joined(
        bytes.subarray(0, at),
        Uint8Array.from({ length: 1 + below(8) }, () => below(256)),
        bytes.subarray(at),
      );
    case 3: {
      // A piece of another packet, or of this one again.
      const other = seeds[below(seeds.length)] ?? bytes;
      const from = below(other.length + 1);
      return joined(bytes.subarray(0, at), other.subarray(from, from + below(48)), bytes.subarray(at));
    }
    case 4:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
      return bytes;
    case 5:
      bytes[at] = below(256);
      return bytes;
    default:
      bytes[at] = TELLING[below(TELLING.length)] ?? 0;
      return bytes;
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
