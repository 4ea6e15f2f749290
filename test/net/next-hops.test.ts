import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { NeighbourTable } from '../../src/net/neighbour-table.js';
import type { NetlinkNews } from '../../src/net/netlink-message.js';
import {
  ASKS_PER_ROUND,
  CONFIRM_INTERVAL_US,
  GRACE_US,
  NextHops,
  ROUND_US,
  type NextHopEffect,
} from '../../src/net/next-hops.js';
import { address } from '../support/host-address.js';

const SECOND = 1_000_000;
const LINK = { type: 'link', index: 2, name: 'eth0', up: true, pointToPoint: false, running: true } as const;
const hop = { interfaceName: 'eth0', address: address('192.0.2.2') };
const MAC = Uint8Array.of(2, 0, 0, 0, 0, 1);
const OTHER_MAC = Uint8Array.of(2, 0, 0, 0, 0, 2);

type State = Extract<NetlinkNews, { type: 'neighbour' }>['state'];

function neighbour(state: State, linkAddress: Uint8Array | null = null): NetlinkNews {
  return { type: 'neighbour', index: 2, address: hop.address, state, linkAddress };
}

const GONE: NetlinkNews = { type: 'neighbour-gone', index: 2, address: hop.address };

let table: NeighbourTable;
let nextHops: NextHops;
let nowUs: number;

beforeEach(() => {
  table = new NeighbourTable();
  nextHops = new NextHops(table);
  nowUs = 5 * SECOND;
});

/** Tells news, and answers what is to be done for it. */
function tell(...news: readonly NetlinkNews[]): readonly NextHopEffect[] {
  news.forEach((one) => table.apply(one));
  return nextHops.handleTimeout(nowUs);
}

/** Lets time pass, and answers when the kernel was asked meanwhile: seconds from now. */
function pass(seconds: number): number[] {
  const [fromUs, endUs] = [nowUs, nowUs + seconds * SECOND];
  const asked: number[] = [];
  for (let dueUs = nextHops.pollTimeout(); dueUs <= endUs; dueUs = nextHops.pollTimeout()) {
    nowUs = Math.max(nowUs, dueUs);
    const asks = nextHops.handleTimeout(nowUs).filter(({ type }) => type === 'ask');
    asks.forEach(() => asked.push((nowUs - fromUs) / SECOND));
  }
  nowUs = endUs;
  return asked;
}

function kinds(effects: readonly NextHopEffect[]): string[] {
  return effects.map((effect) =>
    effect.type === 'ask' ? 'ask' : `changed${effect.usableChanged ? ', usable' : ''}`,
  );
}

describe('a next hop', () => {
  test('that the kernel knows is usable without a question', () => {
    const state = nextHops.hold(hop);

    expect(kinds(tell(LINK, neighbour('confirmed', MAC)))).toEqual(['changed, usable']);
    expect(state).toMatchObject({ interfaceIndex: 2, linkAddress: MAC, obstacle: null });
    expect(pass(3600)).toEqual([]);
  });

  test('that it does not know is asked for at once, then ever less often, but never given up', () => {
    const state = nextHops.hold(hop);

    expect(tell(LINK)).toEqual([{ type: 'ask', hop, interfaceIndex: 2 }]);
    expect(state.obstacle).toBe('192.0.2.2 is being looked for on interface eth0');
    expect(pass(20)).toEqual([1, 3, 7, 11, 15, 19]);
    expect(state.obstacle).toBe('192.0.2.2 does not answer on interface eth0');
    expect(kinds(tell(neighbour('confirmed', MAC)))).toEqual(['changed, usable']);
  });

  test('whose address may be out of date is used, and asked for now and then', () => {
    const state = nextHops.hold(hop);
    expect(kinds(tell(LINK, neighbour('unconfirmed', MAC)))).toEqual(['changed, usable', 'ask']);
    tell(neighbour('confirmed', MAC));
    nowUs += SECOND;
    expect(tell(neighbour('unconfirmed', MAC))).toEqual([]);

    const asked = pass(100);
    expect(asked.every((at, index) => index === 0 || at - (asked[index - 1] ?? 0) >= 30)).toBe(true);
    expect(asked).toHaveLength(Math.floor((100 + 1) / (CONFIRM_INTERVAL_US / SECOND)));
    expect(state.linkAddress).toEqual(MAC);
  });

  test('that has another address is changed, and usable throughout', () => {
    const state = nextHops.hold(hop);
    tell(LINK, neighbour('confirmed', MAC));

    expect(kinds(tell(neighbour('confirmed', OTHER_MAC)))).toEqual(['changed']);
    expect(state.linkAddress).toEqual(OTHER_MAC);
  });

  test('that the kernel forgets is used on while it is asked for, and no longer than that', () => {
    const state = nextHops.hold(hop);
    tell(LINK, neighbour('confirmed', MAC));

    expect(kinds(tell(GONE))).toEqual(['ask']);
    expect(kinds(tell(neighbour('awaited')))).toEqual([]);
    expect(state.linkAddress).toEqual(MAC);
    pass(GRACE_US / SECOND - 0.001);
    expect(state.linkAddress).toEqual(MAC);
    pass(0.002);
    expect(state.linkAddress).toBeNull();
  });

  test('that the kernel forgets and finds again was never without an address', () => {
    nextHops.hold(hop);
    tell(LINK, neighbour('confirmed', MAC));

    expect(kinds(tell(GONE))).toEqual(['ask']);
    expect(kinds(tell(neighbour('awaited'), neighbour('confirmed', MAC)))).toEqual([]);
    expect(pass(60)).toEqual([]);
  });

  test('that does not answer the kernel is not usable from then on', () => {
    const state = nextHops.hold(hop);
    tell(LINK, neighbour('unconfirmed', MAC));

    expect(kinds(tell(neighbour('failed')))).toContain('changed, usable');
    expect(state).toMatchObject({
      linkAddress: null,
      obstacle: '192.0.2.2 does not answer on interface eth0',
    });
  });

  test.each([
    ['is down', { ...LINK, up: false, running: false }],
    ['has no carrier', { ...LINK, running: false }],
    ['does not exist', { type: 'link-gone', index: 2 }],
  ] as const)('on an interface that %s is not usable, and not asked for', (text, news) => {
    const state = nextHops.hold(hop);
    tell(LINK, neighbour('confirmed', MAC));

    expect(kinds(tell(news))).toEqual(['changed, usable']);
    expect(state.obstacle).toBe(`interface eth0 ${text}`);
    expect(pass(60)).toEqual([]);
    // The neighbours of a link that comes back are found anew.
    expect(kinds(tell(GONE, LINK))).toEqual(['ask']);
  });

  test('on another link of the same name has nothing of the former', () => {
    const state = nextHops.hold(hop);
    tell(LINK, neighbour('confirmed', MAC));

    const effects = tell({ type: 'link-gone', index: 2 }, { ...LINK, index: 9 });
    expect(effects).toContainEqual({ type: 'ask', hop, interfaceIndex: 9 });
    expect(state).toMatchObject({ interfaceIndex: 9, linkAddress: null });
  });

  test('that nobody holds any more is left alone', () => {
    nextHops.hold(hop);
    nextHops.hold({ ...hop });
    nextHops.release(hop);
    expect(nextHops.get(hop)).not.toBeNull();
    expect(kinds(tell(LINK))).toEqual(['ask']);
    nextHops.release(hop);

    expect(nextHops.get(hop)).toBeNull();
    expect(nextHops.pollTimeout()).toBe(Infinity);
  });
});

test('many next hops are asked for in rounds', () => {
  for (let last = 1; last <= 100; last += 1) {
    nextHops.hold({ interfaceName: 'eth0', address: address(`198.51.100.${last}`) });
  }
  const first = tell(LINK);
  expect(first).toHaveLength(ASKS_PER_ROUND);
  // News that come in between make the rounds no faster.
  expect(tell(neighbour('confirmed', MAC))).toEqual([]);

  const names = first.map((effect) => (effect.type === 'ask' ? effect.hop.address.text : ''));
  const startUs = nowUs;
  while (names.length < 100) {
    nowUs = nextHops.pollTimeout();
    for (const effect of nextHops.handleTimeout(nowUs)) {
      if (effect.type === 'ask') names.push(effect.hop.address.text);
    }
  }
  expect(new Set(names).size).toBe(100);
  expect(nowUs - startUs).toBe(3 * ROUND_US);
});

test('whatever happens, who is usable has an address, and who is not says why and is asked for', () => {
  const news = fc.constantFrom<NetlinkNews>(
    LINK,
    { ...LINK, running: false },
    { ...LINK, index: 3 },
    { type: 'link-gone', index: 2 },
    { type: 'link-gone', index: 3 },
    neighbour('confirmed', MAC),
    neighbour('unconfirmed', OTHER_MAC),
    neighbour('awaited'),
    neighbour('failed'),
    GONE,
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(news, fc.nat(10_000_000))), (story) => {
      const ownTable = new NeighbourTable();
      const own = new NextHops(ownTable);
      const state = own.hold(hop);
      let now = 0;
      for (const [one, elapsed] of story) {
        now += elapsed;
        ownTable.apply(one);
        const before = state.linkAddress !== null;
        const effects = own.handleTimeout(now);
        expect(state.linkAddress === null).toBe(state.obstacle !== null);
        const told = effects.some((effect) => effect.type === 'changed' && effect.usableChanged);
        expect(told).toBe(before !== (state.linkAddress !== null));
        const running = ownTable.link('eth0')?.running === true;
        // Within a round that has just been, or at the latest with the longest pause.
        expect(running && state.linkAddress === null ? own.pollTimeout() <= now + 4 * SECOND : true).toBe(
          true,
        );
      }
    }),
  );
});
