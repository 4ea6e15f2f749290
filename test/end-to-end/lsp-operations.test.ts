import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { config, ethernet, namespaces } from '../support/config-xml.js';
import { EventFollower } from '../support/event-follower.js';
import { egressXml, ingressXml, lspXml, mplsInterfacesXml, tunnelXml } from '../support/mpls-xml.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';
import { waitFor } from '../support/wait-for.js';

const FEC = '192.0.2.2/32';
const OWN = namespaces.mbb;

/** Everything around the tunnels and sessions of `main`. */
function around(inside: string): string {
  return `<routing xmlns="${namespaces.rt}"><control-plane-protocols><control-plane-protocol>
    <type xmlns:t="urn:ietf:params:xml:ns:yang:ietf-bfd-types">t:bfdv1</type><name>main</name>
    <bfd xmlns="${namespaces.bfd}"><mpls xmlns="${namespaces['bfd-mpls']}"><bgp-lsp xmlns="${OWN}">
    ${inside}</bgp-lsp></mpls></bfd></control-plane-protocol></control-plane-protocols></routing>`;
}

const tunnel = (inside = '', fec = FEC): string =>
  around(`<tunnels><tunnel><fec>${fec}</fec>${inside}</tunnel></tunnels>`);
const session = (discriminator: string, inside = ''): string =>
  around(
    `<sessions><session><local-discriminator>${discriminator}</local-discriminator>${inside}</session></sessions>`,
  );
const action = (inside: string): { rpc: string } => ({
  rpc: `<action xmlns="urn:ietf:params:xml:ns:yang:1">${inside}</action>`,
});
const leaf = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'u').exec(xml)?.[1];

async function commit(by: Ncclient, ...parts: readonly string[]): Promise<void> {
  for (const part of parts) await by.call('edit-config', { config: config(part) });
  await by.call('commit');
}

describe('a tunnel between two agents, by ncclient', () => {
  let pair: NamespacePair;
  let ingress: Agent;
  let egress: Agent;
  let client: Ncclient;
  let other: Ncclient;
  let follower: EventFollower;

  beforeAll(async () => {
    pair = await NamespacePair.create();
    ingress = await Agent.start({ namespace: pair.left.name });
    egress = await Agent.start({ namespace: pair.right.name });
    client = new Ncclient(pair.left.name);
    other = new Ncclient(pair.right.name);
    await client.connect(ingress.login);
    await client.connect({ ...ingress.login, session: 'subscriber' });
    await other.connect(egress.login);
    follower = new EventFollower(`${ingress.stateDir}/events.sock`);
    await follower.line('snapshot-end');
  });

  afterAll(async () => {
    follower.close();
    await client.close();
    await other.close();
    await ingress.dispose();
    await egress.dispose();
    await pair.dispose();
  });

  beforeEach(async () => {
    const basis = [ethernet('eth0'), mplsInterfacesXml({ eth0: true })];
    await commit(other, ...basis, egressXml('<enabled>true</enabled>'));
    const parameters =
      '<session-parameters><local-multiplier>3</local-multiplier>' +
      '<desired-min-tx-interval>50000</desired-min-tx-interval>' +
      '<required-min-rx-interval>50000</required-min-rx-interval></session-parameters>';
    const source = '<source-address><ipv4>192.0.2.1</ipv4></source-address>';
    await commit(
      client,
      ...basis,
      ingressXml(`<enabled>true</enabled><host/>${source}${parameters}`),
      tunnelXml(FEC, lspXml(['rt-types:implicit-null-label'], { nextHop: '192.0.2.2' })),
    );
  });

  afterEach(async () => {
    const nothing = `<routing xmlns="${namespaces.rt}" nc:operation="remove"/>`;
    await commit(client, nothing);
    await commit(other, nothing);
  });

  async function get(inside: string): Promise<string> {
    return client.text('get', { subtree: inside });
  }

  /** The tunnel as soon as it is in a state. */
  async function tunnelIn(state: string): Promise<string> {
    return waitFor(
      async () => {
        const xml = await get(tunnel());
        return leaf(xml, 'state') === state ? xml : undefined;
      },
      async () => `tunnel ${state}; it is ${await get(tunnel())}`,
      20_000,
    );
  }

  it('comes up, and is shown with its session on both ends, learned in the operational datastore', async () => {
    const up = await tunnelIn('up');
    expect(leaf(up, 'eligible')).toBe('true');
    const shown = await get(session(leaf(up, 'session') ?? ''));
    expect(leaf(shown, 'role')).toBe('ingress');
    expect(leaf(shown, 'local-state')).toBe('up');
    expect(leaf(shown, 'last-return-code')).toBe('3');
    const theirs = await other.text('get', { subtree: around('<sessions/>') });
    expect(leaf(theirs, 'role')).toBe('egress');
    const groups = await client.text('dispatch', {
      rpc: `<get-data xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-nmda"
        xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores"><datastore>ds:operational</datastore>
        <xpath-filter xmlns:m="${namespaces['bfd-mpls']}">//m:session-group</xpath-filter><with-origin/></get-data>`,
    });
    expect(groups).toMatch(/<session-group [^>]*origin="[\w-]+:learned"/u);
    expect(leaf(groups, 'mpls-fec')).toBe(FEC);
  });

  it('is pinged by its action and by the rpc', async () => {
    await tunnelIn('up');
    const replies = [
      await client.text('dispatch', action(tunnel('<lsp-ping><count>2</count></lsp-ping>'))),
      await client.text('dispatch', { rpc: `<lsp-ping xmlns="${OWN}"><fec>${FEC}</fec></lsp-ping>` }),
    ];
    expect(replies.map((reply) => [leaf(reply, 'sent'), leaf(reply, 'received')])).toEqual([
      ['2', '2'],
      ['5', '5'],
    ]);
    expect(leaf(replies[0] ?? '', 'return-code')).toBe('3');
    expect(leaf(replies[0] ?? '', 'from')).toBe('192.0.2.2');
  });

  it('that is not there is no tunnel to ping', async () => {
    const refused = await client.refusal('dispatch', action(tunnel('<lsp-ping/>', '192.0.2.99/32')));
    expect(refused.tag).toBe('data-missing');
    expect(refused.errors[0]?.path).toContain("tunnel[mbb:fec='192.0.2.99/32']");
    const unknown = await client.refusal('dispatch', action(session('0', '<clear/>')));
    expect(unknown.tag).toBe('data-missing');
  });

  it('has its session cleared and made again, which is told in notifications and at the event socket', async () => {
    const before = leaf(await tunnelIn('up'), 'session') ?? '';
    await client.call('create-subscription', {
      session: 'subscriber',
      xpath: '/b:session-deleted | /b:session-created',
      namespaces: { b: OWN },
    });
    expect(await client.text('dispatch', action(session(before, '<clear/>')))).toContain('<ok ');
    const deleted = await client.text('take-notification', { session: 'subscriber' });
    expect(deleted).toContain('session-deleted');
    expect(leaf(deleted, 'local-discriminator')).toBe(before);
    expect(leaf(deleted, 'reason')).toBe('cleared');
    const created = await client.text('take-notification', { session: 'subscriber' });
    expect(created).toContain('session-created');
    expect(await follower.line('session-deleted', ({ reason }) => reason === 'cleared')).toMatchObject({
      kind: 'lsp-ingress',
      fec: FEC,
      localDiscriminator: Number(before),
    });
    const made = leaf(created, 'local-discriminator');
    await follower.line('session-created', ({ localDiscriminator }) => localDiscriminator === Number(made));
  });

  it('has its counters set to zero', async () => {
    const discriminator = leaf(await tunnelIn('up'), 'session') ?? '';
    const sent = async (): Promise<number> =>
      Number(leaf(await get(session(discriminator)), 'echo-requests-sent'));
    expect(await sent()).toBeGreaterThan(0);
    await client.call('dispatch', action(session(discriminator, '<reset-statistics/>')));
    expect(await sent()).toBe(0);
    await client.call('dispatch', { rpc: `<reset-all-statistics xmlns="${OWN}"/>` });
    expect(leaf(await get(around('<statistics/>')), 'echo-requests-sent')).toBe('0');
  });

  it('that falls silent is bfd-down, at the event socket within the detection time and a little', async () => {
    await tunnelIn('up');
    const seen = follower.lines.length;
    await pair.silence();
    try {
      const told = await waitFor(
        () => follower.lines.slice(seen).find((line) => line.type === 'tunnel-state'),
        'change of the tunnel',
      );
      expect(told).toMatchObject({ fec: FEC, from: 'up', state: 'bfd-down' });
      expect(leaf(await tunnelIn('bfd-down'), 'state')).toBe('bfd-down');
    } finally {
      await pair.speak();
    }
  });
});
