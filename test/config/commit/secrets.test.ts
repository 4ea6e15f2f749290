import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Requester } from '../../../src/config/config-service.js';
import { authenticationXml, interfaceXml, keyChainXml, keyXml, sessionXml } from '../../support/agent-xml.js';
import { edit, openTestAgent, REQUESTER, type TestAgent } from '../../support/test-agent.js';

const SECRET = 'hush-hush';
const RULES = `<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm">
  <groups><group><name>readers</name><user-name>ada</user-name></group></groups>
  <rule-list><name>readers</name><group>readers</group>
    <rule><name>commits</name><module-name>bfd-agent-commit</module-name><action>permit</action></rule>
  </rule-list></nacm>`;
/** Reads what is not marked, and all of bfd-agent-commit. */
const READER: Requester = { sessionId: 2, user: 'ada' };

let agent: TestAgent;
const told: string[] = [];
beforeEach(async () => {
  agent = await openTestAgent();
  told.length = 0;
  agent.config.notifications.onNotification(({ xml }) => told.push(xml));
  const chain = keyChainXml('ring', keyXml({ secret: `<keystring>${SECRET}</keystring>` }));
  await commit(RULES, interfaceXml('eth0'), chain);
  await commit(sessionXml({ dest: '192.0.2.1', content: authenticationXml('ring') }));
});
afterEach(() => agent.close());

async function commit(...parts: readonly string[]): Promise<void> {
  for (const xml of parts) {
    expect(await agent.config.editConfig('candidate', edit(xml), REQUESTER)).toEqual({
      ok: true,
      value: undefined,
    });
  }
  expect(await agent.config.commit(REQUESTER)).toEqual({ ok: true, value: undefined });
}

/** What a request answers, whatever it is. */
async function answer(request: Promise<unknown>): Promise<string> {
  return JSON.stringify(await request);
}

const between = (by: Requester): Promise<string> =>
  answer(agent.config.compare({ type: 'commit', number: 1 }, { type: 'datastore', name: 'running' }, by));

describe('the secret of a key', () => {
  it('is used, and read by whoever may read everything', async () => {
    expect(JSON.stringify([...agent.engine.sessions.values()])).toContain(
      Buffer.from(SECRET).toString('hex'),
    );
    expect(await answer(agent.config.getConfig({ datastore: 'running' }, REQUESTER))).toContain(SECRET);
  });

  it('is not told to others by reading, and the key is', async () => {
    for (const request of [
      agent.config.getConfig({ datastore: 'running' }, READER),
      agent.config.get(undefined, READER),
      agent.config.getConfig({ datastore: 'candidate' }, READER),
    ]) {
      const data = await answer(request);
      expect(data).toContain('<key-id>1</key-id>');
      expect(data).not.toContain(SECRET);
      expect(data).not.toContain('<key-string>');
    }
  });

  it('is not told by the history of commits, which tells the key', async () => {
    const commits = await answer(agent.config.get(undefined, READER));
    expect(commits).toContain('&lt;key-id&gt;1&lt;/key-id&gt;');
    expect(commits).not.toContain(SECRET);
    expect(await answer(agent.config.get(undefined, REQUESTER))).toContain('&lt;key-id&gt;1');
  });

  it('is not told by comparing', async () => {
    expect(await between(READER)).toContain('key-chain');
    expect(await between(READER)).not.toContain(SECRET);
  });

  it('is not told by a plan, which names the key and the sessions', async () => {
    const other = keyChainXml('ring', keyXml({ id: 2, secret: `<keystring>${SECRET}-2</keystring>` }));
    await agent.config.editConfig('candidate', edit(other), REQUESTER);
    const plan = await answer(agent.config.planCommit(REQUESTER));
    expect(plan).toContain('The keys of its key chain change (ids before: 1; after: 1, 2).');
    expect(plan).toContain('ip-sh/eth0/192.0.2.1');
    expect(plan).not.toContain(SECRET);
    expect(plan).not.toContain(Buffer.from(SECRET).toString('hex'));
  });

  it('is not told by notifications', async () => {
    await commit(keyChainXml('ring', keyXml({ secret: `<keystring>${SECRET}-3</keystring>` })));
    expect(told.at(-1)).toContain('key-chain:keystring');
    expect(told.join('')).not.toContain(SECRET);
  });
});

describe('the key chain of a session', () => {
  it('cannot be removed while a session refers to it', async () => {
    await agent.config.editConfig('candidate', edit(keyChainXml('ring', '', 'delete')), REQUESTER);
    expect(await agent.config.commit(REQUESTER)).toMatchObject({
      ok: false,
      error: [{ tag: 'data-missing', appTag: 'instance-required' }],
    });
  });

  it('changes the session alone that refers to it', async () => {
    await commit(sessionXml({ dest: '192.0.2.2' }));
    await commit(keyChainXml('ring', keyXml({ id: 9 })));
    expect(agent.engine.changes.at(-1)).toMatchObject({
      set: [{ key: 'ip-sh/eth0/192.0.2.1', authentication: { keys: [{ keyId: 1 }, { keyId: 9 }] } }],
      remove: [],
    });
  });

  it('tells which of its keys are valid now', async () => {
    const past = '<send-lifetime><end-date-time>2001-01-01T00:00:00Z</end-date-time></send-lifetime>';
    await commit(keyChainXml('ring', keyXml({ id: 9, lifetime: past })));
    const got = await agent.config.get(
      {
        type: 'xpath',
        select: '//k:key/k:*[contains(name(), "active")]',
        namespaces: new Map([['k', 'urn:ietf:params:xml:ns:yang:ietf-key-chain']]),
      },
      READER,
    );
    const keys = [...(got.ok ? got.value : '').matchAll(/<key>.*?<\/key>/gu)].map(([key]) => key);
    expect(keys).toEqual([
      '<key><key-id>1</key-id><send-lifetime-active>true</send-lifetime-active><accept-lifetime-active>true</accept-lifetime-active></key>',
      '<key><key-id>9</key-id><send-lifetime-active>false</send-lifetime-active><accept-lifetime-active>true</accept-lifetime-active></key>',
    ]);
  });
});
