import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Filter, SessionMonitor } from '../../src/config/config-service.js';
import { instanceXml, interfaceXml, sessionXml, userXml } from '../support/agent-xml.js';
import { emptyWorkspace, told } from '../support/agent-workspace.js';
import { ADMIN_PASSWORD, edit, openTestAgent, REQUESTER, type TestAgent } from '../support/test-agent.js';

const OK = { ok: true, value: undefined };
const OTHER = { sessionId: 2, user: 'admin' };
const SESSION = interfaceXml('eth0') + sessionXml({ dest: '192.0.2.1' });

let agent: TestAgent;
beforeEach(async () => {
  agent = await openTestAgent();
});
afterEach(() => agent.close());

async function text(datastore: 'running' | 'candidate', filter?: Filter): Promise<string> {
  const got = await agent.config.getConfig({ datastore, ...(filter ? { filter } : {}) }, REQUESTER);
  if (!got.ok) throw new Error(told(got.error).join());
  return got.value;
}

async function state(filter?: Filter): Promise<string> {
  const got = await agent.config.get(filter, REQUESTER);
  if (!got.ok) throw new Error(told(got.error).join());
  return got.value;
}

function xpath(select: string): Filter {
  const namespaces = new Map([
    ['if', 'urn:ietf:params:xml:ns:yang:ietf-interfaces'],
    ['rt', 'urn:ietf:params:xml:ns:yang:ietf-routing'],
    ['ncm', 'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring'],
    ['sys', 'urn:ietf:params:xml:ns:yang:ietf-system'],
  ]);
  return { type: 'xpath', select, namespaces };
}

async function commit(xml: string): Promise<void> {
  expect(await agent.config.editConfig('candidate', edit(xml), REQUESTER)).toEqual(OK);
  expect(await agent.config.commit(REQUESTER)).toEqual(OK);
}

describe('a commit', () => {
  it('brings a session into the engine and into running', async () => {
    await commit(SESSION);
    expect([...agent.engine.sessions.keys()]).toEqual(['ip-sh/eth0/192.0.2.1']);
    expect(await text('running')).toContain('<dest-addr>192.0.2.1</dest-addr>');
    expect(await text('candidate')).toBe(await text('running'));
    expect(agent.config.desired().sessions).toEqual([...agent.engine.sessions.values()]);
  });

  it('takes a session away again', async () => {
    await commit(SESSION);
    await commit(sessionXml({ dest: '192.0.2.1', op: 'delete' }));
    expect(agent.engine.sessions.size).toBe(0);
    expect(agent.config.desired().sessions).toEqual([]);
  });

  it('without changes asks nothing of the engine', async () => {
    await commit(SESSION);
    expect(await agent.config.commit(REQUESTER)).toEqual(OK);
    expect(agent.engine.changes).toHaveLength(1);
  });

  it('that does not concern sessions goes on without the engine', async () => {
    agent.engine.unavailable = 'not running';
    await commit(interfaceXml('eth0'));
    expect(await text('running')).toContain('<name>eth0</name>');
  });

  it('is in-use while another session holds a lock', async () => {
    await agent.config.editConfig('candidate', edit(SESSION), REQUESTER);
    await agent.config.lock('running', OTHER);
    expect(await agent.config.commit(REQUESTER)).toMatchObject({ ok: false, error: [{ tag: 'in-use' }] });
    await agent.config.unlock('running', OTHER);
    expect(await agent.config.commit(REQUESTER)).toEqual(OK);
    await agent.config.lock('candidate', OTHER);
    expect(await agent.config.commit(REQUESTER)).toMatchObject({ ok: false, error: [{ tag: 'in-use' }] });
  });
});

describe('the candidate', () => {
  it('of another lock holder cannot be changed', async () => {
    await agent.config.lock('candidate', OTHER);
    for (const refused of [
      await agent.config.editConfig('candidate', edit(SESSION), REQUESTER),
      await agent.config.copyConfig({ type: 'inline', xml: SESSION }, 'candidate', REQUESTER),
      await agent.config.discardChanges(REQUESTER),
    ]) {
      expect(refused).toMatchObject({ ok: false, error: [{ tag: 'in-use' }] });
    }
    expect(await agent.config.editConfig('candidate', edit(SESSION), OTHER)).toEqual(OK);
  });

  it('is running again after discard-changes, unlock, and the end of the session with the lock', async () => {
    const { config } = agent;
    const running = await text('running');
    for (const end of [
      () => config.discardChanges(OTHER),
      () => config.unlock('candidate', OTHER),
      () => config.releaseSession(OTHER.sessionId),
    ]) {
      await config.lock('candidate', OTHER);
      await config.editConfig('candidate', edit(SESSION), OTHER);
      expect(await text('candidate')).not.toBe(running);
      await end();
      expect(await text('candidate')).toBe(running);
      await config.releaseSession(OTHER.sessionId);
    }
  });

  it('with changes cannot be locked, and can when they are taken back', async () => {
    await agent.config.editConfig('candidate', edit(interfaceXml('eth0')), REQUESTER);
    expect(await agent.config.lock('candidate', OTHER)).toMatchObject({
      ok: false,
      error: [{ tag: 'lock-denied' }],
    });
    await agent.config.editConfig('candidate', edit(interfaceXml('eth0', '', 'delete')), REQUESTER);
    expect(await agent.config.lock('candidate', OTHER)).toEqual(OK);
  });

  it('stays without changes when a session without locks ends', async () => {
    await agent.config.editConfig('candidate', edit(interfaceXml('eth0')), REQUESTER);
    await agent.config.releaseSession(OTHER.sessionId);
    expect(await text('candidate')).toContain('eth0');
  });

  it('can be replaced by copy-config', async () => {
    await commit(SESSION);
    const inline = interfaceXml('eth7') + userXml('ada', '<password>$0$pw</password>');
    expect(await agent.config.copyConfig({ type: 'inline', xml: inline }, 'candidate', REQUESTER)).toEqual(
      OK,
    );
    expect(await text('candidate')).not.toContain('eth0');
    expect(await text('candidate')).toMatch(/<password>\$6\$/u);
    expect(
      await agent.config.copyConfig({ type: 'datastore', name: 'running' }, 'candidate', REQUESTER),
    ).toEqual(OK);
    expect(await text('candidate')).toBe(await text('running'));
  });

  it('is the only datastore that is written', async () => {
    const running = await text('running');
    for (const refused of [
      await agent.config.editConfig('running', edit(SESSION), REQUESTER),
      await agent.config.copyConfig({ type: 'datastore', name: 'candidate' }, 'running', REQUESTER),
    ]) {
      expect(refused).toMatchObject({ ok: false, error: [{ tag: 'operation-not-supported' }] });
    }
    expect(
      await agent.config.copyConfig({ type: 'datastore', name: 'candidate' }, 'candidate', REQUESTER),
    ).toMatchObject({
      ok: false,
      error: [{ tag: 'invalid-value' }],
    });
    expect(await text('running')).toBe(running);
  });
});

describe('validate', () => {
  it('finds what libyang and what handlers refuse, in every source', async () => {
    const dangling = sessionXml({ dest: '192.0.2.1' });
    const multicast = interfaceXml('eth0') + sessionXml({ dest: '224.0.0.1' });
    for (const xml of [dangling, multicast]) {
      expect((await agent.config.validate({ type: 'inline', xml }, REQUESTER)).ok).toBe(false);
      await agent.config.editConfig('candidate', edit(xml), REQUESTER);
      expect((await agent.config.validate({ type: 'datastore', name: 'candidate' }, REQUESTER)).ok).toBe(
        false,
      );
      await agent.config.discardChanges(REQUESTER);
    }
    expect(await agent.config.validate({ type: 'inline', xml: SESSION }, REQUESTER)).toEqual(OK);
    expect(await agent.config.validate({ type: 'datastore', name: 'running' }, REQUESTER)).toEqual(OK);
    expect(agent.engine.changes).toEqual([]);
  });

  it('does not take for configuration what libyang has besides', async () => {
    const xml =
      '<rpc-error xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><error-type>rpc</error-type></rpc-error>';
    expect(await agent.config.validate({ type: 'inline', xml }, REQUESTER)).toMatchObject({
      ok: false,
      error: [{ tag: 'unknown-element' }],
    });
  });
});

describe('passwords', () => {
  it('arrive in cleartext and are kept as hashes only', async () => {
    await agent.config.editConfig(
      'candidate',
      edit(userXml('ada', '<password>$0$s3cret &amp; more</password>')),
      REQUESTER,
    );
    const candidate = await text('candidate');
    expect(candidate).not.toContain('s3cret');
    expect(await agent.config.users.checkPassword('ada', 's3cret & more')).toBe(false);
    expect(await agent.config.commit(REQUESTER)).toEqual(OK);
    expect(await agent.config.users.checkPassword('ada', 's3cret & more')).toBe(true);
    expect(await text('running')).toBe(candidate);
  });

  it('of the first start log admin in', async () => {
    expect(await agent.config.users.checkPassword('admin', ADMIN_PASSWORD)).toBe(true);
    expect(await agent.config.users.checkPassword('admin', 'wrong')).toBe(false);
  });

  it('that are too long are refused and change nothing', async () => {
    const before = await text('candidate');
    const xml = userXml('ada', `<password>$0$${'x'.repeat(512)}</password>`);
    const refused = await agent.config.editConfig('candidate', edit(xml), REQUESTER);
    expect(refused).toMatchObject({ ok: false, error: [{ tag: 'invalid-value' }] });
    expect(await text('candidate')).toBe(before);
  });
});

describe('get', () => {
  it('gives running and state that follow their schema', async () => {
    const monitor: SessionMonitor = {
      capabilities: () => ['urn:ietf:params:netconf:base:1.1', 'urn:x?module=a&revision=b'],
      sessions: () => [
        {
          sessionId: 7,
          user: 'a<b&c\u0000',
          sourceHost: '2001:db8::1',
          loginTime: new Date(0),
          inRpcs: 1,
          inBadRpcs: 2,
          outRpcErrors: 3,
          outNotifications: 4,
        },
      ],
      statistics: () => ({
        startTime: new Date(0),
        inBadHellos: 1,
        inSessions: 2,
        droppedSessions: 3,
        inRpcs: 4,
        inBadRpcs: 5,
        outRpcErrors: 6,
        outNotifications: 7,
      }),
    };
    agent.config.attachMonitor(monitor);
    agent.config.attachStreams(() => [
      { name: 'NETCONF', description: 'all', replayLogCreationMs: 0, replayLogAgedMs: null },
    ]);
    await commit(SESSION);
    await commit(instanceXml('empty'));
    await agent.config.lock('running', OTHER);
    const everything = await state();
    const parsed = emptyWorkspace().context.parse(everything, { format: 'xml', validate: true });
    expect(parsed.ok ? [] : parsed.error.map(({ message, dataPath }) => `${dataPath}: ${message}`)).toEqual(
      [],
    );
    for (const part of [
      '<local-state>down</local-state>',
      '<os-name>Linux</os-name>',
      '<locked-by-session>2</locked-by-session>',
      '<username>a&lt;b&amp;c\ufffd</username>',
      '<capability>urn:x?module=a&amp;revision=b</capability>',
      '<identifier>ietf-bfd-ip-sh</identifier>',
      '<dropped-sessions>3</dropped-sessions>',
      '<name>lo</name>',
      '<content-id>',
    ]) {
      expect(everything).toContain(part);
    }
  });

  it('asks only those for state that the filter concerns', async () => {
    await commit(SESSION);
    agent.engine.unavailable = 'asked all the same';
    let asked = 0;
    const read = agent.engine.read.bind(agent.engine);
    agent.engine.read = (keys) => {
      asked += 1;
      return read(keys);
    };
    const interfaces = await state(xpath('/if:interfaces'));
    expect(interfaces).toMatch(/^<interfaces .*<\/interfaces>$/su);
    expect(asked).toBe(0);
    expect(await state(xpath('/rt:routing'))).toContain('<dest-addr>192.0.2.1</dest-addr>');
    expect(asked).toBe(1);
  });

  it('selects single leaves of state', async () => {
    await commit(SESSION);
    agent.engine.reports.set('ip-sh/eth0/192.0.2.1', { localState: 'up' });
    const selected = await state(xpath("//*[local-name()='local-state']"));
    expect(selected).toContain('<local-state>up</local-state>');
    expect(selected).not.toContain('remote-state');
  });

  it('shows what is in running, not what is in the candidate', async () => {
    await agent.config.editConfig('candidate', edit(interfaceXml('eth9')), REQUESTER);
    expect(await state(xpath('/if:interfaces'))).not.toContain('eth9');
  });
});

describe('schemas', () => {
  it('are told with revision, features and deviations, and their text can be had', async () => {
    const routing = agent.config.schemas().find(({ name }) => name === 'ietf-routing');
    expect(routing).toMatchObject({
      revision: '2018-03-13',
      deviations: ['bfd-agent-deviations'],
      implemented: true,
    });
    for (const { name, revision } of agent.config.schemas()) {
      const found = await agent.config.schemaText(name, revision);
      expect(found.ok ? found.value : '', `${name}@${revision}`).toContain(`module ${name} {`);
    }
  });

  it('that do not exist are invalid, and of several revisions one has to be named', async () => {
    expect(await agent.config.schemaText('nothing', undefined)).toMatchObject({
      ok: false,
      error: [{ tag: 'invalid-value' }],
    });
    expect(await agent.config.schemaText('ietf-bfd', '1999-01-01')).toMatchObject({
      ok: false,
      error: [{ tag: 'invalid-value' }],
    });
    expect((await agent.config.schemaText('ietf-bfd', undefined)).ok).toBe(true);
    expect(await agent.config.schemaText('ietf-yang-types', undefined)).toMatchObject({
      ok: false,
      error: [{ tag: 'operation-failed', appTag: 'data-not-unique' }],
    });
  });
});
