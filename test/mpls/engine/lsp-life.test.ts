/** The whole procedure at both ends, with the engines that run it, in virtual time. */
import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../../src/mpls/engine-model.js';
import type { DesiredMpls, DesiredTunnel, MplsActionResult } from '../../../src/mpls/mpls-model.js';
import { parseHostAddress } from '../../../src/net/host-address.js';
import { LspWorld, type Travelling } from '../../sim/lsp-devices.js';
import { DESIRED_MPLS, desiredTunnel } from '../../support/desired-lsps.js';

const SECOND = 1_000_000;
const FEC = '5.5.5.5/32';
const KEY = `lsp-ingress/${FEC}`;
const TUNNEL = desiredTunnel(FEC);

const PASSIVE: DesiredMpls = {
  ...DESIRED_MPLS,
  ingress: { ...DESIRED_MPLS.ingress, enabled: false, trigger: { type: 'none' } },
  egress: { ...DESIRED_MPLS.egress, passive: true },
};

function wanting(ingress: Partial<DesiredMpls['ingress']>): DesiredMpls {
  return { ...DESIRED_MPLS, ingress: { ...DESIRED_MPLS.ingress, ...ingress } };
}

/** An ingress and an egress that know of one tunnel, and take their time. */
function world(tunnels: readonly DesiredTunnel[] = [TUNNEL], mpls = DESIRED_MPLS): LspWorld {
  const one = new LspWorld();
  one.egress.want(PASSIVE);
  one.ingress.want(mpls, tunnels);
  return one;
}

function upWorld(mpls = DESIRED_MPLS): LspWorld {
  const one = world([TUNNEL], mpls);
  one.time.runFor(5 * SECOND);
  expect([one.ingress.up, one.egress.up]).toEqual([1, 1]);
  return one;
}

function mplsEvents(events: readonly EngineEvent[]): string[] {
  return events.map((event) => {
    const change = 'from' in event ? ` ${event.from} → ${event.to}` : '';
    return `${event.type}${change}${'reason' in event ? ` ${event.reason}` : ''}`;
  });
}

/** The label below the top one. */
function inner(packet: Travelling): number {
  return ((packet.labels[4] ?? 0) << 12) | ((packet.labels[5] ?? 0) << 4) | ((packet.labels[6] ?? 0) >> 4);
}

/** A packet as a forger would have it: Down, with a byte that is another. */
function tamper(packet: Travelling, at: number): Travelling {
  const payload = packet.payload.slice();
  payload[at] = (payload[at] ?? 0) ^ 0xff;
  payload[1] = 0x40;
  return { ...packet, payload };
}

function reasons(device: LspWorld['ingress']): string[] {
  return (device.lsp.statistics()?.discardedBfdPackets ?? []).map(({ reason }) => reason);
}

function act(
  one: LspWorld,
  action: Parameters<LspWorld['ingress']['lsp']['act']>[0],
  device = one.ingress,
): MplsActionResult[] {
  const results: MplsActionResult[] = [];
  device.lsp.act(action, (result) => results.push(result), one.time.nowUs);
  device.schedule();
  return results;
}

function forget(one: LspWorld): void {
  one.ingress.events.length = 0;
  one.egress.events.length = 0;
  one.log.length = 0;
}

describe('one tunnel', () => {
  test('enabling alone makes no session and sends nothing', () => {
    const one = new LspWorld();
    one.recording = true;
    one.ingress.want(wanting({ trigger: { type: 'none' } }), [TUNNEL]);
    one.time.runFor(100 * SECOND);
    expect([one.log, one.ingress.lsp.keys()]).toEqual([[], []]);
    expect(one.ingress.lsp.tunnel(FEC)).toMatchObject({
      state: 'unmonitored',
      ineligibleReason: 'no-policy',
    });
  });

  test('with a policy: LSP ping, then the egress speaks first, and both are Up', () => {
    const one = new LspWorld();
    one.recording = true;
    one.egress.want(PASSIVE);
    one.time.runFor(SECOND);
    expect(one.egress.lsp.keys()).toEqual([]);
    one.ingress.want(DESIRED_MPLS, [TUNNEL]);
    one.time.runFor(500_000);
    const bfd = one.log.filter((line) => !line.includes('echo'));
    expect(one.log.slice(0, 1)).toEqual(['ingress: echo request']);
    expect(bfd.slice(0, 4)).toEqual([
      'egress: bfd routed down',
      'ingress: bfd on the lsp init',
      'egress: bfd routed up',
      'ingress: bfd on the lsp up',
    ]);
    expect([one.ingress.up, one.egress.up]).toEqual([1, 1]);
    expect(one.log.filter((line) => line.includes('nobody'))).toEqual([]);
    expect(one.ingress.lsp.tunnel(FEC)).toMatchObject({
      state: 'up',
      ineligibleReason: null,
      session: KEY,
      lsps: [{ usable: true, active: true }],
    });
    expect(mplsEvents(one.ingress.events)).toEqual([
      'lsp-session-created',
      'state-change down → init',
      'state-change init → up',
      'tunnel-state-change unmonitored → up',
    ]);
  });

  test('the reports of both ends tell who, by what, and how it came to be', () => {
    const one = upWorld();
    const ingress = one.ingress.report(KEY);
    const local = ingress.localDiscriminator;
    expect(ingress).toMatchObject({
      destinationPort: 3784,
      lsp: {
        role: 'ingress',
        fec: FEC,
        peer: '5.5.5.5',
        sourceAddress: '1.1.1.1',
        bootstrap: 'confirmed',
        sendersHandle: local,
        echoRequestsSent: 1,
        echoRepliesReceived: 1,
        lastReturnCode: 3,
        lastReturnSubcode: 1,
        notUpReason: null,
      },
    });
    expect(ingress.lsp?.destinationAddress).toMatch(/^127\./u);
    expect(one.egress.report(`lsp-egress/1.1.1.1/${FEC}/${local}`)).toMatchObject({
      remoteDiscriminator: local,
      destinationPort: 4784,
      lsp: {
        role: 'egress',
        peer: '1.1.1.1',
        sourceAddress: '5.5.5.5',
        destinationAddress: '1.1.1.1',
        bootstrap: null,
        echoRequestsReceived: 1,
        echoRepliesSent: 1,
        lastReturnCode: 3,
      },
    });
  });

  test('what travels on the LSP has the label stack, a fixed 127/8 destination and TTL 1', () => {
    const seen: Travelling[] = [];
    const one = new LspWorld();
    one.onSend = (packet) => seen.push(packet);
    one.egress.want(PASSIVE);
    one.ingress.want(wanting({ innerLabelTtlOne: true }), [TUNNEL]);
    one.time.runFor(5 * SECOND);
    const onLsp = seen.filter(({ from }) => from === 'ingress');
    expect(onLsp.length).toBeGreaterThan(4);
    for (const { labels, ttl, source } of onLsp) {
      // 1024 and 48120, traffic class 6, the inner TTL one.
      expect([[...labels], ttl, source]).toEqual([
        [0x00, 0x40, 0x0c, 0xff, 0x0b, 0xbf, 0x8d, 0x01],
        1,
        '1.1.1.1',
      ]);
    }
    expect(new Set(onLsp.map(({ destination }) => destination)).size).toBe(1);
    expect(new Set(onLsp.map(({ destinationPort }) => destinationPort))).toEqual(new Set([3503, 3784]));
    const routed = seen.filter(({ kind }) => kind === 'bfd routed');
    expect(
      new Set(
        routed.map(
          ({ source, destination, ttl, destinationPort }) =>
            `${source} ${destination} ${ttl} ${destinationPort}`,
        ),
      ),
    ).toEqual(new Set(['5.5.5.5 1.1.1.1 255 4784']));
  });

  test('a tunnel tells the labels as packets have them, and another traffic class is no other path', () => {
    const one = upWorld();
    forget(one);
    const classes = (): number[] | undefined =>
      one.ingress.lsp.tunnel(FEC)?.lsps[0]?.labels.map(({ trafficClass }) => trafficClass);
    expect(classes()).toEqual([6, 6]);
    one.ingress.want(wanting({ trafficClass: 5 }));
    one.time.runFor(SECOND);
    expect(classes()).toEqual([5, 5]);
    expect(one.ingress.lsp.tunnel(FEC)).toMatchObject({ state: 'up', lsps: [{ active: true }] });
    expect(mplsEvents(one.ingress.events)).toEqual([]);
  });

  test('without passive, the request is dropped without an answer, and counted; it is said why', () => {
    const one = new LspWorld();
    one.recording = true;
    one.egress.want({ ...PASSIVE, egress: { ...PASSIVE.egress, passive: false } });
    one.ingress.want(DESIRED_MPLS, [TUNNEL]);
    one.time.runFor(20 * SECOND);
    expect(new Set(one.log)).toEqual(new Set(['ingress: echo request']));
    expect(one.egress.lsp.statistics()?.discardedEchoRequests).toEqual([
      { reason: 'passive-disabled', count: one.log.length },
    ]);
    expect(mplsEvents(one.ingress.events)).toEqual(['lsp-session-created', 'bootstrap-failed']);
    expect(one.ingress.report(KEY).lsp?.notUpReason).toBe('The egress has not answered the echo request.');
    expect(one.ingress.lsp.tunnel(FEC)).toMatchObject({ state: 'unmonitored' });
  });

  test('an echo request that is lost costs a second, not the retry interval', () => {
    const one = new LspWorld();
    let lost = 0;
    one.transit = (packet) => (packet.kind === 'echo request' && lost++ === 0 ? null : packet);
    one.egress.want(PASSIVE);
    one.ingress.want(DESIRED_MPLS, [TUNNEL]);
    one.time.runFor(1.3 * SECOND);
    expect([one.ingress.up, one.egress.up]).toEqual([1, 1]);
  });

  test('a FEC that does not end there is answered with code 4, and that is told', () => {
    const one = world([desiredTunnel('6.6.6.6/32')]);
    one.time.runFor(5 * SECOND);
    expect(one.ingress.events).toContainEqual(
      expect.objectContaining({
        type: 'bootstrap-failed',
        fec: '6.6.6.6/32',
        up: false,
        failure: { cause: 'return-code', returnCode: 4, returnSubcode: 1, from: '5.5.5.5' },
      }),
    );
    expect(one.egress.lsp.keys()).toEqual([]);
  });

  test.each([
    [
      [
        { label: 48_120, fec: FEC },
        { label: 1024, fec: '5.5.5.6/32' },
      ],
      3,
      'up',
    ],
    [
      [
        { label: 1024, fec: FEC },
        { label: 48_120, fec: '5.5.5.6/32' },
      ],
      10,
      'down',
    ],
    [[{ label: 1024, fec: FEC }], 11, 'down'],
  ])(
    'labels that are bound to FECs are checked: %j is answered with code %i',
    (labelBindings, code, state) => {
      const one = new LspWorld();
      one.egress.addAddress('5.5.5.6');
      one.egress.interfacesChanged();
      one.egress.want({ ...PASSIVE, egress: { ...PASSIVE.egress, labelBindings } });
      one.ingress.want(DESIRED_MPLS, [TUNNEL]);
      one.time.runFor(3 * SECOND);
      expect(one.ingress.report(KEY)).toMatchObject({ localState: state, lsp: { lastReturnCode: code } });
    },
  );

  test('an IPv6 tunnel comes Up as well, and after penultimate-hop popping', () => {
    const one = new LspWorld();
    const seen: Travelling[] = [];
    one.onSend = (packet) => seen.push(packet);
    one.transit = (packet) => ({ ...packet, labels: new Uint8Array(0) });
    one.egress.addAddress('2001:db8::5');
    one.egress.interfacesChanged();
    one.egress.want(PASSIVE);
    const tunnel = desiredTunnel('2001:db8::5/128');
    one.ingress.want(DESIRED_MPLS, [
      { ...tunnel, lsps: tunnel.lsps.map((lsp) => ({ ...lsp, nextHop: 'fe80::2' })) },
    ]);
    one.time.runFor(3 * SECOND);
    expect([one.ingress.up, one.egress.up]).toEqual([1, 1]);
    expect(seen[0]?.destination).toMatch(/^::ffff:(?:127\.|7f)/u);
  });
});

describe('the end of a session', () => {
  test.each([
    ['its policy', wanting({ trigger: { type: 'none' } }), 'no-policy'],
    ['its enabling', wanting({ enabled: false }), 'not-enabled'],
    ['BFD', null, 'bfd-disabled'],
  ])(
    'without %s: Down with diagnostic 7, as often as the multiplier says, and no alarm at the egress',
    (_name, mpls, reason) => {
      const one = upWorld();
      one.recording = true;
      forget(one);
      one.ingress.want(mpls);
      one.time.runFor(4 * SECOND);
      expect(one.log.filter((line) => line.startsWith('ingress'))).toEqual([
        'ingress: bfd on the lsp down 7',
        'ingress: bfd on the lsp down 7',
        'ingress: bfd on the lsp down 7',
      ]);
      expect(mplsEvents(one.ingress.events)).toEqual([
        `lsp-session-deleted ${reason}`,
        `tunnel-state-change up → ${mpls === null ? 'lsp-down' : 'unmonitored'}`,
      ]);
      expect(mplsEvents(one.egress.events)).toEqual(['state-change up → admin-down']);
      expect(one.ingress.lsp.keys()).toEqual([]);
      expect(one.egress.reports()[0]).toMatchObject({
        lsp: { notUpReason: 'The ingress wants it no more.' },
        localDiagnostic: 7,
        downRecord: { verdict: 'peer-said-so', remoteState: 'down', remoteDiagnostic: 7 },
      });
      one.time.runFor(61 * SECOND);
      expect(mplsEvents(one.egress.events).at(-1)).toBe('lsp-session-deleted withdrawn');
      expect([one.egress.lsp.keys(), one.ingress.openChannels, one.egress.openChannels]).toEqual([[], 0, 0]);
    },
  );

  test('a tunnel that is gone takes its session along', () => {
    const one = upWorld();
    forget(one);
    one.ingress.want(undefined, [], [FEC]);
    one.time.runFor(SECOND);
    expect(mplsEvents(one.ingress.events)).toEqual(['lsp-session-deleted fec-removed']);
    expect(one.ingress.lsp.tunnel(FEC)).toBeNull();
  });

  test('a tunnel that goes and comes back in one change keeps its session', () => {
    const one = upWorld();
    forget(one);
    one.ingress.want(undefined, [TUNNEL], [FEC]);
    one.time.runFor(SECOND);
    expect(mplsEvents(one.ingress.events)).toEqual([]);
    expect(one.ingress.lsp.tunnel(FEC)).toMatchObject({
      state: 'up',
      session: KEY,
      lsps: [{ active: true }],
    });
  });

  test('an egress without passive ends its sessions with AdminDown', () => {
    const one = upWorld();
    one.recording = true;
    forget(one);
    one.egress.want(null);
    one.time.runFor(SECOND);
    expect(one.log).toContain('egress: bfd routed admin-down 7');
    expect(one.egress.lsp.keys()).toEqual([]);
    expect(mplsEvents(one.ingress.events)).toEqual([
      'state-change up → down',
      'tunnel-state-change up → bfd-down',
    ]);
    expect(one.ingress.report(KEY)).toMatchObject({ localDiagnostic: 3, remoteDiagnostic: 7 });
  });

  test('a FEC that the egress has no more ends its sessions there', () => {
    const one = upWorld();
    one.egress.addAddress('5.5.5.5', false);
    one.egress.interfacesChanged();
    expect(mplsEvents(one.egress.events).at(-1)).toBe('lsp-session-deleted fec-removed');
  });

  test('a session of an egress whose ingress is gone is deleted after the delay', () => {
    const one = upWorld();
    one.transit = ({ from, ...packet }) => (from === 'ingress' ? null : { from, ...packet });
    one.time.runFor(5 * SECOND);
    expect(one.egress.reports()[0]).toMatchObject({ localState: 'down', localDiagnostic: 1 });
    one.time.runFor(60 * SECOND);
    expect(mplsEvents(one.egress.events).at(-1)).toBe('lsp-session-deleted not-up');
  });
});

describe('what has been lost', () => {
  test('a tunnel that goes and comes back has a session again, another one', () => {
    const one = upWorld();
    const before = one.ingress.report(KEY).localDiscriminator;
    one.ingress.want(undefined, [], [FEC]);
    one.time.runFor(SECOND);
    one.ingress.want(undefined, [TUNNEL]);
    one.time.runFor(5 * SECOND);
    expect(one.ingress.report(KEY).localState).toBe('up');
    expect(one.ingress.report(KEY).localDiscriminator).not.toBe(before);
  });

  test('an egress that has lost its sessions has them again', () => {
    const one = upWorld();
    one.egress.want(null);
    one.time.runFor(SECOND);
    one.egress.want(PASSIVE);
    one.time.runFor(10 * SECOND);
    expect([one.ingress.up, one.egress.up]).toEqual([1, 1]);
  });
});

describe('an LSP that is cut', () => {
  test('is found out within the detection time at both ends, told to the other, and comes back by itself', () => {
    const one = upWorld();
    one.recording = true;
    forget(one);
    one.transit = (packet) => (packet.kind.endsWith('lsp') || packet.kind === 'echo request' ? null : packet);
    one.time.runFor(3_100_000);
    // RFC 7726 §2.3: the egress tells it with the discriminators that it was Up with.
    expect(one.log).toContain('egress: bfd routed down 1');
    expect(one.ingress.lsp.tunnel(FEC)).toMatchObject({ state: 'bfd-down', session: KEY });
    expect(mplsEvents(one.ingress.events)).toContain('tunnel-state-change up → bfd-down');
    one.time.runFor(10 * SECOND);
    expect(one.log.filter((line) => line.includes('nobody'))).toEqual([]);
    const said = one.log.filter((line) => line.startsWith('egress: bfd routed down'));
    expect(said.length).toBeGreaterThanOrEqual(3);
    expect(said.length).toBeLessThanOrEqual(5);
    one.transit = (packet) => packet;
    one.time.runFor(6 * SECOND);
    expect([one.ingress.up, one.egress.up]).toEqual([1, 1]);
    expect(one.ingress.lsp.tunnel(FEC)).toMatchObject({ state: 'up' });
  });

  test('with a backup the session goes on, on that, and back', () => {
    const labels = [1024, 48_121].map((label) => ({ label, trafficClass: 0, ttl: 255 }));
    const backup = { role: 'backup', nextHop: '10.0.0.3', outInterface: 'eth0', labels } as const;
    const tunnel = { ...TUNNEL, lsps: [...TUNNEL.lsps, backup] };
    const one = world([tunnel]);
    one.time.runFor(5 * SECOND);
    forget(one);
    const seen: Travelling[] = [];
    one.onSend = (packet) => seen.push(packet);
    const address = parseHostAddress('10.0.0.2');
    if (address === null) throw new Error('no address');
    const hop = { interfaceName: 'eth0', address };
    one.ingress.setReachable(hop, false);
    one.time.runFor(10 * SECOND);
    expect(one.ingress.lsp.tunnel(FEC)).toMatchObject({
      state: 'up',
      lsps: [
        { role: 'primary', usable: false, active: false },
        { role: 'backup', usable: true, active: true },
      ],
    });
    expect(new Set(seen.filter(({ from }) => from === 'ingress').map(inner))).toEqual(new Set([48_121]));
    one.ingress.setReachable(hop, true);
    one.time.runFor(10 * SECOND);
    expect(
      seen
        .filter(({ from }) => from === 'ingress')
        .map(inner)
        .at(-1),
    ).toBe(48_120);
    expect([mplsEvents(one.ingress.events), mplsEvents(one.egress.events)]).toEqual([[], []]);
  });

  test('without a backup the tunnel is lsp-down', () => {
    const one = upWorld();
    const address = parseHostAddress('10.0.0.2');
    if (address === null) throw new Error('no address');
    one.ingress.setReachable({ interfaceName: 'eth0', address }, false);
    one.time.runFor(10_000);
    expect(one.ingress.lsp.tunnel(FEC)).toMatchObject({ state: 'lsp-down' });
    one.time.runFor(15 * SECOND);
    expect(one.ingress.report(KEY)).toMatchObject({ localState: 'down' });
    expect(one.ingress.report(KEY).lsp?.notUpReason).toBe('The next hop 10.0.0.2 on eth0 cannot be reached.');
  });

  test('a tunnel that changes its labels keeps its session', () => {
    const one = upWorld();
    forget(one);
    one.ingress.want(undefined, [desiredTunnel(FEC, 48_999)]);
    one.time.runFor(10 * SECOND);
    expect([one.ingress.events, one.egress.events]).toEqual([[], []]);
    expect(one.ingress.lsp.tunnel(FEC)?.lsps[0]).toMatchObject({
      active: true,
      labels: [{}, { label: 48_999 }],
    });
  });
});

describe('what is wanted of sessions that are Up', () => {
  test('is agreed on by a poll sequence, without a flap', () => {
    const one = upWorld();
    forget(one);
    const session = {
      ...DESIRED_MPLS.ingress.session,
      desiredMinTxIntervalUs: 50_000,
      requiredMinRxIntervalUs: 50_000,
      detectMult: 4,
    };
    one.ingress.want(wanting({ session }));
    one.egress.want({ ...PASSIVE, egress: { ...PASSIVE.egress, session: { ...session, detectMult: 3 } } });
    one.time.runFor(10 * SECOND);
    expect([one.ingress.events, one.egress.events]).toEqual([[], []]);
    expect(one.ingress.report(KEY)).toMatchObject({
      detectionTimeUs: 150_000,
      negotiatedTxIntervalUs: 50_000,
    });
    expect(one.egress.reports()[0]).toMatchObject({ detectionTimeUs: 200_000, remoteMultiplier: 4 });
  });

  test('another source address makes another session', () => {
    const one = upWorld();
    const before = one.ingress.report(KEY).localDiscriminator;
    one.ingress.addAddress('1.1.1.2');
    one.ingress.want(wanting({ sourceIpv4: '1.1.1.2' }));
    one.time.runFor(5 * SECOND);
    const after = one.ingress.report(KEY);
    expect(after).toMatchObject({ localState: 'up', lsp: { sourceAddress: '1.1.1.2' } });
    expect(after.localDiscriminator).not.toBe(before);
  });

  test('a peer that wants port 3784 gets it, by a session made anew', () => {
    const one = upWorld();
    const peer = { peer: '1.1.1.1', destinationPort: 3784, detectMult: 5 } as const;
    one.egress.want({ ...PASSIVE, egress: { ...PASSIVE.egress, passivePeers: [peer] } });
    one.time.runFor(8 * SECOND);
    expect(one.egress.reports()).toMatchObject([{ localState: 'up', destinationPort: 3784 }]);
    expect(one.ingress.report(KEY)).toMatchObject({ localState: 'up', remoteMultiplier: 5 });
  });

  test('a delay keeps a session in Init for so long, while the egress is Up', () => {
    const one = world([TUNNEL], wanting({ delayUpSeconds: 10 }));
    one.time.runFor(9 * SECOND);
    expect([one.ingress.report(KEY).localState, one.egress.up]).toEqual(['init', 1]);
    one.time.runFor(3 * SECOND);
    expect([one.ingress.up, one.egress.up]).toEqual([1, 1]);
    expect(one.egress.events.filter(({ type }) => type === 'state-change')).toHaveLength(1);
  });
});

describe('strangers', () => {
  test('a packet of another discriminator or source is ignored while Up, and counted', () => {
    const one = upWorld();
    forget(one);
    one.onSend = (packet) => {
      if (packet.kind === 'bfd on the lsp') one.egress.receive(tamper(packet, 7));
      if (packet.kind === 'bfd routed') one.ingress.receive({ ...tamper(packet, 30), source: '5.5.5.66' });
    };
    one.time.runFor(3 * SECOND);
    expect([one.ingress.events, one.egress.events]).toEqual([[], []]);
    expect(reasons(one.ingress)).toEqual(['other-source']);
    expect(reasons(one.egress)).toEqual(['other-discriminator']);
  });

  test('a peer that has moved to another address takes the session down, and the record says so', () => {
    const one = upWorld();
    one.transit = (packet) => (packet.kind === 'bfd routed' ? { ...packet, source: '5.5.5.66' } : packet);
    one.time.runFor(3 * SECOND);
    const { downRecord } = one.ingress.report(KEY);
    expect(downRecord).toMatchObject({ verdict: 'packets-refused', refusedFor: 'other-source' });
    expect(downRecord?.refusedPackets).toBeGreaterThan(0);
  });

  test('a packet with Your Discriminator zero is discarded', () => {
    const one = upWorld();
    one.onSend = (packet) => {
      if (packet.kind === 'bfd on the lsp') {
        const payload = packet.payload.slice();
        payload.fill(0, 8, 12);
        payload[1] = 0x40;
        one.egress.receive({ ...packet, payload });
      }
    };
    one.time.runFor(SECOND);
    expect(one.egress.lsp.statistics()?.discardedBfdPackets).toMatchObject([
      { reason: 'zero-your-discriminator' },
    ]);
    expect(one.egress.up).toBe(1);
  });
});

describe('what operators have done at once', () => {
  const PING = {
    type: 'lsp-ping',
    fec: FEC,
    count: 3,
    timeoutMs: 2000,
    replyMode: 'reply-udp',
    size: null,
  } as const;

  test('a ping tells every answer, and makes no session', () => {
    const one = world([TUNNEL], wanting({ trigger: { type: 'none' } }));
    one.time.runFor(SECOND);
    const results = act(one, { ...PING, size: 200 });
    one.time.runFor(5 * SECOND);
    expect(results).toMatchObject([
      {
        type: 'lsp-ping',
        sent: 3,
        replies: [1, 2, 3].map((sequenceNumber) => ({
          sequenceNumber,
          from: '5.5.5.5',
          returnCode: 3,
          returnSubcode: 1,
        })),
      },
    ]);
    expect([one.ingress.lsp.keys(), one.egress.lsp.keys()]).toEqual([[], []]);
  });

  test('a ping that nobody answers ends in time; one for no tunnel is refused', () => {
    const one = upWorld();
    one.transit = () => null;
    const results = act(one, PING);
    one.time.runFor(5 * SECOND);
    expect(results).toEqual([{ type: 'lsp-ping', sent: 3, replies: [] }]);
    expect(act(one, { ...PING, fec: '9.9.9.9/32' })).toMatchObject([{ type: 'refused' }]);
  });

  test.each([true, false])(
    'a session of the ingress that is cleared (gracefully: %s) is made anew',
    (graceful) => {
      const one = upWorld();
      const before = one.ingress.report(KEY).localDiscriminator;
      expect(act(one, { type: 'clear', key: KEY, graceful })).toEqual([{ type: 'done' }]);
      one.time.runFor(5 * SECOND);
      expect(one.ingress.report(KEY)).toMatchObject({ localState: 'up' });
      expect(one.ingress.report(KEY).localDiscriminator).not.toBe(before);
      expect(mplsEvents(one.ingress.events)).toContain('lsp-session-deleted cleared');
      expect(act(one, { type: 'clear', key: 'lsp-ingress/9.9.9.9/32', graceful })).toMatchObject([
        { type: 'refused' },
      ]);
    },
  );

  test('a session of the egress that is cleared is asked for again', () => {
    const one = upWorld();
    const [key = ''] = one.egress.lsp.keys();
    expect(act(one, { type: 'clear', key, graceful: true }, one.egress)).toEqual([{ type: 'done' }]);
    expect(one.egress.lsp.keys()).toEqual([]);
    one.time.runFor(10 * SECOND);
    expect([one.ingress.up, one.egress.up]).toEqual([1, 1]);
  });

  test('statistics begin at zero again', () => {
    const one = upWorld();
    expect(act(one, { type: 'reset-statistics', key: null })).toEqual([{ type: 'done' }]);
    expect(one.ingress.report(KEY)).toMatchObject({
      sentPackets: 0,
      receivedPackets: 0,
      upCount: 0,
      lsp: { echoRequestsSent: 0, echoRepliesReceived: 0 },
    });
    expect(one.ingress.lsp.statistics()).toMatchObject({ echoRequestsSent: 0, discardedBfdPackets: [] });
    expect(one.ingress.up).toBe(1);
  });
});
