import { cp, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome, Requester } from '../../../src/config/config-service.js';
import { interfaceXml, sessionXml } from '../../support/agent-xml.js';
import { edit, openTestAgent, REQUESTER, temporaryFolder, type TestAgent } from '../../support/test-agent.js';

const OK = { ok: true, value: undefined };
const FIRST: Requester = { sessionId: 2, user: 'admin', sourceHost: '192.0.2.77' };
/** In every configuration. */
const KEPT = '192.0.2.9';
const SECOND: Requester = { sessionId: 3, user: 'admin', sourceHost: '192.0.2.78' };

let agent: TestAgent;
let stateDir: string;
let told: string[];
let before: number;

beforeEach(async () => {
  stateDir = await temporaryFolder();
  agent = await openTestAgent({ stateDir });
  await change(interfaceXml('eth0') + sessionXml({ dest: KEPT }), REQUESTER);
  await agent.config.commit(REQUESTER);
  told = [];
  agent.config.notifications.onNotification(({ xml }) => told.push(xml));
  before = (await commits()).length;
});
afterEach(async () => {
  await agent.close();
  await rm(stateDir, { recursive: true });
});

async function change(xml: string, requester: Requester): Promise<void> {
  expect(await agent.config.editConfig('candidate', edit(xml), requester)).toEqual(OK);
}

/** The remembered commits, each as the text of its element. */
async function commits(of: TestAgent = agent): Promise<readonly string[]> {
  const got = await of.config.get(undefined, REQUESTER);
  const text = got.ok ? got.value : JSON.stringify(got.error);
  return [...text.matchAll(/<commit>.*?<\/commit>/gu)].map(([found]) => found);
}

/** The addresses of the sessions in running besides the one that is always there. */
async function running(of: TestAgent = agent): Promise<readonly (string | undefined)[]> {
  const got = await of.config.getConfig({ datastore: 'running' }, REQUESTER);
  const addresses = [...(got.ok ? got.value : '').matchAll(/<dest-addr>([^<]*)</gu)].map(
    ([, found]) => found,
  );
  return addresses.filter((address) => address !== KEPT);
}

/** Both sessions change an entry of their own and commit, neither waiting for the other. */
function bothCommit(first = sessionXml({ dest: '192.0.2.1' }), second = sessionXml({ dest: '192.0.2.2' })) {
  const { config } = agent;
  void config.editConfig('candidate', edit(first), FIRST);
  void config.editConfig('candidate', edit(second), SECOND);
  return Promise.all([config.commit(FIRST, { comment: 'both' }), config.commit(SECOND)]);
}

/** What an agent finds that starts on the state folder as it is now. */
async function afterKill<T>(look: (of: TestAgent) => Promise<T>): Promise<T> {
  const copy = await temporaryFolder();
  await cp(stateDir, copy, { recursive: true });
  const started = await openTestAgent({ stateDir: copy });
  try {
    return await look(started);
  } finally {
    await started.close();
    await rm(copy, { recursive: true });
  }
}

/** Where something waits until the test lets it go on. */
class Gate {
  readonly reached: Promise<void>;
  readonly #opened: Promise<void>;
  #reach: () => void = () => undefined;
  open: () => void = () => undefined;

  constructor() {
    this.reached = new Promise((resolve) => (this.#reach = resolve));
    this.#opened = new Promise((resolve) => (this.open = resolve));
  }

  pass(): Promise<void> {
    this.#reach();
    return this.#opened;
  }
}

/** Whether what is wrong with the entry on eth9 is all that an outcome tells. */
function isRefusal(outcome: Outcome): boolean {
  return (
    !outcome.ok &&
    outcome.error.every(({ tag, path }) => tag === 'data-missing' && path?.text.includes('eth9'))
  );
}

describe('commits of several sessions at a time', () => {
  it('are one change of running, which the first carries out', async () => {
    const changesBefore = agent.engine.changes.length;
    expect(await bothCommit()).toEqual([OK, OK]);
    expect(await running()).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(agent.engine.changes.slice(changesBefore).map(({ set }) => set.length)).toEqual([2]);
  });

  it('are remembered as one, of the session that carried it out, with the others that had a part in it', async () => {
    await bothCommit();
    const made = (await commits()).slice(before);
    expect(made).toHaveLength(1);
    expect(made[0]).toMatch(
      /<address>192\.0\.2\.77<.*<session-id>2<.*<comment>both<.*<editor><session-id>3<\/session-id><user>admin<\/user><address>192\.0\.2\.78<\/address><\/editor>/u,
    );
    expect(made[0]).toMatch(/192\.0\.2\.1&lt;.*192\.0\.2\.2&lt;/u);
    expect(await afterKill((started) => commits(started))).toEqual(await commits());
  });

  it('are told of once', async () => {
    await bothCommit();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/<changed-by>.*<session-id>2<.*<\/changed-by>/u);
    expect([...told[0]!.matchAll(/<edit>/gu)]).toHaveLength(2);
  });

  it('are all answered only once the change is in force, and lost by no kill from then on', async () => {
    let answered = 0;
    const engine = new Gate();
    agent.engine.beforeAnswer = () => engine.pass();
    const done = bothCommit();
    const counted = done.then(() => (answered += 2));
    await engine.reached;
    // Stored, and not yet acknowledged: found whole.
    expect(await afterKill(running)).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(answered).toBe(0);
    engine.open();
    await counted;
    expect(await afterKill(running)).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('are each refused as long as one has left the candidate invalid, and told by what', async () => {
    const wrong = sessionXml({ dest: '192.0.2.2', interface: 'eth9' });
    const refused = await bothCommit(undefined, wrong);
    expect(refused.map((outcome) => isRefusal(outcome))).toEqual([true, true]);
    expect(await running()).toEqual([]);
    await change(interfaceXml('eth9'), SECOND);
    expect(await agent.config.commit(FIRST)).toEqual(OK);
    expect(await running()).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('are each refused where the engine cannot be asked, and none is half done', async () => {
    agent.engine.unavailable = 'The engine has stopped.';
    const refused = await bothCommit();
    expect(refused.map(({ ok }) => ok)).toEqual([false, false]);
    expect(await running()).toEqual([]);
    agent.engine.unavailable = null;
    expect(await agent.config.commit(SECOND)).toEqual(OK);
    expect((await commits()).at(-1)).toMatch(/<session-id>3<.*<editor><session-id>2</u);
  });

  it('leave nobody named who changed nothing that stayed', async () => {
    const wrong = edit(sessionXml({ dest: 'nowhere' }));
    expect((await agent.config.editConfig('candidate', wrong, SECOND)).ok).toBe(false);
    const test = edit(sessionXml({ dest: '192.0.2.2' }), { testOption: 'test-only' });
    expect(await agent.config.editConfig('candidate', test, SECOND)).toEqual(OK);
    await change(sessionXml({ dest: '192.0.2.1' }), FIRST);
    expect(await agent.config.commit(FIRST)).toEqual(OK);
    expect((await commits()).at(-1)).not.toContain('<editor>');
  });

  it('name nobody whose change was discarded', async () => {
    await change(sessionXml({ dest: '192.0.2.2' }), SECOND);
    expect(await agent.config.discardChanges(SECOND)).toEqual(OK);
    await change(sessionXml({ dest: '192.0.2.1' }), FIRST);
    expect(await agent.config.commit(FIRST)).toEqual(OK);
    expect((await commits()).at(-1)).not.toContain('<editor>');
  });

  it('name whoever made the candidate what an earlier commit resulted in', async () => {
    await change(sessionXml({ dest: '192.0.2.1' }), FIRST);
    expect(await agent.config.commit(FIRST)).toEqual(OK);
    expect(await agent.config.rollback(before, SECOND)).toEqual(OK);
    expect(await agent.config.commit(FIRST)).toEqual(OK);
    expect((await commits()).at(-1)).toContain('<editor><session-id>3<');
  });
});
