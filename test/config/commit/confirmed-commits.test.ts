import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConfirmEvent } from '../../../src/config/commit/commit-event.js';
import { rm } from 'node:fs/promises';
import type { CommitRequest } from '../../../src/config/config-service.js';
import { interfaceXml, sessionXml } from '../../support/agent-xml.js';
import { InMemoryEngine } from '../../support/in-memory-engine.js';
import { ManualClock } from '../../support/manual-clock.js';
import { obstructJournal } from '../../support/journal-obstacle.js';
import { edit, openTestAgent, REQUESTER, temporaryFolder, type TestAgent } from '../../support/test-agent.js';

const OK = { ok: true, value: undefined };
const OTHER = { ...REQUESTER, sessionId: 2 };
const SESSION = 'ip-sh/eth0/192.0.2.1';
const MINUTE: CommitRequest = { confirmed: { timeoutMs: 60_000 } };
const PERSISTENT: CommitRequest = { confirmed: { timeoutMs: 60_000, persist: 'token' } };

let agent: TestAgent;
let clock: ManualClock;
let stateDir: string;
let events: ConfirmEvent['type'][];

beforeEach(async () => {
  stateDir = await temporaryFolder();
  await open();
});

afterEach(async () => {
  await agent.close();
  await rm(stateDir, { recursive: true });
});

async function open(): Promise<void> {
  clock = new ManualClock();
  events = [];
  const onConfirmEvent = ({ type }: ConfirmEvent): number => events.push(type);
  agent = await openTestAgent({ stateDir, clock, onConfirmEvent, engine: new InMemoryEngine() });
}

async function text(datastore: 'running' | 'candidate'): Promise<string> {
  const got = await agent.config.getConfig({ datastore }, REQUESTER);
  return got.ok ? got.value : JSON.stringify(got.error);
}

async function tryOut(request: CommitRequest, dest = '192.0.2.1'): Promise<void> {
  const xml = interfaceXml('eth0') + sessionXml({ dest });
  expect(await agent.config.editConfig('candidate', edit(xml), REQUESTER)).toEqual(OK);
  expect(await agent.config.commit(REQUESTER, request)).toEqual(OK);
}

describe('a confirmed commit', () => {
  it('is in force at once, and taken back when its time is up', async () => {
    const before = await text('running');
    await tryOut(MINUTE);
    expect([...agent.engine.sessions.keys()]).toEqual([SESSION]);
    clock.advance(59_999);
    expect(await text('running')).toContain('192.0.2.1');
    clock.advance(1);
    expect(await text('running')).toBe(before);
    expect(await text('candidate')).toBe(before);
    expect(agent.engine.sessions.size).toBe(0);
    expect(agent.config.desired().sessions).toEqual([]);
    expect(events).toEqual(['start', 'timeout']);
    expect(await readdir(stateDir)).not.toContain('unconfirmed.base.xml');
  });

  it('stays when a plain commit follows', async () => {
    await tryOut(MINUTE);
    expect(await agent.config.commit(REQUESTER)).toEqual(OK);
    clock.advance(600_000);
    expect(await text('running')).toContain('192.0.2.1');
    expect(events).toEqual(['start', 'complete']);
  });

  it('is extended by another one, and then goes back to before the first', async () => {
    const before = await text('running');
    await tryOut(MINUTE);
    clock.advance(50_000);
    await tryOut(MINUTE, '192.0.2.2');
    clock.advance(50_000);
    expect(await text('running')).toContain('192.0.2.2');
    clock.advance(10_000);
    expect(await text('running')).toBe(before);
    expect(events).toEqual(['start', 'extend', 'timeout']);
  });

  it('is not confirmed by a commit that is refused', async () => {
    await tryOut(MINUTE);
    const xml = sessionXml({ dest: '224.0.0.9' });
    expect(await agent.config.editConfig('candidate', edit(xml), REQUESTER)).toEqual(OK);
    expect((await agent.config.commit(REQUESTER)).ok).toBe(false);
    clock.advance(60_000);
    expect(await text('running')).not.toContain('192.0.2.1');
    expect(await text('candidate')).toContain('224.0.0.9');
  });

  it('is taken back by cancel-commit, and by the end of its session only', async () => {
    const before = await text('running');
    await tryOut(MINUTE);
    expect(await agent.config.cancelCommit(undefined, OTHER)).toMatchObject({ error: [{ tag: 'in-use' }] });
    expect(await agent.config.cancelCommit(undefined, REQUESTER)).toEqual(OK);
    expect(await text('running')).toBe(before);
    await tryOut(MINUTE);
    await agent.config.releaseSession(OTHER.sessionId);
    expect(await text('running')).not.toBe(before);
    await agent.config.releaseSession(REQUESTER.sessionId);
    expect(await text('running')).toBe(before);
    expect(events).toEqual(['start', 'cancel', 'start', 'cancel']);
  });

  it('keeps other sessions from committing and from locking running', async () => {
    await tryOut(MINUTE);
    expect(await agent.config.commit(OTHER)).toMatchObject({ error: [{ tag: 'in-use' }] });
    expect(await agent.config.commit(OTHER, { persistId: 'x' })).toMatchObject({
      error: [{ tag: 'invalid-value' }],
    });
    expect(await agent.config.lock('running', OTHER)).toMatchObject({ error: [{ tag: 'lock-denied' }] });
    expect(await agent.config.lock('running', REQUESTER)).toEqual(OK);
  });

  it('with persist outlives its session, and is confirmed by token from another', async () => {
    await tryOut(PERSISTENT);
    await agent.config.releaseSession(REQUESTER.sessionId);
    expect(await agent.config.commit(OTHER)).toMatchObject({ error: [{ tag: 'in-use' }] });
    expect(await agent.config.commit(OTHER, { persistId: 'guess' })).toMatchObject({
      error: [{ tag: 'invalid-value' }],
    });
    expect(await agent.config.commit(OTHER, { persistId: 'token' })).toEqual(OK);
    clock.advance(600_000);
    expect(await text('running')).toContain('192.0.2.1');
  });

  it('is gone after a stop and a start, persistent or not', async () => {
    const before = await text('running');
    for (const request of [MINUTE, PERSISTENT]) {
      await tryOut(request);
      await agent.close();
      await open();
      expect(await text('running')).toBe(before);
      expect(agent.config.desired().sessions).toEqual([]);
      expect(events).toEqual(['cancel']);
    }
    await tryOut({});
    await agent.close();
    await open();
    expect(await text('running')).toContain('192.0.2.1');
    expect(events).toEqual([]);
  });

  it('is taken back while the engine is away, which gets to know it later', async () => {
    await tryOut(MINUTE);
    agent.engine.unavailable = 'gone';
    clock.advance(60_000);
    expect(await text('running')).not.toContain('192.0.2.1');
    expect(agent.config.desired().sessions).toEqual([]);
  });

  it('is taken back when the disk cannot store that, and nothing is committed until it can', async () => {
    const before = await text('running');
    await tryOut(MINUTE);
    // The base is the snapshot: to go back, the journal is cut.
    const clear = await obstructJournal(stateDir);
    clock.advance(60_000);
    expect(await text('running')).toBe(before);
    expect(await agent.config.commit(OTHER)).toMatchObject({ error: [{ tag: 'operation-failed' }] });
    await clear();
    await tryOut({}, '192.0.2.3');
    await agent.close();
    await open();
    expect(await text('running')).toContain('192.0.2.3');
    expect(await text('running')).not.toContain('192.0.2.1');
  });

  it('that fails leaves nothing to take back', async () => {
    const xml = interfaceXml('eth0') + sessionXml({ dest: '192.0.2.1' });
    await agent.config.editConfig('candidate', edit(xml), REQUESTER);
    agent.engine.unavailable = 'gone';
    expect((await agent.config.commit(REQUESTER, MINUTE)).ok).toBe(false);
    agent.engine.unavailable = null;
    expect(await readdir(stateDir)).not.toContain('unconfirmed.base.xml');
    expect(await agent.config.commit(OTHER)).toEqual(OK);
    expect(await text('running')).toContain('192.0.2.1');
  });
});
