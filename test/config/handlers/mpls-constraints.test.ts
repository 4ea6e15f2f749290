import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RpcError } from '../../../src/config/errors/rpc-error.js';
import { instanceXml, interfaceXml } from '../../support/agent-xml.js';
import {
  bfdMplsXml,
  egressXml,
  ingressXml,
  lspXml,
  mplsInterfacesXml,
  OWN,
  prefixEntryXml,
  prefixListXml,
  routerIdXml,
  tunnelXml,
} from '../../support/mpls-xml.js';
import { edit, openTestAgent, REQUESTER, type TestAgent } from '../../support/test-agent.js';

let agent: TestAgent;
beforeAll(async () => {
  agent = await openTestAgent();
});
afterEach(() => agent.config.discardChanges(REQUESTER));
afterAll(() => agent.close());

const LINKS = [interfaceXml('eth0'), interfaceXml('eth1'), mplsInterfacesXml({ eth0: true, eth1: false })];
const SOURCE = ingressXml('<source-address><ipv4>192.0.2.1</ipv4></source-address>');
const FEC = '198.51.100.1/32';
const BFD = '/rt:routing/rt:control-plane-protocols/rt:control-plane-protocol';
const MPLS = `${BFD}[rt:type='ietf-bfd-types:bfdv1'][rt:name='main']/bfd:bfd/bfd-mpls:mpls`;
const INGRESS = `${MPLS}/mbb:bgp-lsp/mbb:ingress`;
const TUNNEL = `${MPLS}/mbb:bgp-lsp/mbb:static-tunnels/mbb:tunnel[mbb:fec='${FEC}']`;
const LIST = `${MPLS}/mbb:bgp-lsp/mbb:prefix-lists/mbb:prefix-list[mbb:name='l']`;
const ENTRY = `${LIST}/mbb:entry[mbb:index='1']`;

async function change(...edits: readonly string[]): Promise<void> {
  for (const xml of edits) {
    expect(await agent.config.editConfig('candidate', edit(xml), REQUESTER)).toMatchObject({ ok: true });
  }
}

/** What validation says of the candidate after these edits. */
async function errorsOf(...edits: readonly string[]): Promise<readonly RpcError[]> {
  await change(...edits);
  const valid = await agent.config.validate({ type: 'datastore', name: 'candidate' }, REQUESTER);
  return valid.ok ? [] : valid.error;
}

interface Case {
  readonly what: string;
  readonly refused: readonly string[];
  readonly accepted: readonly string[];
  readonly error: { tag: string; appTag?: string; path: string; message: RegExp };
}

const must = (appTag: string, path: string, message: RegExp): Case['error'] => ({
  tag: 'operation-failed',
  appTag,
  path,
  message,
});
const value = (path: string, message: RegExp): Case['error'] => ({ tag: 'invalid-value', path, message });

const on = (content = ''): string => ingressXml(`<enabled>true</enabled>${content}`);
const passive = (content = '', instance?: string): string =>
  egressXml(`<enabled>true</enabled>${content}`, instance);
const session = (content: string): string =>
  ingressXml(`<session-parameters>${content}</session-parameters>`);
const list = (prefix: string, bounds: Parameters<typeof prefixEntryXml>[3]): string =>
  prefixListXml('l', prefixEntryXml(1, 'permit', prefix, bounds));
const labels = (count: number): number[] => Array.from({ length: count }, (_, index) => 16 + index);
const primary = (...given: Parameters<typeof lspXml>): string => tunnelXml(FEC, lspXml(...given));

const CASES: readonly Case[] = [
  {
    what: 'an ingress without an interface that MPLS runs on',
    refused: [interfaceXml('eth0'), mplsInterfacesXml({ eth0: false }), SOURCE, on()],
    accepted: [...LINKS, SOURCE, on()],
    error: must(
      'no-mpls-interface',
      `${INGRESS}/mbb:enabled`,
      /MPLS runs on no interface: set mpls-enabled/u,
    ),
  },
  {
    what: 'an ingress without a source address',
    refused: [...LINKS, on()],
    accepted: [...LINKS, on(), ingressXml('<source-address><ipv6>2001:db8::1</ipv6></source-address>')],
    error: must('no-source-address', `${INGRESS}/mbb:enabled`, /give source-address .*, or router-id/u),
  },
  {
    what: 'a router-id to which nobody could answer, as the source address',
    refused: [...LINKS, on(), routerIdXml('0.0.0.7')],
    accepted: [...LINKS, on(), routerIdXml('192.0.2.1')],
    error: must('no-source-address', `${INGRESS}/mbb:enabled`, /router-id 0\.0\.0\.7.*give source-address/u),
  },
  {
    what: 'a source address to which nobody could answer',
    refused: [ingressXml('<source-address><ipv4>127.0.0.1</ipv4></source-address>')],
    accepted: [SOURCE],
    error: value(`${INGRESS}/mbb:source-address/mbb:ipv4`, /give a unicast address of this system/u),
  },
  {
    what: 'an ingress in two instances',
    refused: [...LINKS, routerIdXml('192.0.2.1'), ingressXml('<enabled>true</enabled>', 'lab'), on()],
    accepted: [...LINKS, routerIdXml('192.0.2.1'), instanceXml('lab'), on()],
    error: must(
      'enabled-elsewhere',
      `${INGRESS}/mbb:enabled`,
      /"lab" has BFD for BGP tunnels enabled already/u,
    ),
  },
  {
    what: 'an egress in two instances',
    refused: [passive('', 'lab'), passive()],
    accepted: [passive('', 'lab'), ...LINKS, SOURCE, on()],
    error: must(
      'enabled-elsewhere',
      `${MPLS}/bfd-mpls:egress/bfd-mpls:enabled`,
      /"lab" has passive creation/u,
    ),
  },
  {
    what: 'a policy that names no prefix list there is',
    refused: [ingressXml('<ip-prefix>l</ip-prefix>')],
    accepted: [ingressXml('<ip-prefix>l</ip-prefix>'), list('0.0.0.0/0', { lessEqual: 32 })],
    error: {
      tag: 'data-missing',
      appTag: 'instance-required',
      path: `${INGRESS}/mbb:ip-prefix`,
      message: /"l"/u,
    },
  },
  {
    what: 'a policy that names an empty prefix list',
    refused: [ingressXml('<ip-prefix>l</ip-prefix>'), prefixListXml('l', '')],
    accepted: [prefixListXml('l', '')],
    error: must('empty-prefix-list', `${INGRESS}/mbb:ip-prefix`, /give it an entry, or choose host/u),
  },
  {
    what: 'greater-equal below the length of the prefix',
    refused: [list('198.51.100.0/24', { greaterEqual: 23 })],
    accepted: [list('198.51.100.0/24', { greaterEqual: 24 })],
    error: must('prefix-bounds', `${ENTRY}/mbb:greater-equal`, /give that length or more/u),
  },
  {
    what: 'less-equal below the length of the prefix',
    refused: [list('198.51.100.0/24', { lessEqual: 23 })],
    accepted: [list('198.51.100.0/24', { lessEqual: 24 })],
    error: must('prefix-bounds', `${ENTRY}/mbb:less-equal`, /give that length or more/u),
  },
  {
    what: 'less-equal below greater-equal',
    refused: [list('198.51.100.0/24', { greaterEqual: 30, lessEqual: 29 })],
    accepted: [list('198.51.100.0/24', { greaterEqual: 30, lessEqual: 30 })],
    error: must('prefix-bounds', `${ENTRY}/mbb:less-equal`, /give greater-equal or more/u),
  },
  {
    what: 'greater-equal beyond 32 of IPv4',
    refused: [list('198.51.100.0/24', { greaterEqual: 33 })],
    accepted: [list('2001:db8::/32', { greaterEqual: 128 })],
    error: must('prefix-bounds', `${ENTRY}/mbb:greater-equal`, /IPv4 has 32 bits/u),
  },
  {
    what: 'less-equal beyond 32 of IPv4',
    refused: [list('198.51.100.0/24', { lessEqual: 33 })],
    accepted: [list('2001:db8::/32', { lessEqual: 33 })],
    error: must('prefix-bounds', `${ENTRY}/mbb:less-equal`, /IPv4 has 32 bits/u),
  },
  {
    what: 'more entries in a prefix list than can be used',
    refused: [
      prefixListXml(
        'l',
        Array.from({ length: 2049 }, (_, index) => prefixEntryXml(index + 1, 'deny', FEC)).join(''),
      ),
    ],
    accepted: [
      prefixListXml(
        'l',
        Array.from({ length: 2048 }, (_, index) => prefixEntryXml(index + 1, 'deny', FEC)).join(''),
      ),
    ],
    error: value(`${LIST}/mbb:name`, /has 2049 entries: at most 2048/u),
  },
  ...(
    [
      ['desired-min-tx-interval', 2_999, 3_000],
      ['desired-min-tx-interval', 20_000_001, 20_000_000],
      ['required-min-rx-interval', 0, 20_000_000],
      ['min-interval', 2_999, 3_000],
    ] as const
  ).flatMap(([leaf, refused, accepted]): Case[] => [
    {
      what: `${leaf} ${refused} of the ingress`,
      refused: [session(`<${leaf}>${refused}</${leaf}>`)],
      accepted: [session(`<${leaf}>${accepted}</${leaf}>`)],
      error: must('interval-out-of-range', `${INGRESS}/mbb:session-parameters`, /3000 to 20000000/u),
    },
    {
      what: `${leaf} ${refused} of the egress`,
      refused: [egressXml(`<${leaf}>${refused}</${leaf}>`)],
      accepted: [egressXml(`<${leaf}>${accepted}</${leaf}>`)],
      error: must('interval-out-of-range', `${MPLS}/bfd-mpls:egress/bfd-mpls:${leaf}`, /3000 to 20000000/u),
    },
  ]),
  ...(
    [
      [2, 3],
      [51, 50],
    ] as const
  ).flatMap(([refused, accepted]): Case[] => [
    {
      what: `the multiplier ${refused} of the ingress`,
      refused: [session(`<local-multiplier>${refused}</local-multiplier>`)],
      accepted: [session(`<local-multiplier>${accepted}</local-multiplier>`)],
      error: must('multiplier-out-of-range', `${INGRESS}/mbb:session-parameters`, /is 3 to 50/u),
    },
    {
      what: `the multiplier ${refused} of the egress`,
      refused: [egressXml(`<local-multiplier>${refused}</local-multiplier>`)],
      accepted: [egressXml(`<local-multiplier>${accepted}</local-multiplier>`)],
      error: must(
        'multiplier-out-of-range',
        `${MPLS}/bfd-mpls:egress/bfd-mpls:local-multiplier`,
        /is 3 to 50/u,
      ),
    },
  ]),
  {
    what: 'a retry-interval beyond the ping-interval',
    refused: [
      ingressXml(
        '<bootstrap><ping-interval>30</ping-interval><retry-interval>31</retry-interval></bootstrap>',
      ),
    ],
    accepted: [
      ingressXml(
        '<bootstrap><ping-interval>30</ping-interval><retry-interval>30</retry-interval></bootstrap>',
      ),
    ],
    error: must(
      'retry-beyond-ping',
      `${INGRESS}/mbb:bootstrap/mbb:retry-interval`,
      /a shorter retry-interval or a longer ping-interval/u,
    ),
  },
  {
    what: 'a tunnel without a primary LSP',
    refused: [...LINKS, primary([17], { role: 'backup' })],
    accepted: [...LINKS, tunnelXml(FEC, lspXml([17], { role: 'backup' }) + lspXml([18]))],
    error: must('no-primary-lsp', TUNNEL, /give it one/u),
  },
  {
    what: 'an LSP without labels',
    refused: [...LINKS, primary([])],
    accepted: [...LINKS, primary(['rt-types:implicit-null-label'])],
    error: must('no-labels', `${TUNNEL}/mbb:lsp[mbb:role='primary']`, /give at least one/u),
  },
  {
    what: 'an LSP with nine labels',
    refused: [...LINKS, primary(labels(9))],
    accepted: [...LINKS, primary(labels(8))],
    error: must('too-many-labels', `${TUNNEL}/mbb:lsp[mbb:role='primary']`, /8 at most/u),
  },
  {
    what: 'a label that leads nowhere',
    refused: [...LINKS, primary(['rt-types:router-alert-label'])],
    accepted: [...LINKS, primary(['rt-types:ipv4-explicit-null-label'])],
    error: value(
      `${TUNNEL}/mbb:lsp[mbb:role='primary']/mbb:mpls-label-stack/mbb:entry[mbb:id='0']/mbb:label`,
      /router-alert-label does not lead to an egress: give a number from 16/u,
    ),
  },
  {
    what: 'an interface that MPLS does not know',
    refused: [...LINKS, interfaceXml('eth2'), primary([17], { outInterface: 'eth2' })],
    accepted: [
      ...LINKS,
      interfaceXml('eth2'),
      mplsInterfacesXml({ eth2: true }),
      primary([17], { outInterface: 'eth2' }),
    ],
    error: {
      tag: 'data-missing',
      appTag: 'instance-required',
      path: `${TUNNEL}/mbb:lsp[mbb:role='primary']/mbb:out-interface`,
      message: /"eth2"/u,
    },
  },
  {
    what: 'an interface that MPLS does not run on',
    refused: [...LINKS, primary([17], { outInterface: 'eth1' })],
    accepted: [...LINKS, mplsInterfacesXml({ eth1: true }), primary([17], { outInterface: 'eth1' })],
    error: must(
      'mpls-not-enabled',
      `${TUNNEL}/mbb:lsp[mbb:role='primary']/mbb:out-interface`,
      /not enabled on "eth1".*set mpls-enabled .*, or give another/u,
    ),
  },
  {
    what: 'a next hop that is no host',
    refused: [...LINKS, primary([17], { nextHop: '224.0.0.1' })],
    accepted: [...LINKS, primary([17], { nextHop: 'fe80::1' })],
    error: value(`${TUNNEL}/mbb:lsp[mbb:role='primary']/mbb:next-hop`, /multicast address/u),
  },
  {
    what: 'a FEC that no egress can be',
    refused: [...LINKS, tunnelXml('127.0.0.1/32', lspXml([17]))],
    accepted: [...LINKS, tunnelXml('127.0.0.0/8', lspXml([17]))],
    error: value(`${TUNNEL.replace(FEC, '127.0.0.1/32')}/mbb:fec`, /give a unicast address/u),
  },
  {
    what: 'a tunnel in two instances',
    refused: [...LINKS, tunnelXml(FEC, lspXml([17]), 'lab'), primary([17])],
    accepted: [...LINKS, tunnelXml(FEC, lspXml([17]), 'lab'), tunnelXml('198.51.100.2/32', lspXml([17]))],
    error: value(TUNNEL, /"lab" has a tunnel to 198\.51\.100\.1\/32, too/u),
  },
  {
    what: 'sessions that are configured one by one',
    refused: [
      bfdMplsXml(
        `<session-groups><session-group><mpls-fec>${FEC}</mpls-fec></session-group></session-groups>`,
      ),
    ],
    accepted: [...LINKS, primary([17])],
    error: must(
      'static-lsp-session',
      `${MPLS}/bfd-mpls:session-groups/bfd-mpls:session-group[bfd-mpls:mpls-fec='${FEC}']`,
      /configure the tunnel .* and a policy/u,
    ),
  },
  {
    what: 'authentication without keys',
    refused: [session('<authentication/>')],
    accepted: [session('')],
    error: {
      tag: 'missing-element',
      path: `${INGRESS}/mbb:session-parameters/mbb:authentication`,
      message: /name a key-chain, or remove it/u,
    },
  },
  {
    what: 'a passive session of a peer that is no host',
    refused: [egressXml(`<passive-session ${OWN}><peer>255.255.255.255</peer></passive-session>`)],
    accepted: [egressXml(`<passive-session ${OWN}><peer>192.0.2.8</peer></passive-session>`)],
    error: value(
      `${MPLS}/bfd-mpls:egress/mbb:passive-session[mbb:peer='255.255.255.255']/mbb:peer`,
      /cannot be an ingress: .*broadcast/u,
    ),
  },
  {
    what: 'a label for what is no address',
    refused: [
      egressXml(
        `<label-bindings ${OWN}><label-binding><fec>198.51.100.0/24</fec><label>16</label></label-binding></label-bindings>`,
      ),
    ],
    accepted: [
      egressXml(
        `<label-bindings ${OWN}><label-binding><fec>${FEC}</fec><label>16</label></label-binding></label-bindings>`,
      ),
    ],
    error: value(
      `${MPLS}/bfd-mpls:egress/mbb:label-bindings/mbb:label-binding[mbb:fec='198.51.100.0/24']/mbb:fec`,
      /give a prefix of 32 bits/u,
    ),
  },
];

describe('validation', () => {
  it.each(CASES)('refuses $what, and says what to do', async ({ refused, error }) => {
    const [first, ...others] = await errorsOf(...refused);
    expect(others).toEqual([]);
    expect(first?.message).toMatch(error.message);
    const { tag, appTag } = error;
    expect({ tag: first?.tag, appTag: first?.appTag, path: first?.path?.text }).toEqual({
      tag,
      appTag,
      path: error.path,
    });
  });

  it.each(CASES)('accepts what is right instead of $what', async ({ accepted }) => {
    expect(await errorsOf(...accepted)).toEqual([]);
  });

  it('accepts an ingress without a policy, and a policy without an ingress', async () => {
    expect(await errorsOf(...LINKS, SOURCE, on())).toEqual([]);
    await agent.config.discardChanges(REQUESTER);
    expect(await errorsOf(ingressXml('<host/>'))).toEqual([]);
  });

  it('lets the last policy take the place of the one before', async () => {
    await change(ingressXml('<host/>'), list('0.0.0.0/0', { lessEqual: 32 }));
    await change(ingressXml('<ip-prefix>l</ip-prefix>'));
    const config = await agent.config.getConfig({ datastore: 'candidate' }, REQUESTER);
    expect(config.ok && config.value).toContain('<ip-prefix>l</ip-prefix>');
    expect(config.ok && config.value).not.toContain('<host/>');
  });

  it('tells of every mistake at once', async () => {
    const errors = await errorsOf(...LINKS, on(), tunnelXml(FEC, lspXml([17], { outInterface: 'eth1' })));
    expect(new Set(errors.map(({ appTag }) => appTag))).toEqual(
      new Set(['mpls-not-enabled', 'no-source-address']),
    );
  });
});

describe('once a tunnel is committed', () => {
  it('MPLS stays on its interface, until the tunnel has left it', async () => {
    await change(...LINKS, mplsInterfacesXml({ eth1: true }), primary([17]));
    expect(await agent.config.commit(REQUESTER)).toMatchObject({ ok: true });
    expect(agent.engine.tunnels.get(FEC)).toMatchObject({ lsps: [{ outInterface: 'eth0' }] });
    const [error] = await errorsOf(mplsInterfacesXml({ eth0: false }));
    expect(error).toMatchObject({
      tag: 'operation-failed',
      appTag: 'mpls-in-use',
      path: {
        text: "/rt:routing/mpls:mpls/mpls:interfaces/mpls:interface[mpls:name='eth0']/mpls:mpls-enabled",
      },
      message: expect.stringMatching(/198\.51\.100\.1\/32 leaves through "eth0": give it another/u),
    });
    expect(await agent.config.commit(REQUESTER)).toMatchObject({ ok: false });
    expect(await errorsOf(primary([17], { outInterface: 'eth1' }))).toEqual([]);
    expect(await agent.config.commit(REQUESTER)).toMatchObject({ ok: true });
    expect(agent.engine.tunnels.get(FEC)).toMatchObject({ lsps: [{ outInterface: 'eth1' }] });
    expect(agent.engine.mpls).toMatchObject({ interfaces: ['eth1'] });
  });
});
