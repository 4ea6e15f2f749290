/** scapy at both ends of the lab: what our ingress and our egress are then measured by holds by itself. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LspLab } from '../../../tools/lab/lsp-lab.mjs';
import { makeLab } from '../../support/lsp-lab.js';
import { egressOptions, ingressOptions, ScapyNode, type SeenPacket } from '../../support/scapy-node.js';

let lab: LspLab;
let egress: ScapyNode;
let ingress: ScapyNode;
beforeAll(async () => {
  lab = await makeLab();
  egress = await ScapyNode.start(lab.namespace('masg'), 'egress', egressOptions(lab));
  ingress = await ScapyNode.start(lab.namespace('csg'), 'ingress', ingressOptions(lab));
});
afterAll(async () => {
  await ingress.stop();
  await egress.stop();
  await lab.dispose();
});

/** A packet in short: what it is, and the discriminators. */
function inShort({ ping, bfd }: SeenPacket): string {
  if (ping !== undefined) return ping.messageType === 1 ? 'request' : `reply ${ping.returnCode}`;
  return bfd === undefined ? '' : `${bfd.state} ${bfd.myDiscriminator} ${bfd.yourDiscriminator}`;
}

it('the egress speaks first, and both come Up, as RFC 5884 has it', async () => {
  await Promise.all([egress.state('up'), ingress.state('up')]);
  const atEgress = egress.packets.map(inShort);
  expect(atEgress[0]).toBe('request');
  expect(atEgress).toContain('init 16385 8193');
  expect(atEgress.some((packet) => packet.startsWith('down'))).toBe(false);
  expect(ingress.packets.map(inShort)).toEqual(
    expect.arrayContaining(['reply 3', 'down 8193 16385', 'up 8193 16385']),
  );
  const bfd = egress.packets.find((packet) => packet.bfd !== undefined);
  expect(bfd).toMatchObject({
    destination: '127.0.0.1',
    ttl: 1,
    destinationPort: 3784,
    labels: [{ label: 300_000 }],
  });
  expect(ingress.packets.find((packet) => packet.bfd)).toMatchObject({
    destinationPort: 4784,
    labels: [],
  });
});

it('a cut LSP takes both down: the egress by its clock, the ingress by what the egress says', async () => {
  const from = [egress.events.length, ingress.events.length] as const;
  await lab.impair('primary', { cut: true });
  const events = await Promise.all([egress.state('down', from[0]), ingress.state('down', from[1])]);
  expect(events.map(({ diagnostic }) => diagnostic)).toEqual([1, 3]);
  await lab.impair('primary', {});
  await Promise.all([egress.state('up', from[0]), ingress.state('up', from[1])]);
});
