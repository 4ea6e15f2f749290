import { err, ok, type Result } from '../../lib/result.js';
import {
  commonBits,
  isLinkLocal,
  isUnicast,
  parseHostAddress,
  samePrefix,
  type HostAddress,
} from '../../net/host-address.js';
import type { Interfaces, NetworkInterface } from '../../net/interface-table.js';
import type { InterfaceAddress } from '../../net/netlink-message.js';
import type { TransmitPath } from '../../net/transmitter.js';
import { ipMh } from '../types/ip-mh.js';
import { ipSh } from '../types/ip-sh.js';
import type { SessionType } from '../types/session-type.js';
import type { DesiredSession } from './session-model.js';

/** The endpoints of a session as wanted. */
export interface Endpoints {
  readonly type: SessionType;
  /** Null: the routes of the host decide. */
  readonly interfaceName: string | null;
  readonly destination: HostAddress;
  /** Null: the interface's address towards the destination. */
  readonly source: HostAddress | null;
}

/** Where packets go now, or what is in the way, for the operator to read. */
export type ResolvedPath = Result<{ readonly path: TransmitPath; readonly pointToPoint: boolean }, string>;

/** The endpoints of a desired session; the error says what the engine cannot do. */
export function readEndpoints(desired: DesiredSession): Result<Endpoints, string> {
  const destination = unicast(desired.destination);
  const source = desired.source === null ? ok(null) : unicast(desired.source);
  if (!destination.ok) {
    return destination;
  }
  if (!source.ok) {
    return source;
  }
  if (source.value !== null && source.value.family !== destination.value.family) {
    return err(`${desired.source} and ${desired.destination} are not of one address family`);
  }
  const addresses = [destination.value, source.value] as const;
  if (desired.type === 'ip-sh') {
    return ok(createEndpoints(ipSh, desired.interface, ...addresses));
  }
  const linkLocal = addresses.find((one) => one !== null && isLinkLocal(one));
  return linkLocal
    ? err(`${linkLocal.text} is a link-local address, which no packet crosses a router with`)
    : ok(createEndpoints(ipMh, null, ...addresses));
}

function createEndpoints(
  type: SessionType,
  interfaceName: string | null,
  destination: HostAddress,
  source: HostAddress | null,
): Endpoints {
  return { type, interfaceName, destination, source };
}

/**
 * What the endpoints come to on this host as it is.
 *
 * @param present the source address that the session has; it keeps that as long as it will do
 */
export function resolvePath(
  endpoints: Endpoints,
  interfaces: Interfaces,
  present: HostAddress | null = null,
): ResolvedPath {
  const { interfaceName } = endpoints;
  return interfaceName === null
    ? resolveRouted(endpoints, interfaces)
    : resolveDirect(endpoints, interfaceName, interfaces, present);
}

export function sameEndpoints(a: Endpoints, b: Endpoints): boolean {
  return (
    a.type === b.type &&
    a.interfaceName === b.interfaceName &&
    a.destination.text === b.destination.text &&
    a.source?.text === b.source?.text
  );
}

export function samePath(a: TransmitPath, b: TransmitPath): boolean {
  return (
    a.interface?.index === b.interface?.index &&
    a.interface?.name === b.interface?.name &&
    a.source.text === b.source.text &&
    a.destination.text === b.destination.text
  );
}

function resolveRouted({ type, source, destination }: Endpoints, interfaces: Interfaces): ResolvedPath {
  if (source === null) {
    return err(`a session with ${destination.text} needs a source address`);
  }
  if (!interfaces.hasAddress(source)) {
    return err(`no interface has the address ${source.text}`);
  }
  const path = { interface: null, source, destination, destinationPort: type.destinationPort };
  return ok({ path, pointToPoint: false });
}

function resolveDirect(
  endpoints: Endpoints,
  name: string,
  interfaces: Interfaces,
  present: HostAddress | null,
): ResolvedPath {
  const { type, destination } = endpoints;
  const found = interfaces.byName(name);
  if (found === null) {
    return err(`interface ${name} does not exist`);
  }
  if (!found.up) {
    return err(`interface ${name} is down`);
  }
  const source = endpoints.source ?? addressTowards(found, destination, present);
  if (source === null) {
    return err(`interface ${name} has no address in a network with ${destination.text}`);
  }
  if (!hasAddress(source, found, interfaces)) {
    return err(`no interface has the address ${source.text}`);
  }
  // The interface as it is known, with what else is known of it: all sessions on it share that.
  const path = { interface: found, source, destination, destinationPort: type.destinationPort };
  return ok({ path, pointToPoint: found.pointToPoint });
}

/** A link-local address is of use on its own link alone. */
function hasAddress(address: HostAddress, from: NetworkInterface, interfaces: Interfaces): boolean {
  if (!isLinkLocal(address)) {
    return interfaces.hasAddress(address);
  }
  return [...from.addresses.values()].some(({ local }) => local.text === address.text);
}

/**
 * The local address of the longest prefix that has the destination, or `present` if that will do. Of several
 * IPv4 addresses it is the first, which the kernel takes for the primary one. The order of IPv6 addresses says
 * nothing, and is another when it is asked for anew: of those it is the one most like the destination (RFC 6724
 * §5, rule 8), and of several of these the lowest.
 */
function addressTowards(
  from: NetworkInterface,
  destination: HostAddress,
  present: HostAddress | null,
): HostAddress | null {
  const to = destination.bytes;
  let best: InterfaceAddress | null = null;
  for (const address of from.addresses.values()) {
    if (samePrefix(address.peer.bytes, to, address.prefixLength)) {
      if (address.local.text === present?.text) {
        return present;
      }
      best = best === null || goesBefore(address, best, to) ? address : best;
    }
  }
  return best?.local ?? null;
}

function goesBefore(one: InterfaceAddress, other: InterfaceAddress, to: Uint8Array): boolean {
  if (one.prefixLength !== other.prefixLength || one.local.family === 'ipv4') {
    return one.prefixLength > other.prefixLength;
  }
  const [left, right] = [one.local.bytes, other.local.bytes];
  const likeness = commonBits(left, to) - commonBits(right, to);
  const at = left.findIndex((byte, index) => byte !== right[index]);
  return likeness === 0 ? (left[at] ?? 0) < (right[at] ?? 0) : likeness > 0;
}

function unicast(text: string): Result<HostAddress, string> {
  const address = parseHostAddress(text);
  return address !== null && isUnicast(address) ? ok(address) : err(`${text} is not a unicast address`);
}
