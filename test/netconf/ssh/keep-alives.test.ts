import { expect, it } from 'vitest';
import { KeepAlives } from '../../../src/netconf/ssh/keep-alives.js';

const LIMITS = { intervalMs: 1_000, count: 2 };

/** What is asked and found dead, at which time, when `client` is looked at every 250 ms. */
function watch(
  client: { received: number },
  limits: (ms: number) => { intervalMs: number; count: number },
  onAsked: () => void = () => undefined,
): string[] {
  const keepAlives = new KeepAlives<typeof client>();
  const told: string[] = [];
  for (let ms = 0; ms <= 5_000; ms += 250) {
    const { ask, dead } = keepAlives.look([client], ms, limits(ms));
    told.push(...ask.map(() => `asked at ${ms}`), ...dead.map(() => `dead at ${ms}`));
    if (ask.length > 0) onAsked();
    if (dead.length > 0) return told;
  }
  return told;
}

it('a silent client is asked, and given up an interval after the last request', () => {
  expect(watch({ received: 1 }, () => LIMITS)).toEqual(['asked at 1000', 'asked at 2000', 'dead at 3000']);
});

it('a client that answers is asked now and then, and never given up', () => {
  const client = { received: 1 };
  const told = watch(
    client,
    () => LIMITS,
    () => (client.received += 1),
  );
  expect(told).toEqual(['asked at 1000', 'asked at 2250', 'asked at 3500', 'asked at 4750']);
});

it('an interval of zero asks nobody, and other limits hold at once', () => {
  expect(watch({ received: 1 }, () => ({ intervalMs: 0, count: 1 }))).toEqual([]);
  const shorter = watch({ received: 1 }, (ms) => (ms < 3_000 ? { intervalMs: 60_000, count: 3 } : LIMITS));
  expect(shorter[0]).toBe('asked at 3000');
});
