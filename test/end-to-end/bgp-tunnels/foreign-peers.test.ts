/** scapy, with codecs and a state machine of its own, is the egress to our ingress and the ingress to our egress. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ingress, gone, own, timers } from '../../../tools/lab/configuration.mjs';
import { DELETE_DELAY_S, INTERVAL_US, LspStage, TEST_EGRESS, TEST_INGRESS } from '../../support/lsp-stage.js';
import { egressOptions, ingressOptions, ScapyNode } from '../../support/scapy-node.js';

const INGRESS_DISCRIMINATOR = 0x4001;
const MULTIPLIER = 3;

let stage: LspStage;
const nodes: ScapyNode[] = [];
beforeAll(async () => {
  stage = await LspStage.start({ ipv6Tunnels: 1 });
}, 120_000);
beforeEach(() => stage.clear());
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.stop();
});
afterAll(() => stage.dispose());

async function scapyEgress(options: Readonly<Record<string, unknown>> = {}): Promise<ScapyNode> {
  const node = await ScapyNode.start(stage.lab.namespace('masg'), 'egress', {
    ...egressOptions(stage.lab),
    ...options,
  });
  nodes.push(node);
  return node;
}

async function scapyIngress(options: Readonly<Record<string, unknown>> = {}, index = 0): Promise<ScapyNode> {
  const node = await ScapyNode.start(stage.lab.namespace('csg'), 'ingress', {
    ...ingressOptions(stage.lab, index),
    ...options,
  });
  nodes.push(node);
  return node;
}

describe('our ingress with the egress of scapy', () => {
  it.each([
    ['IPv4', '5.5.5.5/32'],
    ['IPv6', '2001:db8::5/128'],
  ])('comes Up over %s', async (_, fec) => {
    const egress = await scapyEgress();
    await stage.ingress(`${TEST_INGRESS}<host/>`);
    const { sessions } = await stage.csg.until(
      (state) => state.sessions.some((each) => each['fec'] === fec && each['local-state'] === 'up'),
      `session of ${fec} that is Up`,
    );
    const session = sessions.find((each) => each['fec'] === fec);
    expect(session).toMatchObject({ 'remote-state': 'up', 'last-return-code': '3', state: 'confirmed' });
    const packets = egress.packets.filter(
      ({ bfd }) => String(bfd?.myDiscriminator) === session?.['local-discriminator'],
    );
    expect(packets.every(({ ttl, destinationPort }) => ttl === 1 && destinationPort === 3784)).toBe(true);
  });

  it('learns the discriminator from the first BFD packet where the reply does not tell it', async () => {
    const egress = await scapyEgress({ tellsDiscriminator: false });
    await stage.ingress(`${TEST_INGRESS}<host/>`);
    await egress.state('up');
    await stage.allIngressUp();
    expect(egress.packets.filter(({ bfd }) => bfd?.yourDiscriminator === 0)).toEqual([]);
  });

  it('goes down when the egress falls silent, and comes Up again with it', async () => {
    const egress = await scapyEgress();
    await stage.ingress(`${TEST_INGRESS}<host/>`);
    await stage.allIngressUp();
    egress.command({ silent: true });
    const tunnel = await stage.csg.tunnel('5.5.5.5/32', { state: 'bfd-down' });
    expect(tunnel.leaves['session']).toBeDefined();
    egress.command({ silent: false });
    await stage.allIngressUp();
    const { sessions } = await stage.csg.state();
    expect(sessions.map((each) => each['down-count'])).toEqual(['1', '1']);
  });

  it('says farewell as often as its multiplier says', async () => {
    const egress = await scapyEgress();
    await stage.ingress(`${TEST_INGRESS}<host/>`);
    await stage.allIngressUp();
    await stage.csg.commit(ingress(gone('host')));
    await stage.csg.until(({ sessions }) => sessions.length === 0, 'no session');
    const farewells = () =>
      egress.packets.filter(({ bfd }) => bfd?.diagnostic === 7 && bfd.state === 'down').length;
    await egress.event(() => farewells() >= 2 * MULTIPLIER, 'all farewells of both sessions');
    expect(farewells()).toBe(2 * MULTIPLIER);
  });

  it('takes return code 4 for what it is: the session stays Down, and the operator is told why', async () => {
    await scapyEgress({ fecs: ['5.5.5.99', '2001:db8::99'] });
    await stage.ingress(`${TEST_INGRESS}<host/>`);
    const { sessions } = await stage.csg.until(
      (state) => state.sessions.every((each) => each['last-return-code'] === '4'),
      'sessions that are told return code 4',
    );
    expect(sessions.map((each) => each['local-state'])).toEqual(['down', 'down']);
    expect(sessions[0]?.['not-up-reason']).toMatch(/4/u);
  });
});

describe('our egress with the ingress of scapy', () => {
  beforeEach(() => stage.egress(`<enabled>true</enabled>${TEST_EGRESS}`));

  it.each([
    ['IPv4', 0, '5.5.5.5/32', '1.1.1.1'],
    ['IPv6', 1, '2001:db8::5/128', '2001:db8::1'],
  ])('comes Up over %s, and speaks first', async (_, index, fec, peer) => {
    const scapy = await scapyIngress({}, index);
    const session = await stage.masg.session({ 'local-state': 'up', 'remote-state': 'up' });
    expect(session).toMatchObject({
      fec,
      role: 'egress',
      'peer-address': peer,
      'remote-discriminator': String(INGRESS_DISCRIMINATOR),
    });
    const bfd = scapy.packets.find((packet) => packet.bfd);
    expect(bfd).toMatchObject({
      ttl: 255 - 1,
      destinationPort: 4784,
      bfd: { state: 'down', yourDiscriminator: INGRESS_DISCRIMINATOR },
    });
    const reply = scapy.packets.find(({ ping }) => ping?.messageType === 2);
    expect(reply?.ping).toMatchObject({
      returnCode: 3,
      returnSubcode: 1,
      discriminator: Number(session['local-discriminator']),
    });
  });

  it.each(['two-labels', 'explicit-null', 'popped'] as const)(
    'comes Up on an LSP that ends as %s',
    async (ending) => {
      await stage.lab.setUp(ending);
      await scapyIngress();
      expect(await stage.masg.session({ 'local-state': 'up' })).toMatchObject({ fec: '5.5.5.5/32' });
    },
  );

  it('has a session for each discriminator, several for one FEC, and each its own fate', async () => {
    const one = await scapyIngress();
    await scapyIngress({ discriminator: INGRESS_DISCRIMINATOR + 1 });
    const both = await stage.masg.until(
      ({ sessions }) => sessions.length === 2 && sessions.every((each) => each['local-state'] === 'up'),
      'two sessions that are Up',
    );
    expect(both.sessions.map((each) => each['fec'])).toEqual(['5.5.5.5/32', '5.5.5.5/32']);
    one.command({ silent: true });
    const { sessions } = await stage.masg.until(
      (state) => state.sessions.some((each) => each['local-state'] === 'down'),
      'one session that is down',
    );
    expect(sessions.map((each) => String(each['local-state'])).toSorted()).toEqual(['down', 'up']);
  });

  it('makes no second session for a discriminator that it has', async () => {
    const scapy = await scapyIngress();
    await stage.masg.session({ 'local-state': 'up' });
    const before = scapy.packets.filter(({ ping }) => ping).length;
    scapy.command({ ping: true });
    await scapy.event(() => scapy.packets.filter(({ ping }) => ping).length > before, 'another reply');
    expect(await stage.masg.session()).toMatchObject({ 'local-state': 'up', 'down-count': '0' });
  });

  it('answers an LSP ping without a discriminator and makes nothing, and says 4 for a FEC that is not its own', async () => {
    const scapy = await scapyIngress({ asks: false });
    scapy.command({ request: { discriminator: null } });
    const plain = await scapy.event(({ received }) => received?.ping?.returnCode === 3, 'reply with code 3');
    expect(plain.received?.ping?.discriminator).toBeNull();
    scapy.command({ request: { fec: '5.5.5.77' } });
    await scapy.event(({ received }) => received?.ping?.returnCode === 4, 'reply with code 4');
    expect((await stage.masg.state()).sessions).toEqual([]);
  });

  it('deletes a session that was withdrawn, after its delay', async () => {
    const scapy = await scapyIngress();
    await stage.masg.session({ 'local-state': 'up' });
    scapy.command({ withdraw: true });
    const startedMs = performance.now();
    await stage.masg.until(({ sessions }) => sessions.length === 0, 'no session');
    expect(performance.now() - startedMs).toBeGreaterThan(DELETE_DELAY_S * 1000 - 200);
  });

  it('sends to port 3784 where a peer is configured so, and with its multiplier', async () => {
    const peer = own(
      'passive-session',
      '<peer>1.1.1.1</peer><destination-port>3784</destination-port><local-multiplier>5</local-multiplier>',
    );
    await stage.egress(peer + timers(INTERVAL_US));
    const scapy = await scapyIngress();
    await scapy.state('up');
    expect(
      new Set(scapy.packets.filter(({ bfd }) => bfd).map(({ destinationPort }) => destinationPort)),
    ).toEqual(new Set([3784]));
  });
});
