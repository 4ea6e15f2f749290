import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Agent, startProgram } from '../support/agent.js';
import { config, ethernet, ipShSessions, namespaces } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';

let pair: NamespacePair;
let agent: Agent;
let client: Ncclient;

beforeAll(async () => {
  pair = await NamespacePair.create();
});

afterAll(() => pair.dispose());

beforeEach(async () => {
  agent = await Agent.start({ namespace: pair.left.name });
  client = new Ncclient(pair.left.name);
  await client.call('connect', agent.login);
});

afterEach(async () => {
  await client.close();
  await agent.dispose();
});

const read = (source: string) => client.text('get-config', { source });
const copy = (source: string, target: string) => client.call('copy-config', { source, target });

/** Copies configuration that is in the request. */
const inline = (...content: readonly string[]) => ({
  rpc: `<copy-config xmlns="${namespaces.nc}"><target><startup/></target>
    <source><config>${content.join('')}</config></source></copy-config>`,
});

async function commit(...content: readonly string[]): Promise<void> {
  await client.call('edit-config', { config: config(...content) });
  await client.call('commit');
}

/** The program again on the same state folder, started by other arguments. */
async function restart(...args: readonly string[]): Promise<void> {
  await agent.child.stop();
  await agent.resume(args);
  await client.call('connect', { ...agent.login, session: 'default' });
}

/** What the program says that does not start. */
async function failedStart(...args: readonly string[]): Promise<string> {
  await agent.child.stop();
  const child = startProgram(
    ['run', '--state-dir', agent.stateDir, '--netconf', '127.0.0.1:0', ...args],
    pair.left.name,
  );
  await child.exited;
  return child.stderr.join('\n');
}

describe('the startup datastore', () => {
  it('is announced, and listed where datastores are listed', async () => {
    const hello = await client.call('connect', { ...agent.login, session: 'second' });
    expect(hello).toMatchObject({
      capabilities: expect.arrayContaining(['urn:ietf:params:netconf:capability:startup:1.0']),
    });
    const state = await client.text('get', {
      subtree:
        '<netconf-state xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"><datastores/></netconf-state>',
    });
    const names = [...state.matchAll(/<name>(\w+)<\/name>/gu)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(['candidate', 'running', 'startup']));
  });

  it('is empty at first, and does not follow running', async () => {
    await commit(ethernet('eth0'));
    expect(await read('startup')).toMatch(/<data[^>]*\/>$/u);
  });

  it('takes a copy of running, on disk for the owner alone', async () => {
    await commit(ethernet('eth0'));
    await copy('running', 'startup');
    expect(await read('startup')).toBe(await read('running'));
    const file = join(agent.stateDir, 'startup.xml');
    expect(await readFile(file, 'utf8')).toContain('<name>eth0</name>');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await commit(ethernet('eth1'));
    expect(await read('startup')).not.toContain('eth1');
  });

  it('takes a copy of the candidate and of configuration in the request', async () => {
    await client.call('edit-config', { config: config(ethernet('eth5')) });
    await copy('candidate', 'startup');
    expect(await read('startup')).toContain('eth5');
    await client.call('dispatch', inline(ethernet('eth6')));
    expect(await read('startup')).toContain('eth6');
    expect(await read('startup')).not.toContain('eth5');
  });

  it('hashes passwords that are copied to it', async () => {
    const user = `<system xmlns="${namespaces.sys}"><authentication><user><name>ops</name>
      <password>$0$open sesame</password></user></authentication></system>`;
    await client.call('dispatch', inline(user));
    expect(await read('startup')).toMatch(/<password>\$6\$/u);
    expect(await readFile(join(agent.stateDir, 'startup.xml'), 'utf8')).not.toContain('open sesame');
  });

  it('can be loaded into the candidate, looked at and committed', async () => {
    await commit(ethernet('eth0'));
    await copy('running', 'startup');
    await commit(ethernet('eth1'));
    await copy('startup', 'candidate');
    await client.call('commit');
    expect(await read('running')).not.toContain('eth1');
    expect(await read('running')).toContain('eth0');
  });

  it('is read through filters and with defaults', async () => {
    await commit(ethernet('eth0'), ipShSessions({ interface: 'eth0', destination: '192.0.2.1' }));
    await copy('running', 'startup');
    const filter = { subtree: `<interfaces xmlns="${namespaces.if}"/>` };
    const filtered = await client.text('get-config', { source: 'startup', ...filter });
    expect(filtered).toContain('eth0');
    expect(filtered).not.toContain('192.0.2.1');
    const all = await client.text('get-config', { source: 'startup', with_defaults: 'report-all' });
    expect(all).toContain('<local-multiplier>3</local-multiplier>');
  });

  it('is validated like the others', async () => {
    await copy('running', 'startup');
    expect(await client.call('validate', { source: 'startup' })).toBeNull();
  });

  it('is empty when it is deleted, also for the second time', async () => {
    await copy('running', 'startup');
    await client.call('delete-config', { target: 'startup' });
    expect(await read('startup')).toMatch(/<data[^>]*\/>$/u);
    await client.call('delete-config', { target: 'startup' });
    expect(await read('running')).toContain('admin');
  });
});

describe('refusals', () => {
  it('of a configuration that is not valid: startup as it was', async () => {
    await copy('running', 'startup');
    const before = await read('startup');
    const dangling = inline(ipShSessions({ interface: 'eth9', destination: '192.0.2.1' }));
    expect((await client.refusal('dispatch', dangling)).tag).toBe('data-missing');
    const multicast = inline(ethernet('eth0'), ipShSessions({ interface: 'eth0', destination: '224.0.0.1' }));
    expect((await client.refusal('dispatch', multicast)).tag).toBe('invalid-value');
    expect(await read('startup')).toBe(before);
  });

  it('of edit-config: startup is copied, not edited', async () => {
    const refusal = await client.refusal('edit-config', {
      target: 'startup',
      config: config(ethernet('eth0')),
    });
    expect(refusal.tag).toBe('unknown-element');
    expect(refusal.message).toContain('copy-config');
  });

  it('of a copy to itself', async () => {
    expect((await client.refusal('copy-config', { source: 'startup', target: 'startup' })).tag).toBe(
      'invalid-value',
    );
  });

  it('of a copy to running', async () => {
    expect((await client.refusal('copy-config', { source: 'startup', target: 'running' })).tag).toBe(
      'unknown-element',
    );
  });

  it.each(['running', 'candidate'])('of deleting %s', async (target) => {
    expect((await client.refusal('delete-config', { target })).tag).toBe('unknown-element');
  });

  it('while another session holds the lock of startup', async () => {
    const { sessionId } = await client.connect({ ...agent.login, session: 'other' });
    await client.call('lock', { target: 'startup', session: 'other' });
    expect((await client.refusal('copy-config', { source: 'running', target: 'startup' })).tag).toBe(
      'in-use',
    );
    expect((await client.refusal('delete-config', { target: 'startup' })).tag).toBe('in-use');
    expect((await client.refusal('unlock', { target: 'startup' })).tag).toBe('lock-denied');
    const denied = await client.refusal('lock', { target: 'startup' });
    expect(denied.tag).toBe('lock-denied');
    expect(denied.errors[0]?.info).toContain(sessionId);
    const state = await client.text('get', {
      subtree:
        '<netconf-state xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"><datastores/></netconf-state>',
    });
    expect(state).toMatch(/<name>startup<\/name><locks><global-lock>/u);
    await client.call('copy-config', { source: 'running', target: 'startup', session: 'other' });
    await client.call('close', { session: 'other' });
    await client.call('delete-config', { target: 'startup' });
  });

  it('of the use of a startup that was damaged: reading says so, and a copy makes it good', async () => {
    await writeFile(join(agent.stateDir, 'startup.xml'), '<config xmlns="urn:ietf:par');
    const refusal = await client.refusal('get-config', { source: 'startup' });
    expect(refusal.tag).toBe('operation-failed');
    expect(refusal.message).toContain('damaged');
    await copy('running', 'startup');
    expect(await read('startup')).toBe(await read('running'));
  });
});

describe('what the agent begins with', () => {
  it('after a restart and after a crash: running, not startup', async () => {
    await copy('running', 'startup');
    await commit(ethernet('eth0'));
    await restart();
    expect(await read('running')).toContain('eth0');
    expect(await read('startup')).not.toContain('eth0');
    await agent.child.stop('SIGKILL');
    await agent.resume();
    await client.call('connect', { ...agent.login, session: 'default' });
    expect(await read('running')).toContain('eth0');
  });

  it('with --boot startup: startup', async () => {
    await commit(ethernet('eth0'));
    await copy('running', 'startup');
    await commit(ethernet('eth1'));
    await restart('--boot', 'startup');
    expect(await read('running')).toContain('eth0');
    expect(await read('running')).not.toContain('eth1');
    expect(await read('candidate')).toBe(await read('running'));
  });

  it('where running was removed: startup', async () => {
    await commit(ethernet('eth0'));
    await copy('running', 'startup');
    await agent.child.stop();
    await rm(join(agent.stateDir, 'running.xml'));
    await rm(join(agent.stateDir, 'running.previous.xml'));
    await agent.resume();
    await client.call('connect', { ...agent.login, session: 'default' });
    expect(await read('running')).toContain('eth0');
  });

  it('with --boot startup where startup was deleted: a first configuration', async () => {
    await commit(ethernet('eth0'));
    await copy('running', 'startup');
    await client.call('delete-config', { target: 'startup' });
    await restart('--boot', 'startup');
    expect(await read('running')).not.toContain('eth0');
    expect(await read('running')).toContain('<name>admin</name>');
  });

  it('with --boot startup, where that has no rules of access or no users, gets those of a first start', async () => {
    const bob = '<user><name>bob</name><password>$0$bobs words</password></user>';
    const system = `<system xmlns="${namespaces.sys}"><authentication>${bob}</authentication></system>`;
    await client.call('dispatch', inline(system));
    await agent.child.stop();
    await agent.resume(['--boot', 'startup']);
    const asBob = { user: 'bob', password: 'bobs words', session: 'default' };
    await client.call('connect', { ...agent.login, ...asBob });
    await commit(ethernet('eth0'));
    expect(await read('running')).toContain('<user-name>bob</user-name>');
    await client.call('dispatch', inline());
    await restart('--boot', 'startup');
    await commit(ethernet('eth1'));
    expect(await read('running')).toContain('<user-name>admin</user-name>');
  });

  it('of a commit that takes all rules of access away: what that leaves, and nothing is made up', async () => {
    await client.call('edit-config', {
      config: config('<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm" nc:operation="delete"/>'),
    });
    await client.call('commit');
    await restart();
    expect(await read('running')).not.toContain('<nacm');
    expect((await client.refusal('edit-config', { config: config(ethernet('eth0')) })).tag).toBe(
      'access-denied',
    );
    await restart('--recovery-user', 'admin');
    await commit(ethernet('eth0'));
  });

  it('with --boot startup where startup is damaged: it does not start, and says why', async () => {
    await writeFile(join(agent.stateDir, 'startup.xml'), 'nonsense');
    expect(await failedStart('--boot', 'startup')).toMatch(/startup\.xml is damaged/u);
    await rm(join(agent.stateDir, 'startup.xml'));
    await agent.resume();
  });
});
