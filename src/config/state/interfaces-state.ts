import type { StateProvider } from './state-provider.js';
import type { SystemInterface, SystemInterfaces } from './system-interfaces.js';
import { dateAndTime, element, identityLeaf, leaf } from './xml-text.js';

const INTERFACES = 'urn:ietf:params:xml:ns:yang:ietf-interfaces';
const IF_TYPE = { prefix: 'ianaift', namespace: 'urn:ietf:params:xml:ns:yang:iana-if-type' };

/** Identities of iana-if-type by ARPHRD_* of Linux; everything else is `other`. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'ethernetCsmacd'],
  [32, 'infiniband'],
  [512, 'ppp'],
  [768, 'tunnel'],
  [769, 'tunnel'],
  [772, 'softwareLoopback'],
  [776, 'tunnel'],
  [778, 'tunnel'],
  [801, 'ieee80211'],
]);

/** Spellings of Linux that differ from those of RFC 8343. */
const OPER_STATES: ReadonlyMap<string, string> = new Map([
  ['lowerlayerdown', 'lower-layer-down'],
  ['notpresent', 'not-present'],
]);

const COUNTER32 = 2n ** 32n;

/**
 * ietf-interfaces: state of every interface of the system, configured or not; a configured one that the
 * system does not have is `not-present`. Counters may have jumped before `startedMs`.
 */
export function interfacesState(
  system: SystemInterfaces,
  configured: () => Iterable<string>,
  startedMs: number,
): StateProvider {
  return {
    module: 'ietf-interfaces',
    namespace: INTERFACES,
    root: 'interfaces',
    async xml() {
      const known = new Set(configured());
      const present = system.list();
      const names = new Set(present.map(({ name }) => name));
      const absent = [...known].filter((name) => !names.has(name));
      const entries = [
        ...present.map((found) => entry(found, known.has(found.name), startedMs)),
        ...absent.map((name) =>
          element('interface', [leaf('name', name), leaf('oper-status', 'not-present')]),
        ),
      ];
      return entries.length === 0 ? '' : element('interfaces', entries, INTERFACES);
    },
  };
}

function entry(found: SystemInterface, configured: boolean, startedMs: number): string {
  const type = { ...IF_TYPE, name: TYPES.get(found.hardwareType) ?? 'other' };
  return element('interface', [
    leaf('name', found.name),
    // A configured interface has the type that the operator gave it.
    configured ? '' : identityLeaf('type', type),
    leaf('oper-status', OPER_STATES.get(found.operState) ?? found.operState),
    leaf('phys-address', found.physAddress),
    leaf('speed', found.speedBitsPerSecond),
    statistics(found, startedMs),
  ]);
}

function statistics({ counters }: SystemInterface, startedMs: number): string {
  return element('statistics', [
    leaf('discontinuity-time', dateAndTime(startedMs)),
    leaf('in-octets', counters.inOctets),
    leaf('in-multicast-pkts', counters.inMulticastPackets),
    leaf('in-discards', counter32(counters.inDiscards)),
    leaf('in-errors', counter32(counters.inErrors)),
    leaf('out-octets', counters.outOctets),
    leaf('out-discards', counter32(counters.outDiscards)),
    leaf('out-errors', counter32(counters.outErrors)),
  ]);
}

/** yang:counter32 starts again at 0 after its maximum. */
function counter32(decimal: string): string {
  return (BigInt(decimal) % COUNTER32).toString();
}
