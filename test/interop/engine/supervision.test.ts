import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectEngine } from '../../../src/link/connect-engine.io.js';
import { EngineLink } from '../../../src/link/engine-link.io.js';
import { NOTHING_DESIRED } from '../../../src/link/engine-port.js';
import { Child } from '../../support/child.js';
import { ipShSession } from '../../support/desired-sessions.js';
import { NamespacePair } from '../../support/netns.js';
import { silentLog } from '../../support/silent-log.js';
import { waitFor } from '../../support/wait-for.js';

const script = fileURLToPath(new URL('../../support/supervise-engine.mjs', import.meta.url));
const oldEngine = fileURLToPath(new URL('../../support/old-engine.mjs', import.meta.url));

describe('an engine that an agent keeps running', () => {
  let pair: NamespacePair;
  let folder: string;
  let socketPath: string;
  const agents: Child[] = [];

  beforeEach(async () => {
    pair = await NamespacePair.create();
    folder = await mkdtemp(join(tmpdir(), 'supervision-test-'));
    socketPath = join(folder, 'engine.sock');
  });

  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop();
    await pair.dispose();
    await rm(folder, { recursive: true });
  });

  function startAgent(): Child {
    const agent = new Child(...pair.left.command(process.execPath, [script, socketPath]));
    agents.push(agent);
    return agent;
  }

  /** The engine that runs, other than `before`, once it answers. */
  async function enginePid(agent: Child, before = 0): Promise<number> {
    const pid = await agent.wait(
      () => agent.stdout.map((line) => Number(line.split(' ')[1])).findLast((found) => found !== before),
      'process id of an engine',
      10_000,
    );
    await waitFor(
      () =>
        connectEngine(socketPath).then(
          (channel) => {
            channel.close();
            return true;
          },
          () => undefined,
        ),
      'engine that answers',
    );
    return pid;
  }

  test('is started, started again when it is killed, and ended with its agent', async () => {
    const agent = startAgent();
    const first = await enginePid(agent);
    process.kill(first, 'SIGKILL');
    const second = await enginePid(agent, first);

    expect(await agent.stop()).toBe(0);

    expect(agent.stdout.at(-1)).toBe('stopped');
    expect(isRunning(first)).toBe(false);
    expect(isRunning(second)).toBe(false);
  });

  test('gets all desired sessions again after it was killed', async () => {
    const agent = startAgent();
    const session = ipShSession('192.0.2.2');
    const link = new EngineLink({
      connect: () => connectEngine(socketPath),
      desired: () => ({ ...NOTHING_DESIRED, sessions: [session] }),
      log: silentLog,
    });
    const before = await link.read([session.key]);

    process.kill(await enginePid(agent), 'SIGKILL');
    const after = await waitFor(async () => {
      const answer = await link.read([session.key]);
      return answer.ok && answer.value[0]?.createdMs !== createdMs(before) ? answer : undefined;
    }, 'session in a new engine');
    link.close();

    expect(after).toMatchObject({ ok: true, value: [{ key: session.key }] });
  });

  test('outlives an agent that is killed; the next one takes it over and ends it in the end', async () => {
    const first = startAgent();
    const pid = await enginePid(first);
    await first.stop('SIGKILL');
    // The engine logs this, to nobody.
    const link = new EngineLink({
      connect: () => connectEngine(socketPath),
      desired: () => NOTHING_DESIRED,
      log: silentLog,
    });
    expect(await link.read(null)).toEqual({ ok: true, value: [] });
    link.close();
    expect(isRunning(pid)).toBe(true);

    const second = startAgent();
    expect(await enginePid(second)).toBe(pid);

    expect(await second.stop()).toBe(0);
    expect(isRunning(pid)).toBe(false);
  });

  test('is replaced where it is one of another version that an older agent has left', async () => {
    const old = new Child(...pair.left.command(process.execPath, [oldEngine, socketPath]));
    agents.push(old);
    await old.line(/^old (\d+)$/u);

    const agent = startAgent();
    await agent.wait(
      () => agent.stderr.find((line) => line.startsWith('an engine of another version runs')),
      'word of the old engine',
      10_000,
    );
    expect(await old.exited).toBe(0);
    const pid = await enginePid(agent, old.pid);
    const link = new EngineLink({
      connect: () => connectEngine(socketPath),
      desired: () => NOTHING_DESIRED,
      log: silentLog,
    });
    expect(await link.status()).toMatchObject({ ok: true, value: { pid } });
    link.close();
  });
});

function createdMs(answer: Awaited<ReturnType<EngineLink['read']>>): number {
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value[0]?.createdMs ?? 0;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
