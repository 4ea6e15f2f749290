import type { ReceivedDatagram } from './received-datagram.js';
import { createDecodedUdpPacket, decodeUdpPacket } from './udp-packet.js';

const NO_BYTES = new Uint8Array(0);

/** Reads whole packets as the datagrams that they carry, as the kernel would hand them over. */
export class ReceivedUdpPacket {
  readonly #decoded = createDecodedUdpPacket();
  readonly #datagram: ReceivedDatagram = {
    bytes: NO_BYTES,
    source: NO_BYTES,
    sourcePort: 0,
    destination: NO_BYTES,
    destinationPort: 0,
    interfaceIndex: 0,
    ttl: -1,
    droppedBySocket: 0,
  };

  /**
   * @param bytes from the IP header on
   * @returns null: it is no datagram, or a damaged one; else one that holds until the next call
   */
  read(bytes: Uint8Array, interfaceIndex: number): ReceivedDatagram | null {
    const packet = this.#decoded;
    if (decodeUdpPacket(bytes, 0, bytes.length, packet) !== null) {
      return null;
    }
    const datagram = this.#datagram;
    datagram.bytes = bytes.subarray(packet.payloadAt, packet.payloadAt + packet.payloadBytes);
    datagram.source = bytes.subarray(packet.sourceAt, packet.sourceAt + packet.addressBytes);
    datagram.sourcePort = packet.sourcePort;
    datagram.destination = bytes.subarray(packet.destinationAt, packet.destinationAt + packet.addressBytes);
    datagram.destinationPort = packet.destinationPort;
    datagram.interfaceIndex = interfaceIndex;
    datagram.ttl = packet.ttl;
    return datagram;
  }
}
