import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { interfaceXml, sessionXml } from '../../support/agent-xml.js';
import { JournaledStore } from '../../../src/config/commit/journaled-store.io.js';
import { obstructJournal } from '../../support/journal-obstacle.js';
import { edit, openTestAgent, REQUESTER, type TestAgent } from '../../support/test-agent.js';

const FIRST = 'ip-sh/eth0/192.0.2.1';
const SECOND = 'ip-sh/eth0/192.0.2.2';

let agent: TestAgent;
beforeEach(async () => {
  agent = await openTestAgent();
  await change(interfaceXml('eth0') + sessionXml({ dest: '192.0.2.1' }));
  await agent.config.commit(REQUESTER);
});
afterEach(() => agent.close());

async function change(xml: string): Promise<void> {
  const changed = await agent.config.editConfig('candidate', edit(xml), REQUESTER);
  expect(changed).toMatchObject({ ok: true });
}

/** All that a refused commit must leave alone. */
async function everything(): Promise<object> {
  const { config, engine, stateDir } = agent;
  return {
    running: await config.getConfig({ datastore: 'running' }, REQUESTER),
    candidate: await config.getConfig({ datastore: 'candidate' }, REQUESTER),
    disk: await new JournaledStore(stateDir).load(),
    desired: config.desired().sessions,
    sessions: new Map(engine.sessions),
  };
}

/** The errors of a commit, and whether anything has changed with it. */
async function refusal(): Promise<{ errors: unknown; unchanged: boolean }> {
  const before = await everything();
  const committed = await agent.config.commit(REQUESTER);
  const unchanged = isDeepStrictEqual(await everything(), before);
  return { errors: committed.ok ? [] : committed.error, unchanged };
}

describe('a commit that is refused leaves everything as it was', () => {
  it('by validation', async () => {
    await change(sessionXml({ dest: '192.0.2.2', interface: 'eth9' }));
    expect(await refusal()).toMatchObject({
      unchanged: true,
      errors: [{ tag: 'data-missing', appTag: 'instance-required' }],
    });
  });

  it('by a handler', async () => {
    await change(sessionXml({ dest: '224.0.0.1' }));
    expect(await refusal()).toMatchObject({ unchanged: true, errors: [{ tag: 'invalid-value' }] });
  });

  it('because it cannot be stored', async () => {
    await change(sessionXml({ dest: '192.0.2.2' }));
    const clear = await obstructJournal(agent.stateDir);
    expect(await refusal()).toMatchObject({
      unchanged: true,
      errors: [{ tag: 'operation-failed', message: expect.stringMatching(/could not be stored/u) }],
    });
    expect(agent.engine.changes).toHaveLength(1);
    await clear();
    expect((await agent.config.commit(REQUESTER)).ok).toBe(true);
  });

  it('because the engine cannot be asked', async () => {
    await change(sessionXml({ dest: '192.0.2.2' }));
    agent.engine.unavailable = 'The engine has stopped.';
    expect(await refusal()).toMatchObject({
      unchanged: true,
      errors: [{ tag: 'operation-failed', message: expect.stringMatching(/The engine has stopped/u) }],
    });
    agent.engine.unavailable = null;
    expect((await agent.config.commit(REQUESTER)).ok).toBe(true);
    expect([...agent.engine.sessions.keys()]).toEqual([FIRST, SECOND]);
  });

  it('because the engine refuses one of several sessions', async () => {
    await change(sessionXml({ dest: '192.0.2.1', op: 'delete' }));
    for (const dest of ['192.0.2.2', '192.0.2.3', '192.0.2.4']) await change(sessionXml({ dest }));
    agent.engine.refusals.set(SECOND, 'no port is left');
    expect(await refusal()).toMatchObject({
      unchanged: true,
      errors: [
        {
          tag: 'resource-denied',
          message: expect.stringMatching(/192\.0\.2\.2 was refused: no port is left/u),
        },
      ],
    });
  });

  it('because the engine refuses a changed session', async () => {
    await change(sessionXml({ dest: '192.0.2.1', content: '<local-multiplier>9</local-multiplier>' }));
    agent.engine.refusals.set(FIRST, 'not now');
    agent.engine.beforeAnswer = () => {
      // The second change, which takes the first one back, is accepted.
      if (agent.engine.changes.length === 2) agent.engine.refusals.clear();
    };
    expect(await refusal()).toMatchObject({ unchanged: true, errors: [{ tag: 'resource-denied' }] });
  });

  it('and says so when not even the way back works', async () => {
    await change(sessionXml({ dest: '192.0.2.1', op: 'delete' }));
    await change(sessionXml({ dest: '192.0.2.2' }));
    agent.engine.refusals.set(SECOND, 'no port is left');
    agent.engine.refusals.set(FIRST, 'no port is left');
    expect(await agent.config.commit(REQUESTER)).toMatchObject({
      ok: false,
      error: [
        { tag: 'resource-denied' },
        { tag: 'rollback-failed', message: expect.stringMatching(/192\.0\.2\.1/u) },
      ],
    });
    expect(agent.config.desired().sessions).toMatchObject([{ key: FIRST }]);
  });
});

describe('commits', () => {
  it('wait for one another, and each acknowledged one is on disk and in the engine', async () => {
    const requesters = Array.from({ length: 10 }, (_, index) => ({ sessionId: index + 10, user: 'admin' }));
    const results = await Promise.all(
      requesters.flatMap((requester, index) => [
        agent.config.editConfig('candidate', edit(sessionXml({ dest: `192.0.2.${index + 10}` })), requester),
        agent.config.commit(requester),
      ]),
    );
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(agent.engine.sessions.size).toBe(11);
    const disk = await new JournaledStore(agent.stateDir).load();
    const text =
      disk.ok && disk.value.type === 'stored'
        ? JSON.stringify([disk.value.xml, disk.value.records.map((record) => record.edit)])
        : '';
    expect(text.match(/<session[ >]/gu)).toHaveLength(11);
  });

  it('are stored in files of the owner alone', async () => {
    for (const name of ['running.xml', 'running.journal']) {
      expect((await stat(join(agent.stateDir, name))).mode & 0o777).toBe(0o600);
    }
    expect((await stat(agent.stateDir)).mode & 0o777).toBe(0o700);
  });
});
