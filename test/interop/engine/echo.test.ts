import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ipShSession } from '../../support/desired-sessions.js';
import { TestEngine } from '../../support/engine.js';
import { Frr } from '../../support/frr.js';
import { NamespacePair } from '../../support/netns.js';

const FRR_CONFIG = `bfd
 peer 2001:db8::1 local-address 2001:db8::2 interface eth0
  receive-interval 100
  transmit-interval 100
  echo transmit-interval 60
  echo receive-interval 60
  echo-mode
 exit
exit`;

const ECHO = { desiredMinEchoTxIntervalUs: 50_000, requiredMinEchoRxIntervalUs: 50_000 };

describe('Echo packets over a real link', () => {
  let pair: NamespacePair;
  let left: TestEngine;

  beforeEach(async () => {
    pair = await NamespacePair.create();
    for (const [side, number] of [
      [pair.left, 1],
      [pair.right, 2],
    ] as const) {
      await side.ip('address', 'add', `2001:db8::${number}/64`, 'dev', 'eth0', 'nodad');
    }
    left = await TestEngine.start(pair.left);
  });

  afterEach(async () => {
    await left.stop();
    await pair.dispose();
  });

  test.each([
    ['IPv4', '192.0.2.1', '192.0.2.2'],
    ['IPv6', '2001:db8::1', '2001:db8::2'],
  ])(
    'between two engines, %s: silence is noticed by Echo packets, long before control packets',
    async (_name, own, peer) => {
      const right = await TestEngine.start(pair.right);
      try {
        await left.set(ipShSession(peer, { ...ECHO, detectMult: 3 }));
        // The right end waits long for control packets, so that it is not the one that notices.
        const patient = { requiredMinRxIntervalUs: 1_000_000, desiredMinEchoTxIntervalUs: 0 };
        await right.set(ipShSession(own, { ...ECHO, ...patient }));
        const { key } = ipShSession(peer);
        await left.until(key, ({ echoTxIntervalUs }) => echoTxIntervalUs === 50_000);
        // Control packets have become rare.
        await left.until(key, ({ negotiatedRxIntervalUs }) => negotiatedRxIntervalUs === 1_000_000);
        await new Promise((resolve) => {
          setTimeout(resolve, 2000);
        });
        expect(await left.report(key)).toMatchObject({ localState: 'up', downCount: 0 });

        await pair.left.ip(
          'neighbour',
          'replace',
          peer,
          'lladdr',
          '02:00:00:00:00:01',
          'dev',
          'eth0',
          'nud',
          'permanent',
        );
        await left.until(key, ({ localState }) => localState === 'down', 2000);
        expect(left.events.find(({ from }) => from === 'up')).toMatchObject({
          to: 'down',
          localDiagnostic: 2,
        });
      } finally {
        await right.stop();
      }
    },
  );

  test('with FRR over IPv6, each looping back the other’s', async () => {
    await pair.right.exec('sysctl', ['-q', '-w', 'net.ipv6.conf.all.forwarding=1']);
    const frr = await Frr.start(pair.right, FRR_CONFIG);
    try {
      await left.set(ipShSession('2001:db8::2', ECHO));
      const { key } = ipShSession('2001:db8::2');
      await left.until(key, ({ echoTxIntervalUs }) => echoTxIntervalUs === 60_000);
      await new Promise((resolve) => {
        setTimeout(resolve, 3000);
      });

      expect(await left.report(key)).toMatchObject({
        localState: 'up',
        downCount: 0,
        echoTxIntervalUs: 60_000,
      });
      expect(await frr.peers()).toMatchObject([{ status: 'up', diagnostic: 'ok' }]);
      const counters = await frr.vtysh('show bfd peers counters json');
      const returned = Number(/"echo-packet-input":(\d+)/.exec(counters)?.[1]);
      expect(returned).toBeGreaterThan(20);
    } finally {
      await frr.stop();
    }
  });
});
