/** The procedure by which BGP BFD sessions come to be, sentence by sentence, as an operator goes through it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  bfd,
  configuration,
  egress,
  egressBasics,
  ingress,
  prefixList,
} from '../../../tools/lab/configuration.mjs';
import { LspStage, TEST_EGRESS, TEST_INGRESS } from '../../support/lsp-stage.js';

/** Longer than an LSP ping is retried: what has not come to be by then, does not. */
const A_WHILE_MS = 2500;

let stage: LspStage;
beforeAll(async () => {
  stage = await LspStage.start({ tunnels: 3 });
}, 120_000);
beforeEach(() => stage.clear());
afterAll(() => stage.dispose());

async function aWhile(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, A_WHILE_MS);
  });
}

const PASSIVE = `<enabled>true</enabled>${TEST_EGRESS}`;
const FECS = ['5.5.5.5/32', '5.5.5.6/32', '5.5.5.7/32'];

describe('on the ingress', () => {
  it('BFD enabled globally is the place for the rest, and creates nothing', async () => {
    const { csg } = stage;
    await csg.commit(bfd());
    expect(await csg.state()).toMatchObject({ sessions: [], tunnels: [] });
  });

  it('MPLS is enabled: the ability is refused as long as no interface has it', async () => {
    const { csg } = stage;
    const piece = ingress('<enabled>true</enabled><source-address><ipv4>1.1.1.1</ipv4></source-address>');
    await expect(csg.commit(bfd(), piece)).rejects.toThrow(/mpls-enabled/u);
    await csg.client.call('discard-changes');
  });

  it('"mpls bgp bfd enable" alone creates no session', async () => {
    await stage.egress(PASSIVE);
    await stage.ingress(TEST_INGRESS);
    await stage.csg.resetStatistics();
    await aWhile();
    const state = await stage.csg.state();
    expect(state.sessions).toEqual([]);
    expect(state.statistics['echo-requests-sent']).toBe('0');
    expect(state.tunnels.map(({ leaves }) => [leaves['state'], leaves['ineligible-reason']])).toEqual(
      FECS.map(() => ['unmonitored', 'no-policy']),
    );
    expect((await stage.masg.state()).sessions).toEqual([]);
  });

  it('a policy alone creates none either, without the ability', async () => {
    await stage.egress(PASSIVE);
    await stage.ingress('<host/>');
    const tunnel = await stage.csg.tunnel('5.5.5.5/32', { 'ineligible-reason': 'not-enabled' });
    expect(tunnel.leaves['eligible']).toBe('false');
    expect((await stage.csg.state()).sessions).toEqual([]);
  });

  it('with the ability and a policy for host addresses, all tunnels get sessions, and they come Up', async () => {
    await stage.egress(PASSIVE);
    await stage.ingress(TEST_INGRESS);
    await stage.csg.commit(ingress('<host/>'));
    await stage.allUp(3);
    const { sessions, tunnels } = await stage.csg.state();
    expect(sessions.map((session) => String(session['fec'])).toSorted()).toEqual(FECS);
    expect(tunnels.map(({ leaves }) => leaves['state'])).toEqual(['up', 'up', 'up']);
  });

  it('with a policy by IP prefix list, those tunnels get sessions that it permits', async () => {
    await stage.egress(PASSIVE);
    const list = prefixList('some', [
      ['deny', '5.5.5.6/32'],
      ['permit', '5.5.5.5/32'],
    ]);
    await stage.ingress(TEST_INGRESS);
    await stage.csg.commit(list, ingress('<ip-prefix>some</ip-prefix>'));
    await stage.allUp(1);
    const { sessions, tunnels } = await stage.csg.state();
    expect(sessions[0]?.['fec']).toBe('5.5.5.5/32');
    expect(tunnels.map(({ leaves }) => leaves['ineligible-reason'])).toEqual([
      undefined,
      'denied-by-prefix-list',
      'denied-by-prefix-list',
    ]);
  });

  it('nothing is configured before "commit"', async () => {
    const { csg } = stage;
    await stage.egress(PASSIVE);
    await stage.ingress(TEST_INGRESS);
    const policy = ingress('<host/>');
    await csg.client.call('edit-config', { config: configuration(policy) });
    await aWhile();
    expect((await csg.state()).sessions).toEqual([]);
    await csg.client.call('commit');
    await stage.allUp(3);
    expect((await csg.state()).sessions).toHaveLength(3);
  });

  it('a policy that comes to match more tunnels leaves the sessions that are Up alone', async () => {
    await stage.egress(PASSIVE);
    const list = prefixList('some', [['permit', '5.5.5.5/32']]);
    await stage.ingress(TEST_INGRESS);
    await stage.csg.commit(list, ingress('<ip-prefix>some</ip-prefix>'));
    await stage.allUp(1);
    const before = await stage.csg.session();
    await stage.csg.commit(ingress('<host/>'));
    await stage.allUp(3);
    const { sessions } = await stage.csg.state();
    expect(sessions).toContainEqual(
      expect.objectContaining({
        'local-discriminator': before['local-discriminator'],
        'create-time': before['create-time'],
        'down-count': '0',
      }),
    );
  });
});

describe('on the egress', () => {
  it('BFD enabled globally creates no session, and without mpls-passive LSP pings that ask for one are dropped in silence, and counted', async () => {
    await stage.masg.commit(...egressBasics());
    expect((await stage.masg.state()).sessions).toEqual([]);
    await stage.ingress(TEST_INGRESS);
    for (const operator of [stage.csg, stage.masg]) await operator.resetStatistics();
    await stage.csg.commit(ingress('<host/>'));
    const { sessions, statistics } = await stage.masg.until(
      (state) => Number(state.statistics['rejected-bootstraps']) >= 3,
      'rejected LSP pings',
    );
    expect(sessions).toEqual([]);
    expect(statistics['echo-replies-sent']).toBe('0');
    const ingressSide = await stage.csg.state();
    expect(ingressSide.statistics['echo-replies-received']).toBe('0');
    expect(ingressSide.sessions.map((session) => session['local-state'])).toEqual(['down', 'down', 'down']);
  });

  it('"mpls-passive" creates no session by itself', async () => {
    await stage.egress(PASSIVE);
    await aWhile();
    expect(await stage.masg.state()).toMatchObject({ sessions: [] });
  });

  it('creates the session when an LSP ping with a BFD discriminator has come, and not before', async () => {
    await stage.masg.commit(...egressBasics());
    await stage.masg.resetStatistics();
    await stage.ingress(`${TEST_INGRESS}<host/>`);
    await stage.masg.until(
      (state) => Number(state.statistics['rejected-bootstraps']) >= 3,
      'rejected LSP pings',
    );
    await stage.masg.commit(egress(PASSIVE));
    await stage.allUp(3);
    const ends = [await stage.csg.state(), await stage.masg.state()];
    const [discriminators, remotes] = ['local-discriminator', 'remote-discriminator'].map((name) =>
      ends.map(({ sessions }) => sessions.map((session) => String(session[name])).toSorted()),
    );
    expect(discriminators?.[0]).toEqual(remotes?.[1]);
    expect(discriminators?.[1]).toEqual(remotes?.[0]);
    expect(ends[1]?.sessions.map((session) => session['role'])).toEqual(['egress', 'egress', 'egress']);
  });

  it('loses its sessions when "mpls-passive" is taken back', async () => {
    await stage.up();
    await stage.masg.commit(egress('<enabled>false</enabled>'));
    await stage.masg.until(({ sessions }) => sessions.length === 0, 'no session');
    const { sessions } = await stage.csg.until(
      (state) => state.sessions.every((session) => session['local-state'] !== 'up'),
      'sessions that are not Up',
    );
    expect(sessions).toHaveLength(3);
  });
});

it('without BFD globally all is gone, on either end', async () => {
  await stage.up();
  await stage.csg.commit(bfd('delete'));
  expect((await stage.csg.until(({ sessions }) => sessions.length === 0, 'no session')).tunnels).toEqual([]);
  await stage.masg.commit(bfd('delete'));
  const state = await stage.masg.until(({ sessions }) => sessions.length === 0, 'no session');
  expect(state.sessions).toEqual([]);
});
