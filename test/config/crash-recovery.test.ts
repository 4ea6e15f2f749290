import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentConfig } from '../../src/config/agent-config.js';
import { LibyangCrash } from '../../src/config/yang/yang-error.js';
import { interfaceXml, sessionXml } from '../support/agent-xml.js';
import { assembleAgent, type AssembledAgent } from '../support/assembled-agent.js';
import { edit, REQUESTER } from '../support/test-agent.js';

const OK = { ok: true, value: undefined };
const ETH0 = interfaceXml('eth0');
const SESSION = sessionXml({ dest: '192.0.2.1' });

let agent: AssembledAgent;
let config: AgentConfig;

/** Makes libyang run into a trap: it follows a pointer that leads out of its memory. */
function crashLibyang(): void {
  const { native } = agent.workspace().context;
  expect(() => native.call('lyd_free_siblings', 0xffff_fff0)).toThrow(LibyangCrash);
}

beforeEach(async () => {
  agent = await assembleAgent();
  config = agent.config;
  await config.editConfig('candidate', edit(ETH0), REQUESTER);
  await config.commit(REQUESTER);
});
afterEach(() => agent.dispose());

async function text(datastore: 'running' | 'candidate'): Promise<string> {
  const got = await config.getConfig({ datastore }, REQUESTER);
  return got.ok ? got.value : JSON.stringify(got.error);
}

describe('a crash of libyang', () => {
  it('costs the request that meets it, and the next one is served', async () => {
    const running = await text('running');
    crashLibyang();
    expect(await config.get(undefined, REQUESTER)).toMatchObject({
      ok: false,
      error: [{ tag: 'operation-failed' }],
    });
    expect(await text('running')).toBe(running);
    expect(await text('candidate')).toBe(running);
    expect(agent.crashes).toHaveLength(1);
  });

  it('leaves locks, users and commits in order', async () => {
    await config.lock('running', REQUESTER);
    crashLibyang();
    await config.validate({ type: 'datastore', name: 'running' }, REQUESTER);
    expect(config.locks()).toMatchObject([{ datastore: 'running', sessionId: 1 }]);
    expect(await config.editConfig('candidate', edit(SESSION), REQUESTER)).toEqual(OK);
    expect(await config.commit(REQUESTER)).toEqual(OK);
    expect(config.desired().sessions).toHaveLength(1);
    expect(agent.engine.sessions.size).toBe(1);
  });

  it('that takes changes of the candidate with it makes the next commit say so, once', async () => {
    const running = await text('running');
    await config.editConfig('candidate', edit(SESSION), REQUESTER);
    crashLibyang();
    await text('running');
    expect(await text('candidate')).toBe(running);
    expect(await config.commit(REQUESTER)).toMatchObject({
      ok: false,
      error: [{ tag: 'operation-failed', message: expect.stringMatching(/make the changes again/u) }],
    });
    expect(await config.editConfig('candidate', edit(SESSION), REQUESTER)).toEqual(OK);
    expect(await config.commit(REQUESTER)).toEqual(OK);
    expect(agent.engine.sessions.size).toBe(1);
  });

  it('in the middle of a commit does not take back what disk and engine have', async () => {
    await config.editConfig('candidate', edit(SESSION), REQUESTER);
    agent.engine.beforeAnswer = () => crashLibyang();
    expect(await config.commit(REQUESTER)).toEqual(OK);
    expect(agent.crashes).toHaveLength(1);
    expect(await text('running')).toContain('192.0.2.1');
    expect(config.desired().sessions).toHaveLength(1);
  });

  it('in the middle of a commit that the engine refuses leaves the configuration before', async () => {
    const running = await text('running');
    await config.editConfig('candidate', edit(SESSION), REQUESTER);
    agent.engine.unavailable = 'stopped';
    agent.engine.beforeAnswer = () => crashLibyang();
    expect(await config.commit(REQUESTER)).toMatchObject({ ok: false });
    agent.engine.unavailable = null;
    agent.engine.beforeAnswer = () => undefined;
    await config.getConfig({ datastore: 'running' }, REQUESTER);
    expect(await text('running')).toBe(running);
    expect(config.desired().sessions).toEqual([]);
  });

  it('again and again is survived', async () => {
    for (let round = 1; round <= 3; round += 1) {
      crashLibyang();
      expect((await config.getConfig({ datastore: 'running' }, REQUESTER)).ok).toBe(false);
      expect(await text('running')).toContain('eth0');
    }
    expect(agent.crashes).toHaveLength(3);
  });
});
