/** Many tunnels, and what holds of them whatever happens. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../../src/mpls/engine-model.js';
import type { DesiredMpls, DesiredTunnel } from '../../../src/mpls/mpls-model.js';
import { parseHostAddress } from '../../../src/net/host-address.js';
import { LspWorld, type LspDevice } from '../../sim/lsp-devices.js';
import { DESIRED_MPLS, desiredTunnel } from '../../support/desired-lsps.js';

const SECOND = 1_000_000;

const BOTH: DesiredMpls = { ...DESIRED_MPLS, egress: { ...DESIRED_MPLS.egress, passive: true } };

function wanting(ingress: Partial<DesiredMpls['ingress']>): DesiredMpls {
  return { ...BOTH, ingress: { ...BOTH.ingress, ...ingress } };
}

function fec(index: number, network = 10): string {
  return `${network}.0.${index >> 8}.${index & 255}/32`;
}

function tunnels(count: number, from = 0, network = 10): DesiredTunnel[] {
  return Array.from({ length: count }, (_, index) => desiredTunnel(fec(from + index, network)));
}

/** The device has the addresses of so many FECs. */
function addFecs(device: LspDevice, count: number, network = 10): void {
  for (let index = 0; index < count; index += 1) {
    device.addAddress(fec(index, network).replace('/32', ''));
  }
  device.interfacesChanged();
}

/** An egress with so many FECs. */
function worldWith(count: number, seed = 1): LspWorld {
  const world = new LspWorld(seed);
  addFecs(world.egress, count);
  world.egress.want(wanting({ enabled: false }));
  return world;
}

function flaps(events: readonly EngineEvent[]): number {
  return events.filter((event) => event.type === 'state-change' && event.from === 'up').length;
}

/** The most requests that were outstanding while time passed. */
function runWatching(world: LspWorld, durationUs: number): number {
  let most = 0;
  const before = world.onSend;
  world.onSend = (packet) => {
    before(packet);
    most = Math.max(most, world.ingress.lsp.ingress.outstanding);
  };
  world.time.runFor(durationUs);
  world.onSend = before;
  return most;
}

describe('many tunnels', () => {
  test('a thousand are Up within five seconds, with no more requests outstanding than allowed', () => {
    const world = worldWith(1000);
    world.ingress.want(wanting({ maxOutstanding: 16 }), tunnels(1000));
    expect(runWatching(world, 5 * SECOND)).toBeLessThanOrEqual(16);
    expect([world.ingress.up, world.egress.up]).toEqual([1000, 1000]);
    expect([flaps(world.ingress.events), flaps(world.egress.events)]).toEqual([0, 0]);
  });

  test('a policy that matches a thousand more disturbs none that are Up, however fast they are', () => {
    const world = worldWith(1100);
    const session = {
      ...BOTH.ingress.session,
      desiredMinTxIntervalUs: 300_000,
      requiredMinRxIntervalUs: 50_000,
    };
    world.egress.want({ ...wanting({ enabled: false }), egress: { ...BOTH.egress, session } });
    const permitted = (lessEqual: number, prefix: string): DesiredMpls =>
      wanting({
        session,
        trigger: {
          type: 'ip-prefix',
          name: 'some',
          entries: [{ index: 10, action: 'permit', prefix, greaterEqual: 32, lessEqual }],
        },
      });
    world.ingress.want(permitted(32, '10.0.0.0/26'), tunnels(1100));
    world.time.runFor(3 * SECOND);
    expect([world.ingress.up, world.egress.up]).toEqual([64, 64]);
    world.ingress.events.length = 0;
    world.ingress.want(permitted(32, '10.0.0.0/8'));
    world.time.runFor(5 * SECOND);
    expect([world.ingress.up, world.egress.up]).toEqual([1100, 1100]);
    expect([flaps(world.ingress.events), flaps(world.egress.events)]).toEqual([0, 0]);
  });

  test('both roles on both devices at once', () => {
    const world = new LspWorld();
    addFecs(world.egress, 100, 10);
    addFecs(world.ingress, 100, 11);
    world.ingress.want(BOTH, tunnels(100, 0, 10));
    world.egress.want(wanting({ sourceIpv4: '5.5.5.5' }), tunnels(100, 0, 11));
    world.time.runFor(5 * SECOND);
    expect([world.ingress.up, world.egress.up]).toEqual([200, 200]);
  });

  test('a limit is kept; what is turned down gets the place of one that goes', () => {
    const world = worldWith(20);
    world.ingress.want(wanting({ maxSessions: 5 }), tunnels(20));
    world.time.runFor(3 * SECOND);
    expect(world.ingress.up).toBe(5);
    const limit = { type: 'session-limit', role: 'ingress', limit: 5 };
    expect(world.ingress.events).toContainEqual(expect.objectContaining({ ...limit, reached: true }));
    const turnedDown = world.ingress.lsp
      .tunnelKeys()
      .filter((key) => world.ingress.lsp.tunnel(key)?.ineligibleReason === 'session-limit');
    expect(turnedDown).toHaveLength(15);
    world.ingress.want(undefined, [], [fec(0), fec(1)]);
    world.time.runFor(5 * SECOND);
    expect(world.ingress.up).toBe(5);
    world.ingress.want(wanting({ maxSessions: 3 }));
    world.time.runFor(3 * SECOND);
    expect(world.ingress.lsp.keys()).toHaveLength(3);
    world.ingress.want(wanting({ maxSessions: null }));
    world.time.runFor(5 * SECOND);
    expect(world.ingress.up).toBe(18);
    expect(world.ingress.events).toContainEqual(
      expect.objectContaining({ type: 'session-limit', role: 'ingress', reached: false }),
    );
  });

  test('a limit that is lowered ends the last that stay for all other reasons, and none that may stay', () => {
    const world = worldWith(100);
    world.ingress.want(BOTH, tunnels(100));
    world.time.runFor(3 * SECOND);
    expect(world.ingress.up).toBe(100);
    world.ingress.events.length = 0;
    const gone = tunnels(30).map(({ key }) => key);
    world.ingress.want(wanting({ maxSessions: 40 }), tunnels(10, 100), gone);
    world.time.runFor(3 * SECOND);
    const stay = tunnels(40, 30).map(({ key }) => `lsp-ingress/${key}`);
    expect(world.ingress.lsp.keys().toSorted()).toEqual(stay.toSorted());
    expect([world.ingress.up, flaps(world.ingress.events)]).toEqual([40, 0]);
    const created = world.ingress.events.filter(({ type }) => type === 'lsp-session-created');
    expect(created).toEqual([]);
  });

  test('of a limit, what a session leaves goes to the first in the order of FECs, and none that stays loses its place', () => {
    const world = worldWith(4);
    world.ingress.want(wanting({ maxSessions: 1 }), tunnels(1, 3));
    world.time.runFor(SECOND);
    world.ingress.want(undefined, [...tunnels(2, 1), ...tunnels(1, 0)]);
    world.ingress.want(wanting({ maxSessions: 1, sourceIpv4: '1.1.1.9' }));
    world.time.runFor(3 * SECOND);
    expect(world.ingress.reports()).toMatchObject([
      { key: `lsp-ingress/${fec(3)}`, lsp: { sourceAddress: '1.1.1.9' } },
    ]);
    world.ingress.want(undefined, [], [fec(3)]);
    world.time.runFor(SECOND);
    expect(world.ingress.lsp.keys()).toEqual([`lsp-ingress/${fec(0)}`]);
  });

  test('the egress keeps its limit, and says when it is reached', () => {
    const world = worldWith(10);
    world.egress.want({
      ...BOTH,
      ingress: { ...BOTH.ingress, enabled: false },
      egress: { ...BOTH.egress, maxSessions: 4 },
    });
    world.ingress.want(BOTH, tunnels(10));
    world.time.runFor(8 * SECOND);
    expect([world.ingress.up, world.egress.up]).toEqual([4, 4]);
    expect(world.egress.events).toContainEqual(
      expect.objectContaining({ type: 'session-limit', role: 'egress', limit: 4, reached: true }),
    );
  });
});

/** What may happen to ten tunnels. */
const anyStep = fc.oneof(
  fc.record({
    type: fc.constant('set' as const),
    index: fc.nat({ max: 9 }),
    inner: fc.integer({ min: 16, max: 99 }),
  }),
  fc.record({ type: fc.constant('remove' as const), index: fc.nat({ max: 9 }) }),
  fc.record({ type: fc.constant('trigger' as const), on: fc.boolean() }),
  fc.record({ type: fc.constant('enable' as const), on: fc.boolean() }),
  fc.record({ type: fc.constant('limit' as const), limit: fc.option(fc.integer({ min: 0, max: 6 })) }),
  fc.record({ type: fc.constant('passive' as const), on: fc.boolean() }),
  fc.record({ type: fc.constant('reach' as const), on: fc.boolean() }),
  fc.record({ type: fc.constant('loss' as const), rate: fc.constantFrom(0, 0.2, 1) }),
  fc.record({ type: fc.constant('clear' as const), index: fc.nat({ max: 9 }), graceful: fc.boolean() }),
  fc.record({ type: fc.constant('wait' as const), us: fc.integer({ min: 1000, max: 5 * SECOND }) }),
);

const hop = { interfaceName: 'eth0', address: parseHostAddress('10.0.0.2') };

describe('whatever happens', () => {
  test('in the end every tunnel that is to have a session has one that is Up, and no other is left', () => {
    fc.assert(
      fc.property(
        fc.array(anyStep, { maxLength: 25 }),
        fc.integer({ min: 1, max: 2 ** 30 }),
        (steps, seed) => {
          const world = worldWith(10, seed);
          let ingress: Partial<DesiredMpls['ingress']> = { retryIntervalUs: SECOND };
          const has = new Set<number>();
          const allowed = 3;
          let most = 0;
          world.ingress.want(wanting({ ...ingress, maxOutstanding: allowed }));
          for (const step of steps) {
            switch (step.type) {
              case 'set':
                has.add(step.index);
                world.ingress.want(undefined, [desiredTunnel(fec(step.index), step.inner)]);
                break;
              case 'remove':
                has.delete(step.index);
                world.ingress.want(undefined, [], [fec(step.index)]);
                break;
              case 'trigger':
                ingress = { ...ingress, trigger: step.on ? { type: 'host' } : { type: 'none' } };
                break;
              case 'enable':
                ingress = { ...ingress, enabled: step.on };
                break;
              case 'limit':
                ingress = { ...ingress, maxSessions: step.limit };
                break;
              case 'passive':
                world.egress.want({
                  ...wanting({ enabled: false }),
                  egress: { ...BOTH.egress, passive: step.on },
                });
                break;
              case 'reach':
                if (hop.address !== null)
                  world.ingress.setReachable({ ...hop, address: hop.address }, step.on);
                break;
              case 'loss':
                world.lossRate = step.rate;
                break;
              case 'clear': {
                const key = `lsp-ingress/${fec(step.index)}`;
                world.ingress.lsp.act(
                  { type: 'clear', key, graceful: step.graceful },
                  () => undefined,
                  world.time.nowUs,
                );
                world.ingress.schedule();
                break;
              }
              case 'wait':
                most = Math.max(most, runWatching(world, step.us));
                break;
            }
            world.ingress.want(wanting({ ...ingress, maxOutstanding: allowed }));
          }
          expect(most).toBeLessThanOrEqual(allowed);
          world.lossRate = 0;
          world.egress.want(wanting({ enabled: false }));
          if (hop.address !== null) world.ingress.setReachable({ ...hop, address: hop.address }, true);
          world.time.runFor(100 * SECOND);
          const eligible = (ingress.enabled ?? true) && ingress.trigger?.type !== 'none';
          const count = eligible ? Math.min(has.size, ingress.maxSessions ?? Infinity) : 0;
          expect([world.ingress.lsp.keys().length, world.ingress.up, world.egress.up]).toEqual([
            count,
            count,
            count,
          ]);
          world.ingress.want(null);
          world.time.runFor(100 * SECOND);
          expect([world.ingress.lsp.keys(), world.egress.lsp.keys()]).toEqual([[], []]);
          expect([world.ingress.openChannels, world.egress.openChannels]).toEqual([0, 0]);
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);
});
