import { LABEL_ENTRY_BYTES, writeLabelStack } from '../../src/mpls/label-stack.js';
import type { LabelStackEntry } from '../../src/mpls/label-stack.js';
import { udpPacketHeaderBytes, writeUdpPacket } from '../../src/net/udp-packet.js';
import type { UdpPacketHeader } from '../../src/net/udp-packet.js';

/** What travels on an LSP behind the link layer's header: label stack, IP, UDP, payload. */
export function labelledPacket(
  stack: readonly LabelStackEntry[],
  header: UdpPacketHeader,
  payload: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(
    stack.length * LABEL_ENTRY_BYTES + udpPacketHeaderBytes(header) + payload.length,
  );
  const packetAt = writeLabelStack(stack, bytes, 0);
  bytes.set(payload, packetAt + udpPacketHeaderBytes(header));
  return bytes.slice(0, packetAt + writeUdpPacket(header, bytes, packetAt, payload.length));
}
