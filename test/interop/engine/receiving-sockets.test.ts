import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ipMhSession, ipShSession } from '../../support/desired-sessions.js';
import { TestEngine } from '../../support/engine.js';
import { NamespacePair } from '../../support/netns.js';
import { waitFor } from '../../support/wait-for.js';

const FIRST = ipShSession('192.0.2.2');
const SECOND = ipShSession('192.0.2.3');
const ECHOING = { ...FIRST, desiredMinEchoTxIntervalUs: 100_000, requiredMinEchoRxIntervalUs: 100_000 };
const MULTIHOP = ipMhSession('192.0.2.1', '198.51.100.7');
const IPV6 = ipShSession('2001:db8::2');

/** A socket of the engine: where it is bound, and what tells it from another. */
interface Bound {
  readonly at: string;
  readonly inode: string;
}

describe('the sockets that sessions hear their peers by', () => {
  let pair: NamespacePair;
  let left: TestEngine;
  let right: TestEngine;

  beforeAll(async () => {
    pair = await NamespacePair.create();
    await pair.left.ip('address', 'add', '2001:db8::1/64', 'dev', 'eth0', 'nodad');
    left = await TestEngine.start(pair.left);
    right = await TestEngine.start(pair.right);
    await right.set(ipShSession('192.0.2.1'));
  });

  afterAll(async () => {
    await left.stop();
    await right.stop();
    await pair.dispose();
  });

  /** The UDP sockets that are bound to a BFD port in the engine's namespace. */
  async function bound(): Promise<readonly Bound[]> {
    const lines = (await pair.left.exec('ss', ['-Hulne'])).split('\n');
    return lines
      .map((line) => ({ at: line.split(/\s+/u)[3] ?? '', inode: /ino:(\d+)/u.exec(line)?.[1] ?? '' }))
      .filter(({ at }) => /:(?:3784|3785|4784)$/u.test(at))
      .toSorted((one, other) => (one.at < other.at ? -1 : 1));
  }

  /** Those that there are as soon as they are bound to these places. */
  function boundTo(...places: readonly string[]): Promise<readonly Bound[]> {
    return waitFor(
      async () => {
        const sockets = await bound();
        return sockets.map(({ at }) => at).join(' ') === places.join(' ') ? sockets : undefined;
      },
      async () => `sockets at ${places.join(' ')}; there are ${JSON.stringify(await bound())}`,
    );
  }

  test('are those that sessions need, and no others; none is opened anew as long as one needs it', async () => {
    expect(await bound()).toEqual([]);

    await left.set(FIRST);
    const [control] = await boundTo('0.0.0.0:3784');
    await left.set(ECHOING);
    const echo = await boundTo('0.0.0.0:3784', '0.0.0.0:3785');
    expect(echo[0]).toEqual(control);

    await left.set(SECOND);
    expect(await bound()).toEqual(echo);
    await left.set(MULTIHOP, IPV6);
    await boundTo('0.0.0.0:3784', '0.0.0.0:3785', '0.0.0.0:4784', '[::]:3784');

    await left.remove(MULTIHOP.key, IPV6.key, SECOND.key);
    expect(await boundTo('0.0.0.0:3784', '0.0.0.0:3785')).toEqual(echo);
    await left.set(FIRST);
    expect(await boundTo('0.0.0.0:3784')).toEqual([control]);
    await left.remove(FIRST.key);
    await boundTo();
  });

  test('serve the next first session as they served the one before', async () => {
    for (let round = 0; round < 3; round += 1) {
      await left.set(FIRST);
      await left.until(FIRST.key, ({ localState }) => localState === 'up');
      await left.remove(FIRST.key);
      await boundTo();
    }
    // A path that fails takes the socket with it, and one that is back brings it back.
    await left.set(FIRST);
    await left.until(FIRST.key, ({ localState }) => localState === 'up');
    await pair.left.ip('link', 'set', 'eth0', 'down');
    await boundTo();
    await pair.left.ip('link', 'set', 'eth0', 'up');
    const { upCount } = await left.until(FIRST.key, ({ localState }) => localState === 'up');
    expect(upCount).toBe(2);
    await left.remove(FIRST.key);
    await boundTo();
  });
});
