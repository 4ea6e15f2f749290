/** scapy builds what we read, and reads what we build: frames with labels, IP, UDP and LSP ping. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddressBytes } from '../../../src/lib/address.js';
import { makePrefix } from '../../../src/lib/ip-prefix.js';
import { LABEL_ENTRY_BYTES, ReceivedLabelStack, writeLabelStack } from '../../../src/mpls/label-stack.js';
import type { LabelStackEntry } from '../../../src/mpls/label-stack.js';
import { FecType, LSP_PING_PORT, MessageType, TlvType } from '../../../src/mpls/lsp-ping/codepoints.js';
import { decodeLspPing } from '../../../src/mpls/lsp-ping/decode-message.js';
import { encodeLspPing } from '../../../src/mpls/lsp-ping/encode-message.js';
import type { Fec, LspPingHeader, LspPingMessage, LspPingTlv } from '../../../src/mpls/lsp-ping/message.js';
import {
  createDecodedUdpPacket,
  decodeUdpPacket,
  udpPacketHeaderBytes,
  writeUdpPacket,
} from '../../../src/net/udp-packet.js';
import { addressBytes } from '../../support/prefix.js';
import { scapy } from '../../support/scapy.js';
import { fromHex, toHex } from '../../support/vector-folder.js';

const ETHERNET_BYTES = 14;
const SAMPLES = 300;

/** A frame as the driver describes it. */
interface Frame {
  readonly labels: readonly LabelStackEntry[];
  readonly version: 4 | 6;
  readonly routerAlert: boolean;
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly trafficClass: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly message: Readonly<Record<string, unknown>>;
}

const uint32 = fc.nat({ max: 0xffff_ffff });
const label = fc.integer({ min: 16, max: 0xf_ffff });
const anyFec: fc.Arbitrary<Fec> = fc.oneof(
  fc.record({ type: fc.constant('nil' as const), label }),
  fc
    .tuple(fc.constantFrom('ldp', 'bgp', 'generic'), fc.constantFrom(4, 16))
    .chain(([type, size]) =>
      fc
        .tuple(fc.uint8Array({ minLength: size, maxLength: size }), fc.nat({ max: 8 * size }))
        .map(([bytes, length]): Fec => ({ type, prefix: makePrefix(bytes, length) })),
    ),
);
const anyMessage: fc.Arbitrary<LspPingMessage> = fc
  .record({
    header: fc.record<LspPingHeader>({
      globalFlags: fc.nat({ max: 0xffff }),
      messageType: fc.constantFrom(MessageType.EchoRequest, MessageType.EchoReply),
      replyMode: fc.nat({ max: 255 }),
      returnCode: fc.nat({ max: 255 }),
      returnSubcode: fc.nat({ max: 255 }),
      sendersHandle: uint32,
      sequenceNumber: uint32,
      timestampSent: fc.record({ seconds: uint32, fraction: uint32 }),
      timestampReceived: fc.record({ seconds: uint32, fraction: uint32 }),
    }),
    fecs: fc.array(anyFec, { minLength: 1, maxLength: 4 }),
    discriminator: fc.option(fc.integer({ min: 1, max: 0xffff_ffff })),
    pad: fc.option(fc.uint8Array({ minLength: 1, maxLength: 20 })),
  })
  .map(({ header, fecs, discriminator, pad }) => {
    const tlvs: LspPingTlv[] = [{ type: 'target-fec-stack', fecs }];
    if (discriminator !== null) tlvs.push({ type: 'bfd-discriminator', discriminator });
    if (pad !== null) tlvs.push({ type: 'pad', value: pad });
    return { header, tlvs };
  });
const anyFrame = fc.record({
  labels: fc.array(fc.record({ label, trafficClass: fc.nat({ max: 7 }), ttl: fc.nat({ max: 255 }) }), {
    maxLength: 5,
  }),
  addresses: fc.constantFrom(['192.0.2.1', '127.9.8.7'], ['2001:db8::1', '::ffff:127.1.2.3']),
  ttl: fc.nat({ max: 255 }),
  trafficClass: fc.nat({ max: 255 }),
  sourcePort: fc.integer({ min: 49152, max: 65535 }),
  routerAlert: fc.boolean(),
  message: anyMessage,
});

test('what we write, scapy reads as we meant it, with the same lengths and checksums', () => {
  const samples = fc.sample(anyFrame, { numRuns: SAMPLES, seed: 1 });
  const answers = scapy(samples.map((sample) => ({ dissect: toHex(writeFrame(sample)) })));
  expect(answers).toEqual(samples.map((sample) => describeFrame(sample, false)));
});

test('what scapy writes, with and without Router Alert, we read as it was meant', () => {
  const samples = fc.sample(anyFrame, { numRuns: SAMPLES, seed: 2 });
  const frames = scapy(samples.map((sample) => ({ build: describeFrame(sample, sample.routerAlert) })));
  const read = frames.map((frame) => readFrame(fromHex(String(frame))));
  expect(read).toEqual(samples.map((sample) => describeFrame(sample, sample.routerAlert)));
});

type Sample = typeof anyFrame extends fc.Arbitrary<infer Value> ? Value : never;

function describeFrame(sample: Sample, routerAlert: boolean): Frame {
  const [source = '', destination = ''] = sample.addresses;
  return {
    labels: sample.labels,
    version: source.includes(':') ? 6 : 4,
    routerAlert,
    source,
    destination,
    ttl: sample.ttl,
    trafficClass: sample.trafficClass,
    sourcePort: sample.sourcePort,
    destinationPort: LSP_PING_PORT,
    message: describeMessage(sample.message),
  };
}

function describeMessage({ header, tlvs }: LspPingMessage): Frame['message'] {
  const { timestampSent, timestampReceived, ...rest } = header;
  return {
    ...rest,
    sentSeconds: timestampSent.seconds,
    sentFraction: timestampSent.fraction,
    receivedSeconds: timestampReceived.seconds,
    receivedFraction: timestampReceived.fraction,
    tlvs: tlvs.flatMap((tlv): [number, string][] => {
      if (tlv.type === 'bfd-discriminator') {
        return [[TlvType.BfdDiscriminator, tlv.discriminator.toString(16).padStart(8, '0')]];
      }
      return tlv.type === 'pad' ? [[TlvType.Pad, toHex(tlv.value)]] : [];
    }),
    fecs: tlvs.flatMap((tlv) => (tlv.type === 'target-fec-stack' ? tlv.fecs.map(describeFec) : [])),
  };
}

function describeFec(fec: Fec): [number, string] {
  if (fec.type === 'nil') {
    return [FecType.Nil, (fec.label * 4096).toString(16).padStart(8, '0')];
  }
  const { bytes, length, family } = fec.prefix;
  const numbers = { ldp: [1, 2], bgp: [12, 13], generic: [14, 15] }[fec.type];
  const number = numbers[family === 'ipv4' ? 0 : 1] ?? 0;
  return [number, toHex(Uint8Array.of(...bytes, length))];
}

function writeFrame(sample: Sample): Uint8Array {
  const [source = '', destination = ''] = sample.addresses;
  const header = {
    source: addressBytes(source),
    destination: addressBytes(destination),
    ttl: sample.ttl,
    trafficClass: sample.trafficClass,
    identification: 1,
    sourcePort: sample.sourcePort,
    destinationPort: LSP_PING_PORT,
  };
  const payload = encodeLspPing(sample.message);
  const packetAt = ETHERNET_BYTES + sample.labels.length * LABEL_ENTRY_BYTES;
  const payloadAt = packetAt + udpPacketHeaderBytes(header);
  const frame = new Uint8Array(payloadAt + payload.length);
  const etherType = sample.labels.length > 0 ? '8847' : source.includes(':') ? '86dd' : '0800';
  frame.set(fromHex(`020000000002020000000001${etherType}`));
  frame.set(payload, payloadAt);
  writeLabelStack(sample.labels, frame, ETHERNET_BYTES);
  writeUdpPacket(header, frame, packetAt, payload.length);
  return frame;
}

function readFrame(frame: Uint8Array): Frame {
  const stack = new ReceivedLabelStack();
  const labelled = frame[12] === 0x88;
  stack.setEmpty(ETHERNET_BYTES);
  const stackDiscard = labelled ? stack.read(frame, ETHERNET_BYTES, frame.length) : null;
  const packet = createDecodedUdpPacket();
  const packetDiscard = decodeUdpPacket(frame, stack.payloadAt, frame.length, packet);
  const message = decodeLspPing(frame.subarray(packet.payloadAt, packet.payloadAt + packet.payloadBytes));
  if (stackDiscard !== null || packetDiscard !== null || !message.ok) {
    throw new Error(`${stackDiscard} ${packetDiscard} ${message.ok || message.error.rule}`);
  }
  const address = (at: number) => formatAddressBytes(frame.subarray(at, at + packet.addressBytes));
  return {
    labels: stack.labels().map((value, index) => ({
      label: value,
      trafficClass: stack.trafficClass(index),
      ttl: stack.ttl(index),
    })),
    version: packet.addressBytes === 4 ? 4 : 6,
    routerAlert: packet.routerAlert,
    source: address(packet.sourceAt),
    destination: address(packet.destinationAt),
    ttl: packet.ttl,
    trafficClass: packet.trafficClass,
    sourcePort: packet.sourcePort,
    destinationPort: packet.destinationPort,
    message: describeMessage(message.value),
  };
}
