import type { PacketArrival, SessionType } from './session-type.js';

/** BFD over several IP hops, RFC 5883. */
export const ipMh: SessionType = {
  name: 'ip-mh',
  encapsulation: 'udp',
  // RFC 5883 §5: all as over one hop, but for the port.
  destinationPort: 4784,
  sourcePorts: { min: 49152, max: 65535 },
  transmitTtl: 255,
  requiredTtl: null,
  boundToInterface: false,
  demultiplexingKey,
};

/** RFC 5883 §4.1: there is one session between two addresses, by whatever path its packets come. */
function demultiplexingKey(arrival: PacketArrival): string {
  return `${arrival.destination} ${arrival.source}`;
}
