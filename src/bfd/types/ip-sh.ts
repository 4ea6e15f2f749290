import type { PacketArrival, SessionType } from './session-type.js';

/** BFD over one IP hop, RFC 5881. */
export const ipSh: SessionType = {
  name: 'ip-sh',
  encapsulation: 'udp',
  // RFC 5881 §4.
  destinationPort: 3784,
  sourcePorts: { min: 49152, max: 65535 },
  // RFC 5881 §5: sent with 255, and nothing else is accepted.
  transmitTtl: 255,
  requiredTtl: 255,
  boundToInterface: true,
  demultiplexingKey,
};

/**
 * RFC 5881 §3: one session per neighbour, interface and protocol. §6: on a point-to-point link the source
 * address MUST NOT be used, so that one session per protocol is all there is.
 */
function demultiplexingKey(arrival: PacketArrival): string {
  const family = arrival.source.includes(':') ? 'ipv6' : 'ipv4';
  const neighbour = arrival.pointToPoint ? '*' : arrival.source;
  return `${arrival.interface}/${family}/${neighbour}`;
}
