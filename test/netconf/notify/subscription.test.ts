import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Filter } from '../../../src/config/config-service.js';
import { operationFailed } from '../../../src/config/errors/rpc-error.js';
import type { EventNotification } from '../../../src/config/notification-source.js';
import { EventStream } from '../../../src/netconf/notify/event-stream.js';
import type { Subscriber, SubscriptionRequest } from '../../../src/netconf/notify/subscription.js';
import { InMemoryNotificationLog, InMemoryNotifications } from '../../support/in-memory-notifications.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const NOON = Date.UTC(2026, 0, 1, 12);
let clock: VirtualClock;
let source: InMemoryNotifications;
let log: InMemoryNotificationLog;
let stream: EventStream;

/** Takes what it is sent, unless it is told to wait. */
class Taker implements Subscriber {
  readonly messages: string[] = [];
  ending: string | undefined;
  #gate: Promise<void> | undefined;
  #open: () => void = () => undefined;

  wait(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  goOn(): void {
    this.#gate = undefined;
    this.#open();
  }

  /** What it may not receive. */
  readonly forbidden = new Set<string>();
  asked = 0;

  permits({ xml }: EventNotification): boolean {
    this.asked += 1;
    return !this.forbidden.has(/^<(\w+)/.exec(xml)?.[1] ?? '');
  }

  async send(messages: readonly string[]): Promise<void> {
    this.messages.push(...messages);
    await this.#gate;
  }

  completed(): void {
    this.ending = 'completed';
  }

  lost(reason: string): void {
    this.ending = reason;
  }

  /** The names of the elements that it got, with their content. */
  async got(): Promise<string[]> {
    for (let turns = 0; turns < 5; turns += 1) await turn();
    return this.messages.splice(0).map((text) => {
      const content = text.replace(/^<notification [^>]*><eventTime>[^<]*<\/eventTime>/, '');
      return /^<(\w+)/.exec(content)?.[1] ?? '';
    });
  }
}

beforeEach(() => {
  clock = new VirtualClock(NOON);
  source = new InMemoryNotifications();
  log = new InMemoryNotificationLog(NOON - 1000, 100);
  stream = new EventStream({ source, log, clock });
});

function notify(...names: readonly string[]): void {
  for (const name of names) source.notify(clock.nowMs(), `<${name} xmlns="urn:n"/>`);
}

function filter(select: string): Filter {
  return { type: 'xpath', select, namespaces: new Map() };
}

async function subscribe(request: SubscriptionRequest = {}, to = 'NETCONF', taker = new Taker()) {
  const begun = await stream.subscribe(to, request, taker);
  if (!begun.ok) throw new Error(begun.error.map(({ tag, message }) => `${tag}: ${message}`).join());
  return { taker, end: begun.value };
}

describe('a subscription', () => {
  it('gets what happens from then on, in order, each with its time', async () => {
    notify('before');
    const { taker } = await subscribe();
    notify('a', 'b');
    clock.pass(1500);
    notify('c');
    await turn();
    expect(taker.messages.at(-1)).toBe(
      '<notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0">' +
        '<eventTime>2026-01-01T12:00:01.500Z</eventTime><c xmlns="urn:n"/></notification>',
    );
    expect(await taker.got()).toEqual(['a', 'b', 'c']);
  });

  it('gets only what it may receive when that is sent', async () => {
    notify('a', 'b');
    const taker = new Taker();
    taker.forbidden.add('a');
    await subscribe({ startMs: 0 }, 'NETCONF', taker);
    expect(await taker.got()).toEqual(['b', 'replayComplete']);
    notify('a', 'c');
    expect(await taker.got()).toEqual(['c']);
    taker.forbidden.clear();
    notify('a');
    expect(await taker.got()).toEqual(['a']);
  });

  it('is not asked of what its filter drops', async () => {
    const { taker } = await subscribe({ filter: filter('yes') });
    notify('no', 'yes', 'no');
    expect(await taker.got()).toEqual(['yes']);
    expect(taker.asked).toBe(1);
  });

  it('gets nothing more after its end', async () => {
    const { taker, end } = await subscribe();
    notify('a');
    await turn();
    end();
    notify('b');
    expect(await taker.got()).toEqual(['a']);
  });

  it('gets only what its filter selects', async () => {
    const { taker } = await subscribe({ filter: filter('yes') });
    notify('yes1', 'no', 'yes2');
    expect(await taker.got()).toEqual(['yes1', 'yes2']);
  });

  it('each gets its own: two filters at a time', async () => {
    const [a, b] = [await subscribe({ filter: filter('a') }), await subscribe({ filter: filter('b') })];
    notify('a', 'b', 'ab');
    expect(await a.taker.got()).toEqual(['a', 'ab']);
    expect(await b.taker.got()).toEqual(['b', 'ab']);
  });

  it('is lost when its filter cannot be evaluated any more', async () => {
    const { taker } = await subscribe({ filter: filter('a') });
    source.refuseWith = [operationFailed('a crash')];
    notify('a');
    expect(await taker.got()).toEqual([]);
    expect(taker.ending).toContain('a crash');
  });
});

describe('replay', () => {
  it('begins at the start time, ends with replayComplete, and goes on live', async () => {
    notify('too-early');
    clock.pass(10);
    notify('a', 'b');
    clock.pass(10);
    const { taker } = await subscribe({ startMs: NOON + 10 });
    notify('live');
    expect(await taker.got()).toEqual(['a', 'b', 'replayComplete', 'live']);
  });

  it('of nothing is complete at once', async () => {
    const { taker } = await subscribe({ startMs: NOON });
    expect(await taker.got()).toEqual(['replayComplete']);
  });

  it('has what was not given up, when more is asked for', async () => {
    for (let index = 0; index < 150; index += 1) notify(`n${index}`);
    const { taker } = await subscribe({ startMs: 0 });
    const got = await taker.got();
    expect([got.length, got[0], got.at(-2), got.at(-1)]).toEqual([101, 'n50', 'n149', 'replayComplete']);
    expect(stream.streams()[0]).toMatchObject({ name: 'NETCONF', replayLogAgedMs: NOON });
  });

  it('is filtered, but for its end', async () => {
    notify('yes', 'no');
    const { taker } = await subscribe({ startMs: 0, filter: filter('yes') });
    expect(await taker.got()).toEqual(['yes', 'replayComplete']);
  });

  it('a marker is not replayed to others', async () => {
    const first = await subscribe({ startMs: 0 });
    expect(await first.taker.got()).toEqual(['replayComplete']);
    const second = await subscribe({ startMs: 0 });
    expect(await second.taker.got()).toEqual(['replayComplete']);
  });
});

describe('a stop time', () => {
  it('in the past: what lies between the times, and both marks', async () => {
    notify('a');
    clock.pass(10);
    notify('b');
    clock.pass(10);
    notify('c');
    const { taker } = await subscribe({ startMs: NOON, stopMs: NOON + 15 });
    notify('live');
    expect(await taker.got()).toEqual(['a', 'b', 'replayComplete', 'notificationComplete']);
    expect(taker.ending).toBe('completed');
  });

  it('in the future: live until then', async () => {
    const { taker } = await subscribe({ startMs: NOON, stopMs: NOON + 60_000 });
    notify('a');
    clock.pass(59_999);
    notify('b');
    expect(await taker.got()).toEqual(['replayComplete', 'a', 'b']);
    clock.pass(1);
    expect(await taker.got()).toEqual(['notificationComplete']);
    expect(taker.ending).toBe('completed');
    notify('c');
    expect(await taker.got()).toEqual([]);
  });

  it('is forgotten with the subscription', async () => {
    const { end } = await subscribe({ startMs: NOON, stopMs: NOON + 60_000 });
    expect(clock.pending).toBe(1);
    end();
    expect(clock.pending).toBe(0);
  });
});

describe('a subscriber that takes its time', () => {
  it('gets everything as long as the log has it', async () => {
    const { taker } = await subscribe();
    taker.wait();
    for (let index = 0; index < 100; index += 1) notify(`n${index}`);
    await turn();
    expect(taker.messages.length).toBeLessThanOrEqual(64);
    taker.goOn();
    expect(await taker.got()).toHaveLength(100);
    expect(taker.ending).toBeUndefined();
  });

  it('is lost when the log has given up what it has not taken', async () => {
    const { taker } = await subscribe();
    taker.wait();
    for (let index = 0; index < 1000; index += 1) notify(`n${index}`);
    expect(taker.ending).toContain('too slow');
    expect(taker.messages.length).toBeLessThanOrEqual(64);
    taker.goOn();
    await taker.got();
    expect(await taker.got()).toEqual([]);
  });

  it('does not hold up others', async () => {
    const slow = await subscribe();
    const quick = await subscribe();
    slow.taker.wait();
    notify('a');
    expect(await quick.taker.got()).toEqual(['a']);
    notify('b');
    expect(await quick.taker.got()).toEqual(['b']);
  });
});

describe('a request that cannot be met', () => {
  it.each([
    { name: 'another stream', stream: 'netconf', request: {}, says: /^invalid-value: .*"netconf"/ },
    { name: 'a start in the future', request: { startMs: NOON + 1 }, says: /^bad-element/ },
    { name: 'a stop without a start', request: { stopMs: NOON + 1 }, says: /^missing-element/ },
    { name: 'a stop before the start', request: { startMs: NOON, stopMs: NOON - 1 }, says: /^bad-element/ },
    {
      name: 'a filter that is none',
      stream: undefined,
      request: { filter: filter('') },
      says: /^invalid-value/,
    },
  ])('$name', async ({ stream: to, request, says }) => {
    await expect(subscribe(request, to)).rejects.toThrow(says);
  });
});
