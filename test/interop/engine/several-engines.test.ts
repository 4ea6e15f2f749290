import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectEngine } from '../../../src/link/connect-engine.io.js';
import { EngineLink } from '../../../src/link/engine-link.io.js';
import { NOTHING_DESIRED } from '../../../src/link/engine-port.js';
import type { DesiredSession, SessionReport } from '../../../src/link/messages.js';
import { shardOfSession, shardOfState, shardPath } from '../../../src/link/session-shard.js';
import { ShardedEngine } from '../../../src/link/sharded-engine.js';
import { startProgram } from '../../support/agent.js';
import type { Child } from '../../support/child.js';
import { ipShSession } from '../../support/desired-sessions.js';
import { TestEngine } from '../../support/engine.js';
import { NamespacePair } from '../../support/netns.js';
import { silentLog } from '../../support/silent-log.js';
import { waitFor } from '../../support/wait-for.js';

const NUMBERS = [1, 2, 3, 4, 5, 6];
const left = (number: number): string => `192.0.2.10${number}`;
const right = (number: number): string => `192.0.2.1${number}`;
const toRight = NUMBERS.map((number) => ipShSession(right(number), { source: left(number) }));
const toLeft = NUMBERS.map((number) => ipShSession(left(number), { source: right(number) }));

describe('two engines that share the sessions of a host', () => {
  let pair: NamespacePair;
  let folder: string;
  let engines: Child;
  let links: readonly [EngineLink, EngineLink];
  let both: ShardedEngine;
  let peer: TestEngine;

  function connect(desired: readonly DesiredSession[]): void {
    const open = (index: number): EngineLink =>
      new EngineLink({
        connect: () => connectEngine(shardPath(join(folder, 'engine.sock'), index)),
        desired: () => shardOfState({ ...NOTHING_DESIRED, sessions: desired }, index, 2),
        log: silentLog,
      });
    links = [open(0), open(1)];
    both = new ShardedEngine(links);
  }

  /** The reports of all sessions as soon as there are so many that are Up. */
  function untilUp(count: number): Promise<readonly SessionReport[]> {
    return waitFor(async () => {
      const answer = await both.read(null);
      const up = answer.ok ? answer.value.filter(({ localState }) => localState === 'up') : [];
      return up.length === count ? up : undefined;
    }, `${count} sessions that are Up`);
  }

  beforeEach(async () => {
    pair = await NamespacePair.create();
    for (const number of NUMBERS) {
      await pair.left.ip('addr', 'add', `${left(number)}/24`, 'dev', 'eth0');
      await pair.right.ip('addr', 'add', `${right(number)}/24`, 'dev', 'eth0');
    }
    folder = await mkdtemp(join(tmpdir(), 'bfd-engines-test-'));
    const socket = join(folder, 'engine.sock');
    engines = startProgram(['engine', '--socket', socket, '--engines', '2'], pair.left.name);
    peer = await TestEngine.start(pair.right);
    connect([]);
  });

  afterEach(async () => {
    links.forEach((link) => link.close());
    await engines.stop();
    await peer.stop();
    await pair.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  test('hold some each, and every session comes Up whoever begins', async () => {
    expect(await both.apply({ set: toRight.slice(0, 3), remove: [] })).toEqual({ ok: true, value: [] });
    await peer.set(...toLeft);
    expect(await both.apply({ set: toRight.slice(3), remove: [] })).toEqual({ ok: true, value: [] });

    for (const report of await untilUp(NUMBERS.length)) {
      expect(report).toMatchObject({ upCount: 1, downCount: 0, invalidPackets: 0 });
    }
    for (const [index, link] of links.entries()) {
      const answer = await link.read(null);
      const own = toRight.filter((session) => shardOfSession(session, 2) === index).map(({ key }) => key);
      expect(own.length).toBeGreaterThan(0);
      expect(answer.ok ? answer.value.map(({ key }) => key).toSorted() : answer).toEqual(own.toSorted());
    }
    const status = await both.status();
    const astray = status.ok && status.value.discards.find(({ reason }) => reason === 'no-session');
    expect(astray).toMatchObject({ count: 0 });
  });

  test('keep them Up when the agent is another, and forget those that are removed', async () => {
    await both.apply({ set: toRight, remove: [] });
    await peer.set(...toLeft);
    const before = await untilUp(NUMBERS.length);
    links.forEach((link) => link.close());
    connect(toRight);

    const after = await untilUp(NUMBERS.length);
    expect(known(after)).toEqual(known(before));

    await both.apply({ set: [], remove: toRight.slice(1).map(({ key }) => key) });
    expect(await untilUp(1)).toMatchObject([{ key: toRight[0]?.key }]);
  });

  test('end together', async () => {
    const second = await links[1].status();
    if (!second.ok) throw new Error(second.error.message);
    await engines.stop();
    await waitFor(() => (exists(second.value.pid) ? undefined : true), 'end of the second engine');
    expect(exists(second.value.pid)).toBe(false);
  });
});

/** What tells a session from another that took its place. */
function known(reports: readonly SessionReport[]): ReadonlyMap<string, readonly [number, number]> {
  return new Map(reports.map(({ key, localDiscriminator, upCount }) => [key, [localDiscriminator, upCount]]));
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
