import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineAndFrr, FrrSession } from '../../support/engine-and-frr.js';
import { ADDRESS_FAMILIES, LinkAddresses } from '../../support/link-ends.js';

let both: EngineAndFrr;
/** On the link that fails; on the other link. */
let failing: FrrSession[];
let others: FrrSession[];

beforeAll(async () => {
  both = await EngineAndFrr.start();
  const { left, right } = both.pair;
  const ends = ['name', 'eth1', 'type', 'veth', 'peer', 'name', 'eth1', 'netns', right.name];
  await left.ip('link', 'add', ...ends);
  for (const side of [left, right]) {
    await side.ip('link', 'set', 'eth1', 'up');
    // Else the kernel forgets the IPv6 addresses of an interface that is switched off.
    await side.exec('sysctl', ['-q', '-w', 'net.ipv6.conf.eth1.keep_addr_on_down=1']);
  }

  const second = new LinkAddresses(both.pair, 'eth1', { IPv4: '198.51.100.', IPv6: '2001:db8:0:1::' });
  failing = [];
  others = [];
  for (const family of ADDRESS_FAMILIES) {
    failing.push(new FrrSession(both, 'single hop', await second.add(family), 'eth1'));
    others.push(await both.session('single hop', family), await both.session('multihop', family));
  }
  for (const session of [...failing, ...others]) await session.bringUp();
});

afterAll(async () => {
  await both.stop();
});

describe('a link between the engine and FRR', () => {
  test('is switched off on the engine’s end: Path Down here, silence there, all else stays Up', async () => {
    const before = await flaps();
    await both.pair.left.ip('link', 'set', 'eth1', 'down');
    for (const session of failing) {
      const report = await session.until(({ localState }) => localState === 'down');
      expect(report).toMatchObject({ localDiagnostic: 5, obstacle: 'interface eth1 is down' });
      const peer = await session.frrUntil(({ status }) => status === 'down');
      expect(peer.diagnostic).toBe('control detection time expired');
    }
    expect(await flaps()).toEqual(before);

    await both.pair.left.ip('link', 'set', 'eth1', 'up');
    for (const session of failing) {
      await session.up();
      expect(await session.report()).toMatchObject({ obstacle: null, remoteDiagnostic: 0 });
    }
    expect(await flaps()).toEqual(before);
  });

  test('is switched off on FRR’s end: the detection time expires on both, all else stays Up', async () => {
    const before = await flaps();
    await both.pair.right.ip('link', 'set', 'eth1', 'down');
    for (const session of failing) {
      const report = await session.until(({ localState }) => localState === 'down');
      expect(report).toMatchObject({ localDiagnostic: 1, downRecord: { verdict: 'peer-silent' } });
      const peer = await session.frrUntil(({ status }) => status === 'down');
      expect(peer.diagnostic).toBe('control detection time expired');
    }
    expect(await flaps()).toEqual(before);

    await both.pair.right.ip('link', 'set', 'eth1', 'up');
    for (const session of failing) await session.up();
    expect(await flaps()).toEqual(before);
  });
});

/** How often the sessions of the other link have changed, as both ends count it. */
async function flaps(): Promise<readonly unknown[]> {
  return Promise.all(
    others.map(async (session) => {
      const { localState, upCount, downCount } = await session.report();
      return { localState, upCount, downCount, frr: await session.frrFlaps() };
    }),
  );
}
