import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { repeatableRandom, VirtualLink, virtualSession, type Packet } from './virtual-hosts.js';

const MS = 1000;
const SECOND = 1000 * MS;
const TO_RIGHT = virtualSession('10.0.0.2');
const TO_LEFT = virtualSession('10.0.0.1');

/** What happens to both hosts after they have come Up. */
type Step =
  | { readonly type: 'run'; readonly ms: number }
  | { readonly type: 'loss'; readonly of: number }
  | { readonly type: 'interval'; readonly ms: number }
  | { readonly type: 'multiplier'; readonly detectMult: number }
  | { readonly type: 'admin'; readonly adminDown: boolean }
  | { readonly type: 'link'; readonly up: boolean };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('run' as const), ms: fc.integer({ min: 1, max: 900 }) }),
  },
  fc.record({ type: fc.constant('loss' as const), of: fc.constantFrom(0, 3, 10) }),
  fc.record({ type: fc.constant('interval' as const), ms: fc.constantFrom(10, 50, 60, 300) }),
  fc.record({ type: fc.constant('multiplier' as const), detectMult: fc.constantFrom(1, 3, 5) }),
  fc.record({ type: fc.constant('admin' as const), adminDown: fc.boolean() }),
  fc.record({ type: fc.constant('link' as const), up: fc.boolean() }),
);

/** Two hosts with a session; of every `lossOf` packets one is lost, 0: none. */
class Scene {
  readonly link: VirtualLink;
  #desired = TO_RIGHT;

  constructor(seed: number, shortWay: boolean) {
    this.link = new VirtualLink(repeatableRandom(seed));
    this.link.left.shortWay = shortWay;
    this.link.right.shortWay = shortWay;
    this.link.left.engine.set([TO_RIGHT], this.link.nowUs);
    this.link.right.engine.set([TO_LEFT], this.link.nowUs);
    this.link.run(4 * SECOND);
  }

  take(step: Step): void {
    const { link } = this;
    switch (step.type) {
      case 'run':
        link.run(step.ms * MS);
        break;
      case 'loss': {
        let count = 0;
        link.latencyUs = () => (step.of > 0 && ++count % step.of === 0 ? null : 300);
        break;
      }
      case 'link':
        link.left.setLink(step.up);
        break;
      case 'interval':
        this.#change({ desiredMinTxIntervalUs: step.ms * MS, requiredMinRxIntervalUs: step.ms * MS });
        break;
      case 'multiplier':
        this.#change({ detectMult: step.detectMult });
        break;
      case 'admin':
        this.#change({ adminDown: step.adminDown });
        break;
    }
  }

  /** All that can be seen of it from outside. */
  get seen(): unknown {
    const { left, packets, right } = this.link;
    return {
      packets: packets.map(({ bytes, from, sentUs, ttl }: Packet) => [
        from.address,
        sentUs,
        ttl,
        bytes.join(' '),
      ]),
      events: [left.events, right.events],
      reports: [left.report(TO_RIGHT.key), right.report(TO_LEFT.key)],
    };
  }

  #change(change: Partial<typeof TO_RIGHT>): void {
    this.#desired = Object.assign({ ...this.#desired }, change);
    this.link.left.engine.set([this.#desired], this.link.nowUs);
  }
}

describe('the short way of steady sessions', () => {
  test('is the way that their packets go', () => {
    const { link } = new Scene(1, true);
    const before = link.packets.length;
    link.run(10 * SECOND);
    const sent = link.packets.length - before;
    const { left, right } = link;
    expect(sent).toBeGreaterThan(400);
    expect(left.repeatsSent + right.repeatsSent).toBeGreaterThanOrEqual(sent);
    expect(left.repeatsReceived + right.repeatsReceived).toBeGreaterThanOrEqual(sent - 2);
  });

  test('leads where the long one leads, whatever happens to the session', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(anyStep, { maxLength: 20 }), (seed, steps) => {
        const [short, long] = [new Scene(seed, true), new Scene(seed, false)];
        for (const step of [...steps, { type: 'run', ms: 500 } as const]) {
          short.take(step);
          long.take(step);
        }
        expect(short.seen).toEqual(long.seen);
      }),
      { numRuns: 60 },
    );
  });

  test('is not open to a packet that comes by another interface, or with a lower TTL', () => {
    const { link } = new Scene(2, true);
    const { left } = link;
    const packet = link.packets.findLast(({ from }) => from === link.right);
    if (packet === undefined) throw new Error('nothing was sent');
    const before = left.repeatsReceived;
    left.receive(packet, 254);
    left.receive(packet, 255, 9);
    expect(left.repeatsReceived).toBe(before);
    left.receive(packet);
    expect(left.repeatsReceived).toBe(before + 1);
    expect(left.engine.discards().get('ttl')).toBe(1);
    expect(left.engine.discards().get('no-session')).toBe(1);
  });

  test('stays open while the socket throws packets away, which is noticed all the same', () => {
    const { link } = new Scene(3, true);
    const { left } = link;
    const packet = link.packets.findLast(({ from }) => from === link.right);
    if (packet === undefined) throw new Error('nothing was sent');
    const before = left.repeatsReceived;
    for (let dropped = 1; dropped <= 20; dropped += 1) {
      left.lostPackets = dropped;
      left.receive(packet, 255, undefined, dropped);
      link.run(MS);
    }
    expect(left.repeatsReceived - before).toBeGreaterThanOrEqual(20);
    link.latencyUs = () => null;
    link.run(SECOND);
    const { downRecord } = left.report(TO_RIGHT.key);
    expect(downRecord?.drops.reduce((sum, { packets }) => sum + packets, 0)).toBe(20);
  });
});
