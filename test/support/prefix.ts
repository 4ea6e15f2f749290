import { parseAddress } from '../../src/lib/address.js';
import { parsePrefix } from '../../src/lib/ip-prefix.js';
import type { IpPrefix } from '../../src/lib/ip-prefix.js';

/** The prefix that a text says. */
export function prefix(text: string): IpPrefix {
  const parsed = parsePrefix(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error}`);
  return parsed.value;
}

/** The bytes of the address that a text says. */
export function addressBytes(text: string): Uint8Array {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error}`);
  return parsed.value.bytes;
}
