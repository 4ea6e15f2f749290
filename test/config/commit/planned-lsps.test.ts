import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommitPlan } from '../../../src/config/config-service.js';
import type { LspSessionReport } from '../../../src/mpls/mpls-model.js';
import { instanceXml, interfaceXml } from '../../support/agent-xml.js';
import {
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

const LINKS = [
  interfaceXml('eth0'),
  interfaceXml('eth1'),
  mplsInterfacesXml({ eth0: true, eth1: true }),
  routerIdXml('192.0.2.1'),
];
const ENABLED = ingressXml('<enabled>true</enabled>');
const HOST = ingressXml('<host/>');
const ONE = '198.51.100.1/32';
const TWO = '198.51.100.2/32';
const NETWORK = '198.51.100.0/24';
const TUNNELS = [ONE, TWO, NETWORK].map((fec) => tunnelXml(fec, lspXml([100])));

let agent: TestAgent;
beforeEach(async () => {
  agent = await openTestAgent();
});
afterEach(() => agent.close());

async function change(...edits: readonly string[]): Promise<void> {
  for (const xml of edits) {
    const done = await agent.config.editConfig('candidate', edit(xml), REQUESTER);
    if (!done.ok) throw new Error(JSON.stringify(done.error));
  }
}

async function run(...edits: readonly string[]): Promise<void> {
  await change(...edits);
  const done = await agent.config.commit(REQUESTER);
  if (!done.ok) throw new Error(JSON.stringify(done.error));
}

async function planned(...edits: readonly string[]): Promise<CommitPlan> {
  await change(...edits);
  const plan = await agent.config.planCommit(REQUESTER);
  if (!plan.ok || !plan.value.accepted) throw new Error(JSON.stringify(plan));
  return plan.value;
}

/** The engine tells of a session for the tunnel, and of its path. */
function upAlready(fec: string, lsp: { usable?: boolean; role?: 'primary' | 'backup' } = {}): void {
  const { usable = true, role = 'primary' } = lsp;
  agent.engine.tunnelReports.set(fec, {
    ineligibleReason: null,
    session: `lsp-ingress/${fec}`,
    lsps: [
      {
        role,
        nextHop: '10.0.0.2',
        outInterface: 'eth0',
        labels: [{ label: 100, trafficClass: 0, ttl: 255 }],
        usable,
        active: true,
      },
    ],
  });
}

const PASSIVE: LspSessionReport = {
  role: 'egress',
  fec: '198.51.100.7/32',
  peer: '192.0.2.9',
  sourceAddress: '198.51.100.7',
  destinationAddress: '192.0.2.9',
  sendersHandle: 17,
  bootstrap: null,
  echoRequestsSent: 0,
  echoRequestsReceived: 1,
  echoRepliesSent: 1,
  echoRepliesReceived: 0,
  lastReturnCode: 3,
  lastReturnSubcode: 1,
  lastRoundTripUs: null,
  lastEchoMs: 0,
  notUpReason: null,
};

/** The egress with parameters for the ingress of {@link PASSIVE}. */
const peer = (content: string): string =>
  egressXml(`<passive-session ${OWN}><peer>192.0.2.9</peer>${content}</passive-session>`);

const effect = (key: string, action: string, reason: RegExp, pollSequence = false): unknown => ({
  key,
  action,
  pollSequence,
  reasons: [expect.stringMatching(reason)],
});

describe('plan-commit', () => {
  it('names new tunnels, and why they get no session', async () => {
    const { sessions, tunnels } = await planned(...LINKS, ...TUNNELS);
    expect(sessions).toEqual([]);
    expect(tunnels).toEqual(
      [NETWORK, ONE, TWO].map((fec) => ({ fec, action: 'create', ineligibleReason: 'not-enabled' })),
    );
  });

  it('foretells that enabling alone creates nothing, and a policy does', async () => {
    await run(...LINKS, ...TUNNELS);
    const enabling = await planned(ENABLED);
    expect(enabling.sessions).toEqual([]);
    expect(new Set(enabling.tunnels.map(({ ineligibleReason }) => ineligibleReason))).toEqual(
      new Set(['no-policy']),
    );
    const { sessions, tunnels } = await planned(HOST);
    expect(sessions).toEqual(
      [ONE, TWO].map((fec) => effect(`lsp-ingress/${fec}`, 'create', /LSP ping sets it up/u)),
    );
    expect(tunnels).toEqual([
      { fec: NETWORK, action: null, ineligibleReason: 'not-host-route' },
      { fec: ONE, action: null, ineligibleReason: null },
      { fec: TWO, action: null, ineligibleReason: null },
    ]);
  });

  it('tells which sessions a policy takes away, and which a limit does not let come', async () => {
    await run(...LINKS, ...TUNNELS, ENABLED, HOST);
    upAlready(ONE);
    upAlready(TWO);
    const list = prefixListXml('some', prefixEntryXml(1, 'permit', TWO));
    const narrowed = await planned(list, ingressXml('<ip-prefix>some</ip-prefix>'));
    expect(narrowed.sessions).toEqual([
      effect(`lsp-ingress/${ONE}`, 'delete', /prefix list does not permit/u),
    ]);
    await agent.config.discardChanges(REQUESTER);
    const more = tunnelXml('198.51.100.0/32', lspXml([100]));
    const limited = await planned(more, ingressXml('<max-sessions>2</max-sessions>'));
    expect(limited.sessions).toEqual([]);
    expect(limited.tunnels).toEqual([
      { fec: '198.51.100.0/32', action: 'create', ineligibleReason: 'session-limit' },
    ]);
  });

  it('tells of sessions that end with their tunnel, or follow it to other labels', async () => {
    await run(...LINKS, ...TUNNELS, ENABLED, HOST);
    upAlready(ONE);
    upAlready(TWO);
    const gone = tunnelXml(ONE, '').replace(
      '<tunnel>',
      '<tunnel xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete">',
    );
    const relabelled = tunnelXml(TWO, lspXml([200]));
    const { sessions, tunnels } = await planned(gone, relabelled);
    expect(sessions).toEqual([
      effect(`lsp-ingress/${ONE}`, 'delete', /not configured any more/u),
      effect(`lsp-ingress/${TWO}`, 'change', /another path, or other labels/u),
    ]);
    expect(tunnels).toEqual([
      { fec: ONE, action: 'delete', ineligibleReason: null },
      { fec: TWO, action: 'change', ineligibleReason: null },
    ]);
  });

  it('leaves a session alone that goes on along a path that is usable', async () => {
    await run(...LINKS, tunnelXml(ONE, lspXml([100])), ENABLED, HOST);
    upAlready(ONE);
    const backup = lspXml([300], { role: 'backup', outInterface: 'eth1' });
    const { sessions, tunnels } = await planned(tunnelXml(ONE, backup));
    expect(sessions).toEqual([]);
    expect(tunnels).toEqual([{ fec: ONE, action: 'change', ineligibleReason: null }]);
  });

  it('tells of parameters that are agreed by a poll sequence, and of an address that needs another session', async () => {
    await run(...LINKS, ...TUNNELS, ENABLED, HOST);
    upAlready(ONE);
    const faster = await planned(
      ingressXml('<session-parameters><min-interval>50000</min-interval></session-parameters>'),
    );
    expect(faster.sessions).toMatchObject([
      {
        key: `lsp-ingress/${ONE}`,
        action: 'change',
        pollSequence: true,
        reasons: [
          'The desired minimum transmit interval (µs) changes from 1000000 to 50000.',
          'The required minimum receive interval (µs) changes from 1000000 to 50000.',
        ],
      },
    ]);
    await agent.config.discardChanges(REQUESTER);
    expect((await planned(routerIdXml('192.0.2.99'))).sessions).toEqual([
      effect(`lsp-ingress/${ONE}`, 'remake', /from 192\.0\.2\.1 to 192\.0\.2\.99/u),
    ]);
  });

  it('names the passive sessions that end, as the engine tells of them', async () => {
    await run(...LINKS, egressXml('<enabled>true</enabled>'));
    const key = 'lsp-egress/192.0.2.9/198.51.100.7/32/17';
    agent.engine.lspSessions.add(key);
    agent.engine.reports.set(key, { lsp: PASSIVE });
    const slower = await planned(egressXml('<local-multiplier>5</local-multiplier>'));
    expect(slower.sessions).toEqual([effect(key, 'change', /multiplier changes from 3 to 5/u)]);
    await agent.config.discardChanges(REQUESTER);
    const { sessions } = await planned(egressXml('<enabled>false</enabled>'));
    expect(sessions).toEqual([effect(key, 'delete', /not created passively any more/u)]);
  });

  it('tells of a passive session that its peer has parameters of its own, or another port', async () => {
    await run(...LINKS, egressXml('<enabled>true</enabled>'));
    const key = 'lsp-egress/192.0.2.9/198.51.100.7/32/17';
    agent.engine.lspSessions.add(key);
    agent.engine.reports.set(key, { lsp: PASSIVE });
    const slower = await planned(peer('<local-multiplier>7</local-multiplier>'));
    expect(slower.sessions).toEqual([effect(key, 'change', /multiplier changes from 3 to 7/u)]);
    const moved = await planned(peer('<destination-port>3784</destination-port>'));
    expect(moved.sessions).toEqual([effect(key, 'remake', /port 3784 instead of 4784/u)]);
    await run();
    const common = await planned(egressXml('<local-multiplier>5</local-multiplier>'));
    expect(common.sessions).toEqual([]);
  });

  it('tells that the labels and the number of sessions that there may be end no passive session', async () => {
    await run(...LINKS, egressXml('<enabled>true</enabled>'));
    const key = 'lsp-egress/192.0.2.9/198.51.100.7/32/17';
    agent.engine.lspSessions.add(key);
    agent.engine.reports.set(key, { lsp: PASSIVE });
    const binding = '<label-binding><fec>198.51.100.7/32</fec><label>99</label></label-binding>';
    const { sessions } = await planned(
      egressXml(`<max-sessions ${OWN}>1</max-sessions><label-bindings ${OWN}>${binding}</label-bindings>`),
    );
    expect(sessions).toEqual([]);
  });

  it('tells of sessions that move to the backup when an interface is switched off', async () => {
    const backup = lspXml([300], { role: 'backup', outInterface: 'eth1' });
    await run(...LINKS, tunnelXml(ONE, lspXml([100]) + backup), ENABLED, HOST);
    upAlready(ONE);
    const { sessions } = await planned(interfaceXml('eth0', '<enabled>false</enabled>'));
    expect(sessions).toEqual([effect(`lsp-ingress/${ONE}`, 'change', /another path, or other labels/u)]);
  });

  it('plans with what is wanted where the engine cannot be asked', async () => {
    await run(...LINKS, ...TUNNELS, ENABLED, HOST);
    agent.engine.unavailable = 'It is gone.';
    const { sessions } = await planned(instanceXml('main', '', 'bfd-types:bfdv1', 'delete'));
    expect(sessions).toEqual(
      [ONE, TWO].map((fec) => effect(`lsp-ingress/${fec}`, 'delete', /not configured any more/u)),
    );
  });

  it('says nothing of LSPs where a commit does not concern them', async () => {
    await run(...LINKS, ...TUNNELS, ENABLED, HOST);
    expect(await planned(interfaceXml('eth5'))).toMatchObject({ sessions: [], tunnels: [] });
  });
});
