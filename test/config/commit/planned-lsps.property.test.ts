/** What plan-commit says of LSPs, held to an engine that does it: both roles, with another device opposite. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AgentConfig } from '../../../src/config/agent-config.js';
import type { CommitPlan } from '../../../src/config/config-service.js';
import type { SessionReport, TunnelReport } from '../../../src/link/messages.js';
import { LspWorld } from '../../sim/lsp-devices.js';
import { interfaceXml } from '../../support/agent-xml.js';
import { DESIRED_MPLS, desiredTunnel } from '../../support/desired-lsps.js';
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
import { edit, openTestAgentOn, REQUESTER, type TestAgent } from '../../support/test-agent.js';
import { VirtualLspEngine } from '../../support/virtual-lsp-engine.js';

const SECOND = 1_000_000;
/** So long that sessions are removed and made again, and come Up. */
const SETTLING_US = 8 * SECOND;
/** What ends at this device, and the opposite device watches. */
const OWN_FECS = ['1.1.1.1', '1.1.1.2'];
const OPPOSITE = '5.5.5.5';

const engine = new VirtualLspEngine();
let agent: TestAgent<VirtualLspEngine>;
let config: AgentConfig;

beforeAll(async () => {
  agent = await openTestAgentOn(engine);
  ({ config } = agent);
});

afterAll(() => agent.close());

/** Nothing is configured, and an engine begins with a device opposite to it that watches its FECs. */
async function beginAnew(): Promise<void> {
  await config.copyConfig({ type: 'inline', xml: '' }, 'candidate', REQUESTER);
  expect((await config.commit(REQUESTER)).ok).toBe(true);
  const world = new LspWorld(11);
  const { egress, ingress } = world;
  for (const address of OWN_FECS) ingress.addAddress(address);
  ingress.interfacesChanged();
  egress.addAddress('5.5.5.6');
  egress.interfacesChanged();
  egress.want(
    {
      ...DESIRED_MPLS,
      ingress: { ...DESIRED_MPLS.ingress, sourceIpv4: OPPOSITE, retryIntervalUs: SECOND },
      egress: { ...DESIRED_MPLS.egress, passive: true },
    },
    OWN_FECS.map((address) => desiredTunnel(`${address}/32`)),
  );
  engine.begin(world);
}

const outInterface = fc.constantFrom('eth0', 'eth0', 'eth1');
const label = fc.constantFrom(100, 200);
const multiplier = fc.constantFrom(3, 3, 5);

const tunnels = fc.uniqueArray(
  fc.record({
    // The third has no egress that answers, the last is no host.
    fec: fc.constantFrom('5.5.5.5/32', '5.5.5.6/32', '5.5.5.7/32', '5.5.5.0/24'),
    primary: fc.record({ outInterface, label }),
    backup: fc.option(fc.record({ outInterface, label })),
  }),
  { maxLength: 4, selector: ({ fec }) => fec },
);
const ingress = fc.record({
  enabled: fc.constantFrom(true, true, false),
  trigger: fc.constantFrom('', '<host/>', '<host/>', '<ip-prefix>some</ip-prefix>'),
  multiplier,
  minInterval: fc.constantFrom(100_000, 100_000, 300_000),
  trafficClass: fc.constantFrom(7, 7, 5),
  delayUp: fc.constantFrom(0, 0, 1),
  innerTtlOne: fc.constantFrom(false, false, true),
  maxSessions: fc.option(fc.constantFrom(1, 2)),
});
const egress = fc.record({
  enabled: fc.constantFrom(true, true, false),
  multiplier,
  minInterval: fc.constantFrom(100_000, 100_000, 300_000),
  maxSessions: fc.constantFrom(1, 8),
  peers: fc.uniqueArray(
    fc.record({
      peer: fc.constantFrom(OPPOSITE, OPPOSITE, '5.5.5.9'),
      port: fc.constantFrom(4784, 3784),
      multiplier: fc.option(multiplier),
    }),
    { maxLength: 2, selector: ({ peer }) => peer },
  ),
  bindings: fc.option(fc.constantFrom(OWN_FECS.slice(0, 1), OWN_FECS)),
});
const configurations = fc.record({
  // The second runs MPLS all the same, but can be switched off.
  eth1: fc.constantFrom(true, true, false),
  source: fc.constantFrom('1.1.1.1', '1.1.1.2'),
  permitted: fc.constantFrom('5.5.5.5/32', '5.5.5.6/32'),
  tunnels,
  ingress,
  egress,
});
type Configuration = typeof configurations extends fc.Arbitrary<infer Value> ? Value : never;

function editsOf(wanted: Configuration): string[] {
  return [
    interfaceXml('eth0'),
    interfaceXml('eth1', `<enabled>${wanted.eth1}</enabled>`),
    mplsInterfacesXml({ eth0: true, eth1: true }),
    routerIdXml(wanted.source),
    prefixListXml('some', prefixEntryXml(1, 'permit', wanted.permitted)),
    ingressXml(ingressContent(wanted.ingress)),
    egressXml(egressContent(wanted.egress)),
    ...wanted.tunnels.map(({ fec, primary, backup }) =>
      tunnelXml(fec, pathXml('primary', primary) + (backup === null ? '' : pathXml('backup', backup))),
    ),
  ];
}

function pathXml(
  role: 'primary' | 'backup',
  path: { readonly outInterface: string; readonly label: number },
): string {
  return lspXml([16, path.label], { role, outInterface: path.outInterface });
}

function ingressContent(wanted: Configuration['ingress']): string {
  return (
    `<enabled>${wanted.enabled}</enabled>${wanted.trigger}` +
    `<session-parameters><local-multiplier>${wanted.multiplier}</local-multiplier>` +
    `<min-interval>${wanted.minInterval}</min-interval><traffic-class>${wanted.trafficClass}</traffic-class>` +
    `<delay-up>${wanted.delayUp}</delay-up></session-parameters>` +
    `<bootstrap><inner-label-ttl-1>${wanted.innerTtlOne}</inner-label-ttl-1></bootstrap>` +
    (wanted.maxSessions === null ? '' : `<max-sessions>${wanted.maxSessions}</max-sessions>`)
  );
}

function egressContent(wanted: Configuration['egress']): string {
  const peers = wanted.peers.map(
    ({ peer, port, multiplier: own }) =>
      `<passive-session ${OWN}><peer>${peer}</peer><destination-port>${port}</destination-port>` +
      `${own === null ? '' : `<local-multiplier>${own}</local-multiplier>`}</passive-session>`,
  );
  const bindings = wanted.bindings?.map(
    (address, at) => `<label-binding><fec>${address}/32</fec><label>${1000 + at}</label></label-binding>`,
  );
  return (
    `<enabled>${wanted.enabled}</enabled><local-multiplier>${wanted.multiplier}</local-multiplier>` +
    `<min-interval>${wanted.minInterval}</min-interval>` +
    `<max-sessions ${OWN}>${wanted.maxSessions}</max-sessions>${peers.join('')}` +
    (bindings === undefined ? '' : `<label-bindings ${OWN}>${bindings.join('')}</label-bindings>`)
  );
}

interface Snapshot {
  /** Which incarnation a session is, and what it is like. */
  readonly sessions: ReadonlyMap<string, { readonly incarnation: number; readonly like: string }>;
  readonly tunnels: ReadonlyMap<
    string,
    { readonly configured: string; readonly reason: TunnelReport['ineligibleReason'] }
  >;
}

async function snapshot(): Promise<Snapshot> {
  const [sessions, tunnelsRead] = [await engine.read(null), await engine.readTunnels(null)];
  if (!sessions.ok || !tunnelsRead.ok) throw new Error('the engine is there');
  const desired = new Map(config.desired().tunnels.map((tunnel) => [tunnel.key, JSON.stringify(tunnel)]));
  const reports = new Map(tunnelsRead.value.map((report) => [report.key, report]));
  return {
    sessions: new Map(
      sessions.value.map((session) => [
        session.key,
        { incarnation: session.localDiscriminator, like: likeness(session, reports) },
      ]),
    ),
    tunnels: new Map(
      tunnelsRead.value.map(({ key, ineligibleReason: reason }) => [
        key,
        { configured: desired.get(key) ?? '', reason },
      ]),
    ),
  };
}

/** All that a session was told, and the path that its packets take. */
function likeness({ key, lsp }: SessionReport, reports: ReadonlyMap<string, TunnelReport>): string {
  const { mpls } = config.desired();
  if (lsp?.role === 'egress') {
    const peer = mpls?.egress.passivePeers.find((one) => one.peer === lsp.peer);
    return JSON.stringify({ ...mpls?.egress.session, ...(peer && { detectMult: peer.detectMult }) });
  }
  const fec = key.slice(key.indexOf('/') + 1);
  const path = reports.get(fec)?.lsps.find(({ active }) => active);
  const { session, delayUpSeconds, innerLabelTtlOne } = mpls?.ingress ?? DESIRED_MPLS.ingress;
  const forwarding = [path?.nextHop, path?.outInterface, path?.labels];
  return JSON.stringify([session, delayUpSeconds, innerLabelTtlOne, forwarding]);
}

function sessionDifferences(before: Snapshot, after: Snapshot): [string, string][] {
  const keys = [...new Set([...before.sessions.keys(), ...after.sessions.keys()])].toSorted();
  return keys.flatMap((key): [string, string][] => {
    const [old, now] = [before.sessions.get(key), after.sessions.get(key)];
    // That a session of the egress comes, or comes back, its ingress decides.
    const passive = key.startsWith('lsp-egress/');
    if (old === undefined) return passive ? [] : [[key, 'create']];
    const wanted = passive && config.desired().mpls?.egress.passive === true;
    if (now === undefined) return [[key, wanted ? 'remake' : 'delete']];
    if (old.incarnation !== now.incarnation) return [[key, 'remake']];
    return old.like === now.like ? [] : [[key, 'change']];
  });
}

function tunnelDifferences(before: Snapshot, after: Snapshot): CommitPlan['tunnels'] {
  const keys = [...new Set([...before.tunnels.keys(), ...after.tunnels.keys()])].toSorted();
  return keys.flatMap((fec): CommitPlan['tunnels'] => {
    const [old, now] = [before.tunnels.get(fec), after.tunnels.get(fec)];
    if (now === undefined) return [{ fec, action: 'delete', ineligibleReason: null }];
    const ineligibleReason = now.reason;
    if (old === undefined) return [{ fec, action: 'create', ineligibleReason }];
    if (old.configured !== now.configured) return [{ fec, action: 'change', ineligibleReason }];
    return old.reason === now.reason ? [] : [{ fec, action: null, ineligibleReason }];
  });
}

it('what plan-commit says is what the commit then does, in a real engine for LSPs, over random configurations of both roles', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(configurations, { minLength: 2, maxLength: 5 }), async (steps) => {
      await beginAnew();
      for (const step of steps) {
        await config.copyConfig({ type: 'inline', xml: '' }, 'candidate', REQUESTER);
        for (const xml of editsOf(step)) {
          expect(await config.editConfig('candidate', edit(xml), REQUESTER)).toMatchObject({ ok: true });
        }
        const before = await snapshot();
        const planned = await config.planCommit(REQUESTER);
        const done = await config.commit(REQUESTER);
        engine.runFor(SETTLING_US);
        const after = await snapshot();
        if (!planned.ok) throw new Error(JSON.stringify(planned.error));
        const { accepted, sessions, tunnels: foreseen, refusals } = planned.value;
        expect({ ok: accepted, error: refusals }).toEqual(
          done.ok ? { ok: true, error: [] } : { ok: false, error: done.error },
        );
        const foretold = sessions.map(({ key, action }): [string, string] => [key, action]);
        expect(new Map(foretold)).toEqual(new Map(sessionDifferences(before, after)));
        expect(foreseen).toEqual(tunnelDifferences(before, after));
        for (const [key, action] of foretold) seen.add(`${action} ${key.split('/')[0]}`);
        for (const { action } of foreseen) seen.add(`${action} tunnel`);
      }
    }),
    // So many that every kind of effect surely comes up.
    { numRuns: 120 },
  );
  expect([...seen].toSorted()).toEqual([
    'change lsp-egress',
    'change lsp-ingress',
    'change tunnel',
    'create lsp-ingress',
    'create tunnel',
    'delete lsp-egress',
    'delete lsp-ingress',
    'delete tunnel',
    'null tunnel',
    'remake lsp-egress',
    'remake lsp-ingress',
  ]);
}, 300_000);
