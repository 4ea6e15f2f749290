import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { config, ethernet, ipShSessions, namespaces, timers } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';

let pair: NamespacePair;
let agent: Agent;
let client: Ncclient;

beforeAll(async () => {
  // Of its own: another engine of the machine may have the BFD port.
  pair = await NamespacePair.create();
  agent = await Agent.start({ namespace: pair.left.name });
});

afterAll(async () => {
  await agent.dispose();
  await pair.dispose();
});

beforeEach(async () => {
  client = new Ncclient(pair.left.name);
  await client.call('connect', agent.login);
});

afterEach(async () => {
  await client.call('discard-changes');
  await client.call('edit-config', {
    config: config(
      `<interfaces xmlns="${namespaces.if}" nc:operation="remove"/><routing xmlns="${namespaces.rt}" nc:operation="remove"/>`,
    ),
  });
  await client.call('commit');
  await client.close();
});

const oneSession = config(
  ethernet('eth0'),
  ipShSessions({ interface: 'eth0', destination: '192.0.2.77', leaves: timers(300_000) }),
);
const sessionFilter = {
  xpath: '/rt:routing//bfd-ip-sh:session',
  namespaces: { rt: namespaces.rt, 'bfd-ip-sh': namespaces['bfd-ip-sh'] },
};

const keyOfAdmin = (operation: string, content: string) =>
  config(`<system xmlns="${namespaces.sys}"><authentication><user><name>admin</name>
    <authorized-key nc:operation="${operation}"><name>laptop</name>${content}</authorized-key>
    </user></authentication></system>`);

const userOps = (operation: string, content: string) =>
  config(`<system xmlns="${namespaces.sys}"><authentication><user nc:operation="${operation}"><name>ops</name>
    ${content}</user></authentication></system>`);

describe('login', () => {
  it('refuses a wrong password', async () => {
    const refusal = await client.refusal('connect', { ...agent.login, password: 'guess', session: 'second' });
    expect(refusal.kind).toBe('AuthenticationError');
  });

  it('refuses a user that does not exist', async () => {
    const refusal = await client.refusal('connect', { ...agent.login, user: 'mallory', session: 'second' });
    expect(refusal.kind).toBe('AuthenticationError');
  });

  it('accepts a key as soon as it is committed, and not after it is removed', async () => {
    const key = join(agent.folder, 'key');
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const [algorithm, data] = (await readFile(`${key}.pub`, 'utf8')).split(' ');
    const login = { host: agent.login.host, port: agent.login.port, user: 'admin', key, session: 'second' };
    expect((await client.refusal('connect', login)).kind).toBe('AuthenticationError');

    const content = `<algorithm>${algorithm}</algorithm><key-data>${data}</key-data>`;
    await client.call('edit-config', { config: keyOfAdmin('merge', content) });
    await client.call('commit');
    await client.call('connect', login);
    expect(await client.text('get-config', { source: 'running', session: 'second' })).toContain('laptop');

    await client.call('edit-config', { config: keyOfAdmin('delete', '') });
    await client.call('commit');
    expect((await client.refusal('connect', { ...login, session: 'third' })).kind).toBe(
      'AuthenticationError',
    );
  });

  it('stores a password given in clear as a hash, and accepts it', async () => {
    await client.call('edit-config', { config: userOps('create', '<password>$0$open sesame</password>') });
    expect(await client.text('get-config', { source: 'candidate' })).not.toContain('open sesame');
    await client.call('commit');
    await client.call('connect', { ...agent.login, user: 'ops', password: 'open sesame', session: 'second' });
    await client.call('edit-config', { config: userOps('delete', '') });
    await client.call('commit');
  });
});

describe('candidate and commit', () => {
  it('lock, edit, validate, commit, get, unlock', async () => {
    await client.call('lock', { target: 'candidate' });
    await client.call('edit-config', { config: oneSession });
    await client.call('validate');
    expect(await client.text('get-config', { source: 'running', ...sessionFilter })).not.toContain(
      '192.0.2.77',
    );
    await client.call('commit');
    const state = await client.text('get', sessionFilter);
    expect(state).toContain('<dest-addr>192.0.2.77</dest-addr>');
    expect(state).toContain('<local-state>down</local-state>');
    await client.call('unlock', { target: 'candidate' });
  });
});

describe('refusals tell what and where', () => {
  it.each([
    {
      name: 'a session on an interface that is not configured',
      edit: config(ipShSessions({ interface: 'eth9', destination: '192.0.2.77' })),
      tag: 'data-missing',
      says: /eth9/,
    },
    {
      name: 'a link-local peer in the zone of another interface',
      edit: config(ethernet('eth0'), ipShSessions({ interface: 'eth0', destination: 'fe80::1%eth7' })),
      tag: 'invalid-value',
      says: /eth7.*leave out the zone/,
    },
    {
      name: 'a multicast peer',
      edit: config(ethernet('eth0'), ipShSessions({ interface: 'eth0', destination: '224.0.0.1' })),
      tag: 'invalid-value',
      says: /224\.0\.0\.1/,
    },
  ])('$name: refused at commit, running as it was', async ({ edit, tag, says }) => {
    const before = await client.text('get-config', { source: 'running' });
    const refusal = await (async () => {
      await client.call('edit-config', { config: edit, test_option: 'set' });
      return client.refusal('commit');
    })();
    expect(refusal.tag).toBe(tag);
    expect(refusal.message).toMatch(says);
    expect(refusal.errors[0]?.path).toMatch(/session/);
    expect(await client.text('get-config', { source: 'running' })).toBe(before);
  });

  it.each([
    { name: 'an unknown leaf', leaves: '<colour>red</colour>', tag: 'unknown-element' },
    {
      name: 'a multiplier out of range',
      leaves: '<local-multiplier>0</local-multiplier>',
      tag: 'invalid-value',
    },
    { name: 'a state leaf', leaves: '<path-type>x</path-type>', tag: 'unknown-element' },
  ])('$name: refused at edit', async ({ leaves, tag }) => {
    const edit = config(
      ethernet('eth0'),
      ipShSessions({ interface: 'eth0', destination: '192.0.2.77', leaves }),
    );
    expect(
      (await client.refusal('edit-config', { config: edit })).errors.map((error) => error.tag),
    ).toContain(tag);
    expect(await client.text('get-config', { source: 'candidate' })).not.toContain('192.0.2.77');
  });
});

describe('reading', () => {
  beforeEach(async () => {
    await client.call('edit-config', { config: oneSession });
    await client.call('commit');
  });

  it('what is committed is there after a restart', async () => {
    await agent.child.stop();
    await agent.resume();
    await client.call('connect', { ...agent.login, session: 'default' });
    expect(await client.text('get-config', { source: 'running' })).toContain('192.0.2.77');
  });
});
