/** Whole frames of the procedure, from Ethernet to the last byte, read and written. */
import { describe, expect, test } from 'vitest';
import {
  CONTROL_PACKET_BYTES,
  decodeControlPacket,
  encodeControlPacket,
} from '../../src/bfd/packet/control-packet.js';
import type { ControlPacket } from '../../src/bfd/packet/control-packet.js';
import { stateName } from '../../src/bfd/packet/session-state.js';
import { formatAddressBytes } from '../../src/lib/address.js';
import { formatPrefix } from '../../src/lib/ip-prefix.js';
import { readUint16, writeUint16 } from '../../src/lib/byte-order.js';
import { LABEL_ENTRY_BYTES, ReceivedLabelStack, writeLabelStack } from '../../src/mpls/label-stack.js';
import type { LabelStackEntry } from '../../src/mpls/label-stack.js';
import { decodeLspPing } from '../../src/mpls/lsp-ping/decode-message.js';
import { encodeLspPing } from '../../src/mpls/lsp-ping/encode-message.js';
import { bfdDiscriminatorOf, fecStackOf } from '../../src/mpls/lsp-ping/message.js';
import type { Fec, LspPingHeader } from '../../src/mpls/lsp-ping/message.js';
import {
  createDecodedUdpPacket,
  decodeUdpPacket,
  udpPacketHeaderBytes,
  writeUdpPacket,
} from '../../src/net/udp-packet.js';
import { addressBytes, prefix } from '../support/prefix.js';
import { fromHex, readVectors, toHex } from '../support/vector-folder.js';

interface WrittenUdp {
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly trafficClass: number;
  readonly identification: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

type WrittenFec = { readonly type: 'ldp' | 'bgp' | 'generic'; readonly prefix: string };

interface FrameVector {
  readonly describes: string;
  readonly ethernet: { readonly destination: string; readonly source: string; readonly etherType: number };
  readonly labels: readonly LabelStackEntry[];
  readonly udp: WrittenUdp;
  readonly lspPing?: LspPingHeader & {
    readonly fecs: readonly WrittenFec[];
    readonly bfdDiscriminator: number;
  };
  readonly bfd?: Omit<ControlPacket, 'state'> & { readonly state: string };
  /** The authentication section, in hexadecimal. */
  readonly bfdAuthentication?: string;
}

const ETHERNET_BYTES = 14;
const FRAMES = readVectors<FrameVector>('mpls-frames');
const PINGS = FRAMES.filter(({ vector }) => vector.lspPing !== undefined);
const CONTROL = FRAMES.filter(({ vector }) => vector.bfd !== undefined);

test('there are frames of either kind', () => {
  expect(PINGS.length).toBeGreaterThanOrEqual(3);
  expect(CONTROL.length).toBeGreaterThanOrEqual(5);
});

describe('frames are read', () => {
  test.each(FRAMES)('$name', ({ vector, bytes }) => {
    const { stack, packet } = readFrame(bytes);
    expect(readUint16(bytes, 12)).toBe(vector.ethernet.etherType);
    expect(labelsOf(stack)).toEqual(vector.labels);
    expect({
      source: formatAddressBytes(bytes.subarray(packet.sourceAt, packet.sourceAt + packet.addressBytes)),
      destination: formatAddressBytes(
        bytes.subarray(packet.destinationAt, packet.destinationAt + packet.addressBytes),
      ),
      ttl: packet.ttl,
      trafficClass: packet.trafficClass,
      identification: vector.udp.identification,
      sourcePort: packet.sourcePort,
      destinationPort: packet.destinationPort,
    }).toEqual(vector.udp);
    expect(packet.routerAlert).toBe(false);
  });

  test.each(PINGS)('LSP ping in $name', ({ vector, bytes }) => {
    const message = decodeLspPing(readFrame(bytes).payload);
    expect(message.ok && { ...message.value.header, ...tlvsOf(message.value) }).toEqual(vector.lspPing);
  });

  test.each(CONTROL)('BFD in $name', ({ vector, bytes }) => {
    const { payload } = readFrame(bytes);
    const result = decodeControlPacket(payload, 0, payload.length);
    expect(result.ok && { ...result.value, state: stateName(result.value.state) }).toEqual(vector.bfd);
  });
});

describe('frames are written, byte for byte', () => {
  test.each(PINGS)('$name', ({ vector, bytes }) => {
    const { lspPing } = vector;
    if (lspPing === undefined) throw new Error('no message');
    const { fecs, bfdDiscriminator, ...header } = lspPing;
    const payload = encodeLspPing({
      header,
      tlvs: [
        { type: 'target-fec-stack', fecs: fecs.map(toFec) },
        { type: 'bfd-discriminator', discriminator: bfdDiscriminator },
      ],
    });
    expect(toHex(writeFrame(vector, payload))).toBe(toHex(bytes));
  });

  test.each(CONTROL)('$name', ({ vector, bytes }) => {
    const { payload } = readFrame(bytes);
    const result = decodeControlPacket(payload, 0, payload.length);
    const written = new Uint8Array(CONTROL_PACKET_BYTES);
    if (result.ok) encodeControlPacket(result.value, written, 0);
    const authentication = fromHex(vector.bfdAuthentication ?? '');
    written[3] = CONTROL_PACKET_BYTES + authentication.length;
    expect(toHex(writeFrame(vector, Uint8Array.of(...written, ...authentication)))).toBe(toHex(bytes));
  });
});

function readFrame(frame: Uint8Array) {
  const stack = new ReceivedLabelStack();
  const labelled = readUint16(frame, 12) === 0x8847;
  stack.setEmpty(ETHERNET_BYTES);
  expect(labelled ? stack.read(frame, ETHERNET_BYTES, frame.length) : null).toBeNull();
  const packet = createDecodedUdpPacket();
  expect(decodeUdpPacket(frame, stack.payloadAt, frame.length, packet)).toBeNull();
  const payload = frame.subarray(packet.payloadAt, packet.payloadAt + packet.payloadBytes);
  return { stack, packet, payload };
}

function labelsOf(stack: ReceivedLabelStack): LabelStackEntry[] {
  return stack.labels().map((label, index) => ({
    label,
    trafficClass: stack.trafficClass(index),
    ttl: stack.ttl(index),
  }));
}

function tlvsOf(message: Parameters<typeof bfdDiscriminatorOf>[0]) {
  return {
    fecs: fecStackOf(message).map(
      (fec) => fec.type !== 'nil' && { type: fec.type, prefix: formatPrefix(fec.prefix) },
    ),
    bfdDiscriminator: bfdDiscriminatorOf(message),
  };
}

function toFec({ type, prefix: text }: WrittenFec): Fec {
  return { type, prefix: prefix(text) };
}

function writeFrame({ ethernet, labels, udp }: FrameVector, payload: Uint8Array): Uint8Array {
  const header = { ...udp, source: addressBytes(udp.source), destination: addressBytes(udp.destination) };
  const packetAt = ETHERNET_BYTES + labels.length * LABEL_ENTRY_BYTES;
  const payloadAt = packetAt + udpPacketHeaderBytes(header);
  const frame = new Uint8Array(payloadAt + payload.length);
  frame.set(fromHex(ethernet.destination + ethernet.source));
  writeUint16(frame, 12, ethernet.etherType);
  frame.set(payload, payloadAt);
  expect(writeLabelStack(labels, frame, ETHERNET_BYTES)).toBe(packetAt - ETHERNET_BYTES);
  expect(writeUdpPacket(header, frame, packetAt, payload.length)).toBe(frame.length - packetAt);
  return frame;
}
