import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agent } from '../support/agent.js';
import { config } from '../support/config-xml.js';
import type { Ncclient } from '../support/ncclient.js';
import { NetconfFixture } from '../support/netconf-fixture.js';

const SERVER = 'urn:bfd-agent:yang:bfd-agent-server';
const COMMIT = 'urn:bfd-agent:yang:bfd-agent-commit';

let fixture: NetconfFixture;
let agent: Agent;
let client: Ncclient;

beforeAll(async () => {
  fixture = await NetconfFixture.start();
  ({ agent, client } = fixture);
});

afterAll(() => fixture.dispose());

/** What OpenSSH's ssh-keyscan is shown: type and key, by type. */
async function scanned(): Promise<string[]> {
  const { host, port } = agent.login;
  const args = ['netns', 'exec', fixture.namespace, 'ssh-keyscan', '-p', String(port), host];
  const { stdout } = await promisify(execFile)('ip', args);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(1).join(' '))
    .toSorted();
}

const generate = (name: string, algorithm = 'ed25519'): Promise<string> =>
  client.text('dispatch', {
    rpc: `<generate-host-key xmlns="${SERVER}"><name>${name}</name><algorithm>${algorithm}</algorithm></generate-host-key>`,
  });

const publicKeyIn = (reply: string): string => /<public-key[^>]*>([^<]*)</u.exec(reply)?.[1] ?? '';

async function use(...names: string[]): Promise<void> {
  const entries = names.map((name) => `<host-key><name>${name}</name></host-key>`).join('');
  await client.call('edit-config', {
    config: config(
      `<server xmlns="${SERVER}"><host-keys nc:operation="replace">${entries}</host-keys></server>`,
    ),
  });
  await client.call('commit');
}

describe('host keys, by ncclient and ssh-keyscan', () => {
  it('change with a commit for new connections; the session that commits lives on', async () => {
    const [first] = await scanned();
    const second = publicKeyIn(await generate('second'));
    expect(await scanned()).toEqual([first]);
    await use('second');
    expect(await scanned()).toEqual([second]);
    expect(await client.text('get-config', { source: 'running' })).toContain('<name>second</name>');
    await client.call('connect', { ...agent.login, session: 'new' });
    await client.call('close', { session: 'new' });
    const rsa = publicKeyIn(await generate('big', 'rsa'));
    await use('second', 'big');
    expect(await scanned()).toEqual([rsa, second].toSorted());
    await agent.child.stop();
    await agent.resume();
    expect(await scanned()).toEqual([rsa, second].toSorted());
    await client.call('connect', agent.login);
  });

  it('cannot all be taken away, and are not deleted while they are in use', async () => {
    await client.call('edit-config', {
      config: config(`<server xmlns="${SERVER}"><host-keys nc:operation="replace"/></server>`),
    });
    const nobody = await client.refusal('validate');
    expect(nobody.message).toContain('left without a host key');
    await client.call('discard-changes');
    const drop = `<delete-host-key xmlns="${SERVER}"><name>second</name></delete-host-key>`;
    expect((await client.refusal('dispatch', { rpc: drop })).tag).toBe('in-use');
    const scan = await scanned();
    expect(scan).toHaveLength(2);
  });

  it('are back to those of the first start when none are configured', async () => {
    await client.call('edit-config', {
      config: config(`<server xmlns="${SERVER}"><host-keys nc:operation="delete"/></server>`),
    });
    await client.call('commit');
    const state = await client.text('get', { subtree: `<server xmlns="${SERVER}"/>` });
    const [key, ...none] = await scanned();
    expect(none).toEqual([]);
    expect(state).toMatch(
      new RegExp(`<public-key>${key?.replaceAll('+', '\\+')}</public-key>.*?<in-use>true<`, 'u'),
    );
    expect(state.match(/<in-use>true</gu)).toHaveLength(1);
    await client.call('dispatch', {
      rpc: `<delete-host-key xmlns="${SERVER}"><name>second</name></delete-host-key>`,
    });
    expect(await readdir(agent.stateDir)).not.toContain('ssh_host_second_key');
  });

  it('leave the server in no answer, history or log', async () => {
    const all = [
      await client.text('get'),
      await client.text('get-config', { source: 'running' }),
      await client.text('dispatch', {
        rpc: `<compare xmlns="${COMMIT}"><source><running/></source><target><commit>1</commit></target></compare>`,
      }),
      ...agent.child.stderr,
    ].join('\n');
    const file = await readFile(join(agent.stateDir, 'ssh_host_big_key'), 'utf8');
    const [, secret = ''] = file.split('\n');
    expect(secret.length).toBeGreaterThan(40);
    expect(all).not.toContain(secret);
    expect(all).not.toContain('PRIVATE KEY');
  });

  it('are made by those alone whom a rule permits it', async () => {
    const user = '<user><name>reader</name><password>$0$reading</password></user>';
    await client.call('edit-config', {
      config: config(
        `<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><authentication>${user}</authentication></system>`,
      ),
    });
    await client.call('commit');
    await client.call('connect', { ...agent.login, session: 'r', user: 'reader', password: 'reading' });
    const rpc = `<generate-host-key xmlns="${SERVER}"><name>mine</name></generate-host-key>`;
    expect((await client.refusal('dispatch', { rpc, session: 'r' })).tag).toBe('access-denied');
    await client.call('close', { session: 'r' });
  });
});
