import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { interfaceXml, sessionXml } from '../support/agent-xml.js';
import { edit, openTestAgent, REQUESTER, temporaryFolder, type TestAgent } from '../support/test-agent.js';

const OK = { ok: true, value: undefined };

let stateDir: string;
let agent: TestAgent;
/** Resolves when a change has reached the engine, which answers once `answer` is called. */
let reached: Promise<void>;
let answer: () => void;

beforeEach(async () => {
  stateDir = await temporaryFolder();
  agent = await openTestAgent({ stateDir });
  await change(interfaceXml('eth0') + sessionXml({ dest: '192.0.2.1' }));
  await agent.config.commit(REQUESTER);
  const answered = new Promise<void>((resolve) => (answer = resolve));
  reached = new Promise((resolve) => {
    agent.engine.beforeAnswer = () => {
      resolve();
      return answered;
    };
  });
});

afterEach(async () => {
  await agent.close();
  await rm(stateDir, { recursive: true });
});

async function change(xml: string): Promise<void> {
  expect(await agent.config.editConfig('candidate', edit(xml), REQUESTER)).toEqual(OK);
}

/** The addresses of the sessions in a datastore. */
async function sessionsOf(datastore: 'running' | 'candidate'): Promise<readonly (string | undefined)[]> {
  const got = await agent.config.getConfig({ datastore }, REQUESTER);
  return [...(got.ok ? got.value : '').matchAll(/<dest-addr>([^<]*)</gu)].map(([, found]) => found);
}

describe('a read of running while a commit waits for the engine', () => {
  it('is answered, with what is in force; and with the change once the commit is answered', async () => {
    await change(sessionXml({ dest: '192.0.2.2' }));
    const committed = agent.config.commit(REQUESTER);
    await reached;
    expect(await sessionsOf('running')).toEqual(['192.0.2.1']);
    answer();
    expect(await committed).toEqual(OK);
    expect(await sessionsOf('running')).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('sees nothing of a change that the engine refuses in the end', async () => {
    await change(sessionXml({ dest: '192.0.2.2' }));
    const committed = agent.config.commit(REQUESTER);
    await reached;
    agent.engine.unavailable = 'it is gone';
    expect(await sessionsOf('running')).toEqual(['192.0.2.1']);
    answer();
    expect((await committed).ok).toBe(false);
    expect(await sessionsOf('running')).toEqual(['192.0.2.1']);
  });

  it('is unlike one of the candidate, which waits for its turn', async () => {
    await change(sessionXml({ dest: '192.0.2.2' }));
    const order: string[] = [];
    const committed = agent.config.commit(REQUESTER).then(() => order.push('commit'));
    await reached;
    const candidate = sessionsOf('candidate').then(() => order.push('candidate'));
    const running = sessionsOf('running').then(() => order.push('running'));
    await running;
    answer();
    await Promise.all([committed, candidate]);
    expect(order).toEqual(['running', 'commit', 'candidate']);
  });
});
