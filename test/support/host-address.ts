import { parseHostAddress, type HostAddress } from '../../src/net/host-address.js';

/** The address that a test writes as a text. */
export function address(text: string): HostAddress {
  const parsed = parseHostAddress(text);
  if (parsed === null) throw new Error(`${text} is no address`);
  return parsed;
}
