import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataRequest, Filter } from '../../../src/config/config-service.js';
import type { TunnelKey, TunnelReport } from '../../../src/link/messages.js';
import { instanceXml, interfaceXml, mplsXml, sessionXml } from '../../support/agent-xml.js';
import { AskedEngine } from '../../support/asked-engine.js';
import { lspReport } from '../../support/lsp-reports.js';
import { edit, openTestAgent, REQUESTER, type TestAgent } from '../../support/test-agent.js';
import { xmlElement } from '../../support/xml-element.js';

const FEC = '203.0.113.1/32';
const INGRESS = `lsp-ingress/${FEC}`;
const EGRESS = `lsp-egress/192.0.2.9/${FEC}/7`;
const TUNNEL: Partial<TunnelReport> = {
  state: 'up',
  ineligibleReason: null,
  session: INGRESS,
  lsps: [
    {
      role: 'primary',
      nextHop: '192.0.2.2',
      outInterface: 'eth0',
      labels: [
        { label: 16_001, ttl: 255, trafficClass: 7 },
        { label: 0, ttl: 1, trafficClass: 6 },
        { label: 4, ttl: 1, trafficClass: 0 },
      ],
      usable: true,
      active: true,
    },
  ],
  lastChangeMs: Date.UTC(2026, 0, 2, 3, 4, 6),
};

/** It remembers of which tunnels, too. */
class AskedLspEngine extends AskedEngine {
  override readTunnels(keys: readonly TunnelKey[] | null): ReturnType<AskedEngine['readTunnels']> {
    this.asked.push(keys);
    return super.readTunnels(keys);
  }
}

let engine: AskedLspEngine;
let agent: TestAgent;

beforeEach(async () => {
  engine = new AskedLspEngine();
  agent = await openTestAgent({ engine });
  for (const xml of [interfaceXml('eth0'), sessionXml({ dest: '192.0.2.1' }), instanceXml('other')]) {
    await agent.config.editConfig('candidate', edit(xml), REQUESTER);
  }
  await agent.config.commit(REQUESTER);
  engine.tunnels.set(FEC, { key: FEC, lsps: [] });
  engine.tunnels.set('203.0.113.2/32', { key: '203.0.113.2/32', lsps: [] });
  engine.tunnelReports.set(FEC, TUNNEL);
  engine.lspSessions.add(INGRESS).add(EGRESS);
  const up = { localState: 'up', remoteState: 'up', remoteDiscriminator: 22, destinationPort: 3784 } as const;
  engine.reports.set(INGRESS, { ...up, localDiscriminator: 11, lsp: lspReport('ingress') });
  const notUpReason = 'the ingress has not answered';
  engine.reports.set(EGRESS, { localDiscriminator: 12, lsp: lspReport('egress', { notUpReason }) });
});
afterEach(() => agent.close());

const mpls = (content: string): Filter => ({
  type: 'subtree',
  element: xmlElement(`<filter>${mplsXml(content).replace(/<type.*<\/name>/u, '')}</filter>`),
});
const anywhere = (select: string): Filter => ({
  type: 'xpath',
  select,
  namespaces: new Map([
    ['m', 'urn:ietf:params:xml:ns:yang:ietf-bfd-mpls'],
    ['b', 'urn:bfd-agent:yang:mpls-bgp-bfd'],
  ]),
});

const oneTunnel = (fec: string): Filter => mpls(`<tunnels><tunnel><fec>${fec}</fec></tunnel></tunnels>`);
const oneSession = (key: string): Filter =>
  mpls(`<sessions><session><local-discriminator>${key}</local-discriminator></session></sessions>`);
const discards = (list: string, reason: string, count: number): string =>
  `<${list}><reason>${reason}</reason><count>${count}</count></${list}>`;

async function get(filter: Filter | undefined): Promise<string> {
  const got = await agent.config.get(filter, REQUESTER);
  return got.ok ? got.value : JSON.stringify(got.error);
}

async function getData(filter: Filter, more: Partial<DataRequest> = {}): Promise<string> {
  const request = { datastore: 'operational', filter, withOrigin: false, ...more } as const;
  const got = await agent.config.getData(request, REQUESTER);
  return got.ok ? got.value : JSON.stringify(got.error);
}

function part(xml: string, name: string): string {
  return new RegExp(`<${name}[ >].*</${name}>`, 'su').exec(xml)?.[0] ?? `there is no ${name} in ${xml}`;
}

describe('a tunnel', () => {
  it('is shown with its paths, labels and session', async () => {
    expect(part(await get(anywhere(`//b:tunnel[b:fec='${FEC}']`)), 'tunnel')).toBe(
      `<tunnel><fec>${FEC}</fec><source>static</source><state>up</state>` +
        '<last-change>2026-01-02T03:04:06.000Z</last-change><eligible>true</eligible><session>11</session>' +
        '<lsp><index>1</index><role>primary</role><next-hop>192.0.2.2</next-hop>' +
        '<out-interface>eth0</out-interface><mpls-label-stack>' +
        '<entry><id>1</id><label>16001</label><ttl>255</ttl><traffic-class>7</traffic-class></entry>' +
        '<entry><id>2</id><label xmlns:rt-types="urn:ietf:params:xml:ns:yang:ietf-routing-types">' +
        'rt-types:ipv4-explicit-null-label</label><ttl>1</ttl><traffic-class>6</traffic-class></entry>' +
        '<entry><id>3</id><ttl>1</ttl><traffic-class>0</traffic-class></entry>' +
        '</mpls-label-stack><usable>true</usable><active>true</active></lsp></tunnel>',
    );
  });

  it('that is not eligible says why', async () => {
    const xml = await get(anywhere(`//b:tunnel[b:fec='203.0.113.2/32']`));
    expect(xml).toContain(
      '<eligible>false</eligible><ineligible-reason>not-enabled</ineligible-reason></tunnel>',
    );
  });

  it('by its key alone is the only one that the engine is asked for, in any spelling', async () => {
    engine.tunnels.set('2001:db8::1/128', { key: '2001:db8::1/128', lsps: [] });
    const found = await get(oneTunnel(FEC));
    expect(engine.asked).toEqual([[FEC], [INGRESS]]);
    expect(found).toBe(await get(anywhere(`//b:tunnel[b:fec='${FEC}']`)));
    engine.asked.length = 0;
    await get(oneTunnel('2001:DB8::1/128'));
    expect(engine.asked).toEqual([['2001:db8::1/128']]);
    expect(await get(oneTunnel('203.0.113.77/32'))).toBe('');
    expect(await get(oneTunnel('nothing'))).toBe('');
  });
});

describe('all tunnels', () => {
  it.each(['<tunnels/>', '<tunnels><tunnel/></tunnels>'])(
    'are what the engine is asked for, where a filter is for nothing else: %s',
    async (filter) => {
      const found = await get(mpls(filter));
      expect(found).toBe(await get(anywhere('//b:tunnels')));
      expect(engine.asked.slice(0, 2)).toEqual([null, null]);
      expect(found).toContain('<session>11</session>');
    },
  );

  it('with a part of each alone are no more', async () => {
    const states = await get(mpls('<tunnels><tunnel><state/></tunnel></tunnels>'));
    expect([...states.matchAll(/<state>([^<]*)</gu)].map(([, state]) => state)).toEqual([
      'up',
      'unmonitored',
    ]);
    const fecs = await get(mpls('<sessions><session><fec/></session></sessions>'));
    expect(fecs.match(/<fec>/gu)).toHaveLength(2);
  });
});

describe('a session of an LSP', () => {
  it('is shown with what every session has, its FEC and its bootstrap', async () => {
    const xml = part(await get(anywhere('//b:session[b:local-discriminator=11]')), 'session');
    for (const content of [
      '<session><local-discriminator>11</local-discriminator><path-type ',
      '>bfd-types:path-mpls-lsp</path-type>',
      '<remote-discriminator>22</remote-discriminator>',
      '<demand-capability>false</demand-capability>',
      '<dest-port>3784</dest-port>',
      '<local-state>up</local-state>',
      '<create-time>2026-01-02T03:04:05.000Z</create-time>',
      '<mpls-dest-address>127.0.0.1</mpls-dest-address>',
      `<fec>${FEC}</fec><role>ingress</role><peer-address>203.0.113.1</peer-address>`,
      '<source-address>192.0.2.1</source-address>',
      '<bootstrap><state>confirmed</state><senders-handle>17</senders-handle>' +
        '<echo-requests-sent>3</echo-requests-sent><echo-requests-received>4</echo-requests-received>' +
        '<echo-replies-sent>5</echo-replies-sent><echo-replies-received>2</echo-replies-received>' +
        '<last-return-code>3</last-return-code><last-return-subcode>1</last-return-subcode>' +
        '<last-round-trip-time>1250</last-round-trip-time>' +
        '<last-echo-time>2026-01-02T03:04:05.000Z</last-echo-time></bootstrap>',
    ]) {
      expect(xml).toContain(content);
    }
  });

  it('of the egress says why it is not Up', async () => {
    const xml = part(await get(anywhere('//b:session[b:local-discriminator=12]')), 'session');
    expect(xml).toContain('<role>egress</role><peer-address>192.0.2.9</peer-address>');
    expect(xml).toContain('<not-up-reason>the ingress has not answered</not-up-reason>');
    expect(xml).not.toContain('confirmed');
  });

  it('by its key alone is the only one that the engine is asked for', async () => {
    const found = await get(oneSession('12'));
    expect(found).toBe(await get(anywhere('//b:session[b:local-discriminator=12]')));
    engine.asked.length = 0;
    await get(oneSession('12'));
    expect(engine.asked).toEqual([[EGRESS]]);
    expect(await get(oneSession('13'))).toBe('');
    expect(await get(oneSession('x'))).toBe('');
  });

  it('is counted in the summaries of its type and of its instance, and of no other', async () => {
    const xml = await get(anywhere('//*[starts-with(local-name(), "number-of-sessions")]'));
    const counts = [...xml.matchAll(/<number-of-sessions(?:-up)?>(\d+)</gu)].map(([, count]) =>
      Number(count),
    );
    // main: all, ip-mh, ip-sh, mpls, bgp-lsp/sessions; other: all, ip-mh, ip-sh.
    expect(counts).toEqual([3, 1, 0, 0, 1, 0, 2, 1, 2, 1, 0, 0, 0, 0, 0, 0]);
  });
});

describe('the session groups of ietf-bfd-mpls', () => {
  const all = anywhere('//m:session-groups');

  it('have the sessions of the ingress in the operational datastore, learned', async () => {
    const xml = await getData(all, { withOrigin: true });
    expect(part(xml, 'session-group')).toMatch(
      /^<session-group [^>]*origin="or:learned"[^>]*><mpls-fec>203\.0\.113\.1\/32<\/mpls-fec><sessions>.*<local-discriminator>11<.*<mpls-dest-address>127\.0\.0\.1<\/mpls-dest-address>.*<\/session-group>$/su,
    );
    expect(xml.match(/<session-group /gu)).toHaveLength(1);
  });

  it('are not in what <get> shows, which has no configuration but that of running', async () => {
    expect(await get(all)).not.toContain('session-group');
    expect(await get(undefined)).not.toContain('mpls-fec');
  });

  it('one by one cost the engine no more than that one', async () => {
    const one = `<session-group><mpls-fec>${FEC}</mpls-fec></session-group>`;
    const element = xmlElement(
      `<filter>${instanceXml('main', `<bfd xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd"><mpls xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd-mpls"><session-groups>${one}</session-groups></mpls></bfd>`)}</filter>`,
    );
    expect(await getData({ type: 'subtree', element })).toContain('<local-discriminator>11<');
    expect(engine.asked).toEqual([[FEC], [INGRESS]]);
  });
});

describe('the statistics of LSPs', () => {
  it('count packets, and what was thrown away by reason', async () => {
    Object.assign(engine.statusReport, {
      mpls: {
        echoRequestsSent: 1,
        echoRequestsReceived: 20,
        echoRepliesSent: 3,
        echoRepliesReceived: 4,
        discardedEchoRequests: [
          { reason: 'passive-disabled', count: 5 },
          { reason: 'creation-rate', count: 2 },
          { reason: 'source-address', count: 1 },
          { reason: 'reply-mode', count: 0 },
        ],
        discardedEchoReplies: [{ reason: 'repeated-reply', count: 6 }],
        discardedBfdPackets: [],
      },
    });
    expect(part(await get(anywhere('//b:bgp-lsp/b:statistics')), 'statistics')).toBe(
      '<statistics><echo-requests-sent>1</echo-requests-sent>' +
        '<echo-requests-received>20</echo-requests-received><echo-replies-sent>3</echo-replies-sent>' +
        '<echo-replies-received>4</echo-replies-received><rejected-bootstraps>7</rejected-bootstraps>' +
        discards('discarded-echo-requests', 'passive-disabled', 5) +
        discards('discarded-echo-requests', 'creation-rate', 2) +
        discards('discarded-echo-requests', 'source-address', 1) +
        discards('discarded-echo-replies', 'repeated-reply', 6) +
        '</statistics>',
    );
  });
});
