import { readdirSync, readFileSync } from 'node:fs';

/** A test vector: a description in JSON and bytes in hexadecimal, in two files of one name. */
export interface NamedVector<Description> {
  readonly name: string;
  readonly vector: Description;
  readonly bytes: Uint8Array;
}

/** All vectors of a folder of test/vectors. White space in hexadecimal means nothing. */
export function readVectors<Description>(folder: string): NamedVector<Description>[] {
  const url = new URL(`../vectors/${folder}/`, import.meta.url);
  return readdirSync(url)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const name = file.slice(0, -'.json'.length);
      const vector: Description = JSON.parse(readFileSync(new URL(file, url), 'utf8'));
      return { name, vector, bytes: fromHex(readFileSync(new URL(`${name}.hex`, url), 'utf8')) };
    });
}

/** The bytes of a text in hexadecimal. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

/** The text of bytes in hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
