import { parseIpv4 } from '../../lib/address.js';
import { err, ok, type Result } from '../../lib/result.js';
import type { Interfaces, NetworkInterface } from '../../net/interface-table.js';
import type { TransmitPath } from '../../net/transmitter.js';
import { ipSh } from '../types/ip-sh.js';
import type { DesiredSession } from './session-model.js';

/** The endpoints of a session as wanted, with addresses as big-endian numbers. */
export interface Endpoints {
  readonly interfaceName: string;
  readonly destination: number;
  /** Null: the interface's address towards the destination. */
  readonly source: number | null;
}

/** Where packets go now, or what is in the way, for the operator to read. */
export type ResolvedPath = Result<{ readonly path: TransmitPath; readonly pointToPoint: boolean }, string>;

/** The endpoints of a desired session; the error says what the engine cannot do. */
export function readEndpoints(desired: DesiredSession): Result<Endpoints, string> {
  if (desired.type !== 'ip-sh') {
    return err('sessions over several hops are not run yet');
  }
  const destination = unicastIpv4(desired.destination);
  if (destination === null) {
    return err(`${desired.destination} is not an IPv4 unicast address`);
  }
  const source = desired.source === null ? null : unicastIpv4(desired.source);
  if (desired.source !== null && source === null) {
    return err(`${desired.source} is not an IPv4 unicast address`);
  }
  return ok({ interfaceName: desired.interface, destination, source });
}

/** What the endpoints come to on this host as it is. */
export function resolvePath(endpoints: Endpoints, interfaces: Interfaces): ResolvedPath {
  const name = endpoints.interfaceName;
  const found = interfaces.byName(name);
  if (found === null) {
    return err(`interface ${name} does not exist`);
  }
  if (!found.up) {
    return err(`interface ${name} is down`);
  }
  const source = endpoints.source ?? addressTowards(found, endpoints.destination);
  if (source === null) {
    return err(`interface ${name} has no address in a network with ${ipv4Text(endpoints.destination)}`);
  }
  if (!interfaces.hasAddress(source)) {
    return err(`no interface has the address ${ipv4Text(source)}`);
  }
  const path = {
    interfaceName: name,
    interfaceIndex: found.index,
    source,
    destination: endpoints.destination,
    destinationPort: ipSh.destinationPort,
  };
  return ok({ path, pointToPoint: found.pointToPoint });
}

export function sameEndpoints(a: Endpoints, b: Endpoints): boolean {
  return a.interfaceName === b.interfaceName && a.destination === b.destination && a.source === b.source;
}

export function samePath(a: TransmitPath, b: TransmitPath): boolean {
  return (
    a.interfaceIndex === b.interfaceIndex &&
    a.interfaceName === b.interfaceName &&
    a.source === b.source &&
    a.destination === b.destination
  );
}

/** Canonical text of an address given as a big-endian number. */
export function ipv4Text(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;
}

/** The local address of the longest prefix that has the destination; of several, the first. */
function addressTowards(from: NetworkInterface, destination: number): number | null {
  let best: { local: number; prefixLength: number } | null = null;
  for (const { local, peer, prefixLength } of from.addresses) {
    const mask = prefixLength === 0 ? 0 : (-1 << (32 - prefixLength)) >>> 0;
    const matches = ((peer ^ destination) & mask) === 0;
    if (matches && (best === null || prefixLength > best.prefixLength)) {
      best = { local, prefixLength };
    }
  }
  return best?.local ?? null;
}

/** Null: not IPv4, or one that no single neighbour can have (RFC 1122 §3.2.1.3). */
function unicastIpv4(text: string): number | null {
  const parsed = parseIpv4(text);
  if (!parsed.ok) {
    return null;
  }
  const [a = 0, b = 0, c = 0, d = 0] = parsed.value.bytes;
  return a === 0 || a >= 224 ? null : ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
