/** Roles, states and the handshake, as tshark decodes them where the ingress is. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CapturedPacket, LspCapture } from '../../support/lsp-capture.js';
import { INTERVAL_US, LspStage } from '../../support/lsp-stage.js';

const DOWN = 1;
const INIT = 2;
const UP = 3;

let stage: LspStage;
let packets: readonly CapturedPacket[];
beforeAll(async () => {
  stage = await LspStage.start();
  const capture = await LspCapture.start(stage.lab.namespace('csg'), ['to-asbr1', 'to-detour']);
  await stage.up();
  // Until the new intervals are in force at both ends.
  await stage.csg.session({ 'detection-time': String(3 * INTERVAL_US) });
  await stage.masg.session({ 'detection-time': String(3 * INTERVAL_US) });
  packets = await capture.stop();
}, 120_000);
afterAll(() => stage.dispose());

const fromIngress = (packet: CapturedPacket) => packet.source === '1.1.1.1';
const isBfd = (packet: CapturedPacket) => packet.state !== null;

/** Who comes to which state, in order. */
function changes(): string[] {
  const last: Record<string, number> = {};
  return packets.flatMap((packet) => {
    const { source, state } = packet;
    if (state === null || last[source] === state) return [];
    last[source] = state;
    return [`${source} ${['AdminDown', 'Down', 'Init', 'Up'][state]}`];
  });
}

it('begins with an LSP ping of the ingress, the active system, down the LSP', () => {
  expect(packets[0]).toMatchObject({
    source: '1.1.1.1',
    labels: [1024, 48_120],
    labelTtls: [255, 255],
    ttl: 1,
    destinationPort: 3503,
    messageType: 1,
    fec: '5.5.5.5',
  });
  expect(packets[0]?.destination).toMatch(/^127\./u);
});

it('has the egress, the passive system, answer as the egress of the FEC, with its discriminator', async () => {
  const reply = packets.find(({ messageType }) => messageType === 2);
  expect(reply).toMatchObject({
    source: '5.5.5.5',
    destination: '1.1.1.1',
    labels: [],
    returnCode: 3,
    returnSubcode: 1,
    bfdDiscriminator: Number((await stage.masg.session())['local-discriminator']),
  });
});

it('goes on as RFC 5884 has it: the egress speaks first, in Down; Init, Up, Up', () => {
  expect(changes()).toEqual(['5.5.5.5 Down', '1.1.1.1 Init', '5.5.5.5 Up', '1.1.1.1 Up']);
});

it('carries the discriminator of the LSP ping from the first packet on, and never a zero', () => {
  const asked = packets[0]?.bfdDiscriminator;
  const bfd = packets.filter(isBfd);
  expect(bfd.filter((packet) => packet.yourDiscriminator === 0)).toEqual([]);
  expect(bfd[0]).toMatchObject({ source: '5.5.5.5', state: DOWN, yourDiscriminator: asked });
  expect(new Set(bfd.filter(fromIngress).map(({ myDiscriminator }) => myDiscriminator))).toEqual(
    new Set([asked]),
  );
});

it('sends BFD packets of the ingress on the LSP, to a loopback address with TTL 1 and port 3784', () => {
  const bfd = packets.filter((packet) => isBfd(packet) && fromIngress(packet));
  const forms = new Set(
    bfd.map(({ labels, ttl, destinationPort }) => `${labels.join()} ${ttl} ${destinationPort}`),
  );
  expect([...forms]).toEqual(['1024,48120 1 3784']);
  const destinations = new Set(bfd.map(({ destination }) => destination));
  expect([destinations.size, [...destinations].every((address) => address.startsWith('127.'))]).toEqual([
    1,
    true,
  ]);
});

it('sends those of the egress routed, to port 4784', () => {
  const bfd = packets.filter((packet) => isBfd(packet) && !fromIngress(packet));
  const forms = new Set(
    bfd.map(
      ({ labels, source, destination, destinationPort }) =>
        `${labels.join()}|${source} ${destination} ${destinationPort}`,
    ),
  );
  expect([...forms]).toEqual(['|5.5.5.5 1.1.1.1 4784']);
});

it('announces the intervals by Poll and Final once Up', () => {
  const polls = packets.filter(({ poll }) => poll);
  expect(polls.length).toBeGreaterThan(0);
  expect(polls.every(({ state }) => state === UP || state === INIT)).toBe(true);
  for (const poll of polls.filter(fromIngress).slice(0, 1)) {
    expect(packets.some((packet) => packet.final && !fromIngress(packet) && packet.timeS > poll.timeS)).toBe(
      true,
    );
  }
});

it('leaves both ends agreed: roles, discriminators, peers, and what was pinged', async () => {
  const [csg, masg] = [await stage.csg.session(), await stage.masg.session()];
  expect(csg).toMatchObject({
    role: 'ingress',
    fec: '5.5.5.5/32',
    'peer-address': '5.5.5.5',
    'local-state': 'up',
    'remote-state': 'up',
    'remote-discriminator': masg['local-discriminator'],
    'last-return-code': '3',
    'last-return-subcode': '1',
    state: 'confirmed',
  });
  expect(masg).toMatchObject({
    role: 'egress',
    fec: '5.5.5.5/32',
    'peer-address': '1.1.1.1',
    'local-state': 'up',
    'remote-state': 'up',
    'remote-discriminator': csg['local-discriminator'],
  });
  expect(csg['not-up-reason']).toBeUndefined();
});
