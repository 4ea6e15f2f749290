import { readdir, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ipShSession } from '../../support/desired-sessions.js';
import { TestEngine } from '../../support/engine.js';
import { NamespacePair } from '../../support/netns.js';

/** CAP_NET_RAW. */
const RAW_ALONE = '0000000000002000';
const NONE = '0000000000000000';
const SCHED_RR = 2;

describe('what the engine may do', () => {
  let pair: NamespacePair;
  let left: TestEngine;
  let right: TestEngine;
  const toRight = ipShSession('192.0.2.2');
  const toLeft = ipShSession('192.0.2.1');

  beforeEach(async () => {
    pair = await NamespacePair.create();
    right = await TestEngine.start(pair.right);
  });

  afterEach(async () => {
    await left.stop();
    await right.stop();
    await pair.dispose();
  });

  async function bringUp(): Promise<void> {
    await left.set(toRight);
    await right.set(toLeft);
    await left.until(toRight.key, ({ localState }) => localState === 'up');
  }

  test('started by root, every thread of it has CAP_NET_RAW alone, for ever, and real-time priority', async () => {
    left = await TestEngine.start(pair.left);
    await bringUp();

    const threads = await threadsOf(left.child.pid);

    expect(threads.length).toBeGreaterThan(4);
    for (const thread of threads) {
      expect(thread).toEqual({
        CapInh: RAW_ALONE,
        CapPrm: RAW_ALONE,
        CapEff: RAW_ALONE,
        CapBnd: RAW_ALONE,
        CapAmb: RAW_ALONE,
        NoNewPrivs: '1',
        policy: SCHED_RR,
        priority: 50,
      });
    }
  });

  test('without any capability sessions come Up all the same, and the log says what is missing', async () => {
    left = await TestEngine.start(pair.left, () => [], ['setpriv', '--bounding-set=-all', '--inh-caps=-all']);
    await bringUp();

    const threads = await threadsOf(left.child.pid);
    expect(new Set(threads.map(({ CapPrm, CapEff, CapBnd }) => `${CapPrm} ${CapEff} ${CapBnd}`))).toEqual(
      new Set([`${NONE} ${NONE} ${NONE}`]),
    );
    await left.set({ ...toRight, desiredMinEchoTxIntervalUs: 50_000 });
    expect(await left.report(toRight.key)).toMatchObject({
      localState: 'up',
      echoObstacle: 'Echo packets need a packet socket, for which this process lacks CAP_NET_RAW',
    });
    const log = left.child.stderr.join('\n');
    expect(log).toContain('no raw socket');
    expect(log).toContain('no real-time priority');
  });
});

interface Thread {
  readonly [field: string]: string | number;
}

async function threadsOf(pid: number): Promise<readonly Thread[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  return Promise.all(
    threads.map(async (thread) => {
      const status = await readFile(`/proc/${pid}/task/${thread}/status`, 'utf8');
      const found = [...status.matchAll(/^(Cap\w+|NoNewPrivs):\s+(\w+)$/gm)];
      const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      // proc(5): the fields after the name in parentheses are the third and following.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return {
        ...Object.fromEntries(found.map(([, name = '', value = '']) => [name, value])),
        priority: Number(fields[40 - 3]),
        policy: Number(fields[41 - 3]),
      };
    }),
  );
}
