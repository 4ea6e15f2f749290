import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostKeyFolder } from '../../../src/netconf/ssh/host-keys.io.js';
import { edit, openTestAgent, REQUESTER, temporaryFolder, type TestAgent } from '../../support/test-agent.js';

const OK = { ok: true, value: undefined };
const SERVER = 'urn:bfd-agent:yang:bfd-agent-server';
const NC = 'urn:ietf:params:xml:ns:netconf:base:1.0';

let agent: TestAgent;
let keys: HostKeyFolder;

beforeEach(async () => {
  keys = new HostKeyFolder(await temporaryFolder());
  await keys.open();
  agent = await openTestAgent({ hostKeys: keys });
});
afterEach(() => agent.close());

const server = (inside: string): string => `<server xmlns="${SERVER}" xmlns:nc="${NC}">${inside}</server>`;
const hostKeys = (...names: string[]): string =>
  server(
    `<host-keys nc:operation="replace">${names.map((name) => `<host-key><name>${name}</name></host-key>`).join('')}</host-keys>`,
  );
const withoutHostKeys = server('<host-keys nc:operation="remove"/>');

async function commit(xml: string): Promise<string> {
  expect(await agent.config.editConfig('candidate', edit(xml), REQUESTER)).toEqual(OK);
  const done = await agent.config.commit(REQUESTER);
  await agent.config.discardChanges(REQUESTER);
  return done.ok ? 'ok' : done.error.map(({ message }) => message).join(' ');
}

describe('configured host keys', () => {
  it('are keys that the server has, in the order of the configuration', async () => {
    expect(agent.config.hostKeyNames).toBeUndefined();
    expect(await commit(hostKeys('second'))).toMatch(/^There is no host key "second"; .*generate-host-key/u);
    await agent.config.generateHostKey('second', 'ed25519');
    await agent.config.generateHostKey('big', 'rsa');
    expect(await commit(hostKeys('second', 'big'))).toBe('ok');
    expect(agent.config.hostKeyNames).toEqual(['second', 'big']);
    expect(await commit(withoutHostKeys)).toBe('ok');
    expect(agent.config.hostKeyNames).toBeUndefined();
  });

  it('are at least one, and one of each algorithm', async () => {
    await agent.config.generateHostKey('second', 'ed25519');
    expect(await commit(hostKeys())).toContain('left without a host key');
    expect(await commit(hostKeys('ed25519', 'second'))).toContain('both of algorithm ed25519');
    expect(await commit(hostKeys('second'))).toBe('ok');
    expect(await commit(hostKeys())).toContain('left without a host key');
    expect(agent.config.hostKeyNames).toEqual(['second']);
  });

  it('cannot be given up for one of the first start that was deleted', async () => {
    await agent.config.generateHostKey('second', 'ed25519');
    expect(await commit(hostKeys('second'))).toBe('ok');
    expect(await agent.config.deleteHostKey('ed25519')).toEqual(OK);
    expect(await commit(withoutHostKeys)).toContain('which was deleted');
  });

  it('are shown as state, the private part nowhere', async () => {
    await agent.config.generateHostKey('second', 'ed25519');
    await commit(hostKeys('second'));
    const got = await agent.config.get(undefined, REQUESTER);
    const text = got.ok ? got.value : '';
    expect(text).toContain(`<fingerprint>${keys.find('second')?.fingerprint}</fingerprint>`);
    expect(text).toMatch(/<name>ed25519<\/name>.*?<in-use>false<.*<name>second<\/name>.*?<in-use>true</su);
    expect(text).not.toContain('PRIVATE');
  });
});

describe('host keys', () => {
  it('are made once by name, and no more than there is room for', async () => {
    expect(await agent.config.generateHostKey('ed25519', 'rsa')).toMatchObject({
      error: [{ tag: 'data-exists' }],
    });
    const both = await Promise.all([
      agent.config.generateHostKey('twice', 'ed25519'),
      agent.config.generateHostKey('twice', 'ed25519'),
    ]);
    expect(both.map(({ ok }) => ok)).toEqual([true, false]);
    for (let count = keys.keys().length; count < 32; count += 1) {
      expect((await agent.config.generateHostKey(`k${count}`, 'ed25519')).ok).toBe(true);
    }
    expect(await agent.config.generateHostKey('more', 'ed25519')).toMatchObject({
      error: [{ tag: 'resource-denied' }],
    });
  });

  it('are deleted unless they are in use, or may be again', async () => {
    expect(await agent.config.deleteHostKey('none')).toMatchObject({ error: [{ tag: 'data-missing' }] });
    expect(await agent.config.deleteHostKey('ed25519')).toMatchObject({ error: [{ tag: 'in-use' }] });
    await agent.config.generateHostKey('second', 'ed25519');
    await agent.config.editConfig('candidate', edit(hostKeys('second')), REQUESTER);
    expect(await agent.config.commit(REQUESTER, { confirmed: { timeoutMs: 60_000 } })).toEqual(OK);
    expect(await agent.config.deleteHostKey('ed25519')).toMatchObject({ error: [{ tag: 'in-use' }] });
    expect(await agent.config.cancelCommit(undefined, REQUESTER)).toEqual(OK);
    expect(await agent.config.deleteHostKey('second')).toEqual(OK);
  });
});

it('an agent whose configured host keys have gone lost starts all the same', async () => {
  const stateDir = await temporaryFolder();
  const first = await openTestAgent({ stateDir, hostKeys: keys });
  await first.config.generateHostKey('second', 'ed25519');
  await first.config.editConfig('candidate', edit(hostKeys('second')), REQUESTER);
  expect(await first.config.commit(REQUESTER)).toEqual(OK);
  await first.close();
  const empty = new HostKeyFolder(await temporaryFolder());
  const second = await openTestAgent({ stateDir, hostKeys: empty });
  await empty.open(second.config.hostKeyNames);
  expect(second.config.hostKeyNames).toEqual(['second']);
  expect(empty.privateKeys(second.config.hostKeyNames)).toHaveLength(1);
  await second.close();
});
