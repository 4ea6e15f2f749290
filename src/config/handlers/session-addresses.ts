import {
  formatAddressBytes,
  isLinkLocalIpv6,
  parseAddress,
  parseIpv4,
  type IpAddress,
} from '../../lib/address.js';
import { err, ok, type Result } from '../../lib/result.js';
import type { RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { leafValue, refusedLeaf, requiredValue } from './node-values.js';

/** The addresses of a session as the engine has them: canonical text without a zone. */
export interface SessionAddresses {
  readonly destination: string;
  /** Null: none is configured. */
  readonly source: string | null;
}

/**
 * Reads `dest-addr` and `source-addr` of a session, with all that is wrong with them.
 *
 * @param interfaceName the interface that the session is on; null for one over several hops
 */
export function readAddresses(
  entry: DataNode,
  interfaceName: string | null,
): Result<SessionAddresses, readonly RpcError[]> {
  const destination = readAddress(requiredValue(entry, 'dest-addr'), interfaceName);
  const sourceText = leafValue(entry, 'source-addr');
  const source = sourceText === undefined ? ok(null) : readAddress(sourceText, interfaceName);
  const errors: RpcError[] = [];
  if (!destination.ok) errors.push(refusal(entry, 'dest-addr', 'destination', destination.error));
  if (!source.ok) errors.push(refusal(entry, 'source-addr', 'source', source.error));
  if (!destination.ok || !source.ok) return err(errors);
  const addresses = { destination: textOf(destination.value), source: source.value && textOf(source.value) };
  if (source.value === null) return ok(addresses);
  if (source.value.family !== destination.value.family) {
    return err([refusal(entry, 'source-addr', 'source', OTHER_FAMILY)]);
  }
  if (addresses.source === addresses.destination) {
    const message = `${sourceText} is both source and destination: name the neighbour.`;
    return err([refusedLeaf(entry, 'source-addr', message)]);
  }
  return ok(addresses);
}

/** The canonical text of an address without its zone; what is no address is left as it is. */
export function canonicalAddress(text: string): string {
  const parsed = parseAddress(text);
  return parsed.ok ? textOf(parsed.value) : text;
}

/**
 * Why a packet cannot go to, or come from, an address; undefined when it can.
 *
 * @param interfaceName the interface that it leaves through; null for one over several hops
 */
export function hostAddressProblem(text: string, interfaceName: string | null): string | undefined {
  const read = readAddress(text, interfaceName);
  return read.ok ? undefined : read.error;
}

const OTHER_FAMILY = 'it is of another address family than the destination; give both of one family';

function refusal(entry: DataNode, leaf: string, role: string, problem: string): RpcError {
  return refusedLeaf(entry, leaf, `${leafValue(entry, leaf)} cannot be the ${role}: ${problem}.`);
}

function textOf({ bytes }: IpAddress): string {
  return formatAddressBytes(bytes);
}

/** The error says why a packet cannot go to or come from there. */
function readAddress(text: string, interfaceName: string | null): Result<IpAddress, string> {
  if (!text.includes(':')) return readIpv4(text);
  const parsed = parseAddress(text);
  if (!parsed.ok) return err('its zone is not the name of an interface');
  const problem = ipv6Problem(parsed.value, interfaceName);
  return problem === undefined ? parsed : err(problem);
}

function readIpv4(text: string): Result<IpAddress, string> {
  if (text.includes('%')) return err('an IPv4 address takes no zone; the interface is named by its own leaf');
  const parsed = parseIpv4(text);
  if (!parsed.ok) return err('it is not written as four decimal numbers');
  const [first = 0] = parsed.value.bytes;
  if (first === 0) return err('it is not the address of a host');
  if (first === 127) return err('it is a loopback address; give the address of the neighbour');
  if (text === '255.255.255.255') {
    return err('it is the broadcast address; give the address of one neighbour');
  }
  if (first >= 240) return err('it is in a reserved range, in which there are no hosts');
  if (first >= 224) return err('it is a multicast address; give the address of one neighbour');
  return parsed;
}

function ipv6Problem(address: IpAddress, interfaceName: string | null): string | undefined {
  const { bytes, zone } = address;
  const start = bytes.subarray(0, 12);
  if (bytes[0] === 0xff) return 'it is a multicast address; give the address of one neighbour';
  if (start.subarray(0, 10).every((byte) => byte === 0)) {
    if (start[10] === 0xff && start[11] === 0xff) {
      return 'it is an IPv4 address in the notation of IPv6; write it as IPv4';
    }
    const last = bytes.at(-1);
    const isLow = bytes.subarray(0, 15).every((byte) => byte === 0);
    if (isLow && last === 0) return 'it is not the address of a host';
    if (isLow && last === 1) return 'it is the loopback address; give the address of the neighbour';
  }
  if (!isLinkLocalIpv6(address)) {
    return zone === null ? undefined : `only a link-local address has a zone; leave out %${zone}`;
  }
  if (interfaceName === null) {
    return 'a link-local address reaches no further than its link; give a global address, or configure a single-hop session';
  }
  if (zone === null || zone === interfaceName) return undefined;
  return `its zone is ${zone}, but the session is on ${interfaceName}; leave out the zone`;
}
