/** scapy is the egress to our ingress and the ingress to our egress, with codecs of its own. */
import { expect, test } from 'vitest';
import { EgressResponder } from '../../../src/mpls/egress/egress-responder.js';
import { DEFAULT_EGRESS_SETTINGS } from '../../../src/mpls/egress/egress-settings.js';
import { DEFAULT_BOOTSTRAP_SETTINGS } from '../../../src/mpls/ingress/bootstrap-settings.js';
import { IngressBootstrap } from '../../../src/mpls/ingress/ingress-bootstrap.js';
import { ReceivedLabelStack } from '../../../src/mpls/label-stack.js';
import { oamLabelStack } from '../../../src/mpls/lsp-encapsulation.js';
import { LSP_PING_PORT } from '../../../src/mpls/lsp-ping/codepoints.js';
import { decodeLspPing } from '../../../src/mpls/lsp-ping/decode-message.js';
import { echoRequestMessage } from '../../../src/mpls/lsp-ping/echo-request.js';
import { encodeLspPing } from '../../../src/mpls/lsp-ping/encode-message.js';
import {
  createDecodedUdpPacket,
  decodeUdpPacket,
  udpPacketHeaderBytes,
  writeUdpPacket,
} from '../../../src/net/udp-packet.js';
import { labelledPacket } from '../../support/labelled-packet.js';
import { addressBytes, prefix } from '../../support/prefix.js';
import { hostFecs } from '../../support/host-fecs.js';
import { scapy } from '../../support/scapy.js';
import { fromHex, toHex } from '../../support/vector-folder.js';

const ETHERNET = '020000000002020000000001';
const ETHERNET_BYTES = 14;
const SECOND = 1_000_000;
const INGRESS_DISCRIMINATOR = 0x4001;
const EGRESS_DISCRIMINATOR = 0x2001;

test.each([
  ['IPv4', '5.5.5.5/32', '1.1.1.1', '127.7.7.7'],
  ['IPv6', '2001:db8::5/128', '2001:db8::1', '::ffff:127.7.7.7'],
])(
  'scapy answers a request of our ingress over %s, and the ingress learns its discriminator',
  (_, fec, source, destination) => {
    const bootstrap = new IngressBootstrap(DEFAULT_BOOTSTRAP_SETTINGS, () => 0);
    const [effect] = bootstrap.add(fec, INGRESS_DISCRIMINATOR, SECOND);
    if (effect?.type !== 'send-echo-request') throw new Error('no request');
    const { sendersHandle, sequenceNumber, replyMode } = effect;
    const payload = encodeLspPing(
      echoRequestMessage({
        fec: { type: 'bgp', prefix: prefix(fec) },
        sendersHandle,
        sequenceNumber,
        replyMode,
        discriminator: sendersHandle,
        sentUnixUs: Date.UTC(2026, 10, 21) * 1000,
      }),
    );
    const labels = [1024, 48120].map((label) => ({ label, trafficClass: 0, ttl: 255 }));
    const header = {
      source: addressBytes(source),
      destination: addressBytes(destination),
      ttl: 1,
      trafficClass: 0xc0,
      identification: 1,
      sourcePort: 49153,
      destinationPort: LSP_PING_PORT,
    };
    const packet = labelledPacket(oamLabelStack(labels, 7, false), header, payload);

    const [answer] = scapy([
      { answer: `${ETHERNET}8847${toHex(packet)}`, discriminator: EGRESS_DISCRIMINATOR },
    ]);
    const reply = receive(fromHex(String(answer)));
    expect([reply.sourcePort, reply.destinationPort, reply.labels]).toEqual([3503, 49153, []]);
    const message = decodeLspPing(reply.payload);
    expect(message.ok && bootstrap.handleReply(message.value, '5.5.5.5', 2 * SECOND)).toEqual([
      { type: 'discriminator-learned', key: fec, discriminator: EGRESS_DISCRIMINATOR },
    ]);
  },
);

test.each([
  ['as it is', [48120], false],
  ['with Router Alert', [48120], true],
  ['without labels, after penultimate-hop popping', [], false],
])('our egress answers a request of scapy, %s, and creates the session', (_, labels, routerAlert) => {
  const surroundings = {
    forwarding: hostFecs(['5.5.5.5'], null),
    takeDiscriminator: () => EGRESS_DISCRIMINATOR,
  };
  const egress = new EgressResponder({ ...DEFAULT_EGRESS_SETTINGS, passive: true }, surroundings, SECOND);
  const [asked] = scapy([{ build: requestFrame(labels, routerAlert) }]);
  const request = receive(fromHex(String(asked)));
  expect(request.routerAlert).toBe(routerAlert);
  const effects = egress.handleEchoRequest({ ...request, ttlExpired: false, receivedUnixUs: 0 }, SECOND);
  expect(effects.map(({ type }) => type)).toEqual(['create-session', 'send-reply']);
  expect(effects[0]).toMatchObject({
    session: {
      peer: '1.1.1.1',
      remoteDiscriminator: INGRESS_DISCRIMINATOR,
      localDiscriminator: EGRESS_DISCRIMINATOR,
    },
  });

  const reply = effects[1]?.type === 'send-reply' ? effects[1].reply : null;
  if (reply === null) throw new Error('no reply');
  const [seen] = scapy([{ dissect: toHex(replyFrame(encodeLspPing(reply.message), reply)) }]);
  expect(seen).toMatchObject({
    labels: [],
    sourcePort: 3503,
    destinationPort: 49153,
    message: {
      messageType: 2,
      returnCode: 3,
      returnSubcode: 1,
      sendersHandle: 7,
      sequenceNumber: 9,
      tlvs: [[15, '00002001']],
      fecs: [[12, '0505050520']],
    },
  });
});

function requestFrame(labels: readonly number[], routerAlert: boolean): unknown {
  return {
    labels: labels.map((label) => ({ label, trafficClass: 7, ttl: 255 })),
    version: 4,
    routerAlert,
    source: '1.1.1.1',
    destination: '127.0.0.1',
    ttl: 1,
    trafficClass: 0xc0,
    sourcePort: 49153,
    destinationPort: 3503,
    message: {
      globalFlags: 0,
      messageType: 1,
      replyMode: 2,
      returnCode: 0,
      returnSubcode: 0,
      sendersHandle: 7,
      sequenceNumber: 9,
      sentSeconds: 0xeeab5d80,
      sentFraction: 0,
      receivedSeconds: 0,
      receivedFraction: 0,
      fecs: [[12, '0505050520']],
      tlvs: [[15, '00004001']],
    },
  };
}

/** What a receiver hands on of a frame. */
function receive(frame: Uint8Array) {
  const stack = new ReceivedLabelStack();
  stack.setEmpty(ETHERNET_BYTES);
  const stackDiscard = frame[12] === 0x88 ? stack.read(frame, ETHERNET_BYTES, frame.length) : null;
  const packet = createDecodedUdpPacket();
  const discard = stackDiscard ?? decodeUdpPacket(frame, stack.payloadAt, frame.length, packet);
  if (discard !== null) throw new Error(discard);
  const address = (at: number) => frame.slice(at, at + packet.addressBytes);
  return {
    labels: stack.labels(),
    source: address(packet.sourceAt),
    destination: address(packet.destinationAt),
    sourcePort: packet.sourcePort,
    destinationPort: packet.destinationPort,
    routerAlert: packet.routerAlert,
    payload: frame.slice(packet.payloadAt, packet.payloadAt + packet.payloadBytes),
  };
}

function replyFrame(
  payload: Uint8Array,
  { destination, destinationPort }: { readonly destination: Uint8Array; readonly destinationPort: number },
): Uint8Array {
  const header = {
    source: addressBytes('5.5.5.5'),
    destination,
    ttl: 255,
    trafficClass: 0xc0,
    identification: 1,
    sourcePort: LSP_PING_PORT,
    destinationPort,
  };
  const payloadAt = ETHERNET_BYTES + udpPacketHeaderBytes(header);
  const frame = new Uint8Array(payloadAt + payload.length);
  frame.set(fromHex(`${ETHERNET}0800`));
  frame.set(payload, payloadAt);
  writeUdpPacket(header, frame, ETHERNET_BYTES, payload.length);
  return frame;
}
