import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { config, namespaces } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';
import { Yangcli } from '../support/yangcli.js';

let pair: NamespacePair;
let agent: Agent;
let yangcli: Yangcli;
/** Looks at the agent beside yangcli. */
let client: Ncclient;

beforeAll(async () => {
  pair = await NamespacePair.create();
  agent = await Agent.start({ namespace: pair.left.name });
  client = new Ncclient(pair.left.name);
  await client.call('connect', agent.login);
});

afterAll(async () => {
  await client.close();
  await agent.dispose();
  await pair.dispose();
});

beforeEach(async () => {
  yangcli = await Yangcli.start(pair.left.name);
});

afterEach(async () => {
  await yangcli.close();
  await client.call('discard-changes');
  await client.call('edit-config', {
    config: config(
      `<interfaces xmlns="${namespaces.if}" nc:operation="remove"/><routing xmlns="${namespaces.rt}" nc:operation="remove"/>`,
    ),
  });
  await client.call('commit');
});

const connect = (options = `password="${Agent.password}"`): Promise<string> =>
  yangcli.run(`connect server=127.0.0.1 ncport=${agent.login.port} user=admin ${options}`);

/** That a command was answered with `<ok/>`. */
async function ok(command: string): Promise<void> {
  expect(await yangcli.run(command)).toMatch(/RPC OK Reply/u);
}

const ESTABLISHED = 'NETCONF session established for admin on 127.0.0.1';
const ETH0 = "create /interfaces/interface[name='eth0']/type value=ianaift:ethernetCsmacd";
const SESSION =
  "/routing/control-plane-protocols/control-plane-protocol[type='bfd-types:bfdv1'][name='main']" +
  "/bfd/ip-sh/sessions/session[interface='eth0'][dest-addr='192.0.2.77']";

describe('connect', () => {
  it('with a password: takes all modules from the agent and has nothing to say against them', async () => {
    const shown = await connect();
    expect(shown).toContain(ESTABLISHED);
    expect(shown).toContain('Protocol version set to: RFC 6241 (base:1.1)');
    expect(shown).toContain('Default target set to: <candidate>');
    expect(shown).toContain('ietf-bfd-ip-sh@2022-09-22');
    expect(shown).toContain('Checking Server Modules');
    // It asks for a module with deviations once for each module that these are of, and cannot store it twice.
    const errors = shown.split('\n').filter((line) => /^error|error\(|not found|failed/iu.test(line));
    expect(errors.filter((line) => !/bfd-agent-deviations.*(?:duplicate|exists)/u.test(line))).toEqual([]);
    // Nor does it know the capabilities of RFC 8525 and 8526, which have parameters.
    const warnings = shown.split('\n').filter((line) => line.includes('Warning'));
    expect(warnings.filter((line) => !/:yang-library:1\.1|:with-operational-defaults:/u.test(line))).toEqual(
      [],
    );
  });

  it('with a key', async () => {
    const key = join(agent.folder, 'key');
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const [algorithm, data] = (await readFile(`${key}.pub`, 'utf8')).split(' ');
    await client.call('edit-config', {
      config: config(`<system xmlns="${namespaces.sys}"><authentication><user><name>admin</name>
        <authorized-key><name>laptop</name><algorithm>${algorithm}</algorithm><key-data>${data}</key-data>
        </authorized-key></user></authentication></system>`),
    });
    await client.call('commit');
    const login = await connect(`private-key=${key} public-key=${key}.pub password=none`);
    expect(login).toContain(ESTABLISHED);
    expect(login).not.toContain('authentication failed');
  });

  it('with a wrong password: refused', async () => {
    const shown = await connect('password=guess');
    expect(shown).toContain('authentication failed');
    expect(shown).not.toContain(ESTABLISHED);
  });

  it('with NETCONF 1.0 alone', async () => {
    const shown = await connect(`password="${Agent.password}" protocols=netconf1.0`);
    expect(shown).toContain('Protocol version set to: RFC 4741 (base:1.0)');
    await ok(ETH0);
    expect(await yangcli.run('get-config source=candidate')).toContain('type ianaift:ethernetCsmacd');
  });
});

describe('a session', () => {
  beforeEach(async () => {
    await connect();
  });

  it('locks, edits, validates, commits, reads, unlocks', async () => {
    await ok('lock target=candidate');
    await ok(ETH0);
    await ok(`create ${SESSION}/local-multiplier value=4`);
    await ok('validate source=candidate');
    expect(await yangcli.run('get-config source=running')).not.toContain('192.0.2.77');
    await ok('commit');
    expect(await yangcli.run('sget-config source=running /routing')).toMatch(
      /session eth0 192\.0\.2\.77 \{\s+interface eth0\s+dest-addr 192\.0\.2\.77\s+local-multiplier 4\s+\}/u,
    );
    expect(await yangcli.run('xget //session')).toMatch(/local-state down/u);
    await ok(`replace ${SESSION}/local-multiplier value=5`);
    await ok('commit');
    expect(await yangcli.run('xget-config source=running //local-multiplier')).toContain(
      'local-multiplier 5',
    );
    await ok(`delete ${SESSION}`);
    await ok('commit');
    await ok('unlock target=candidate');
    expect(await client.text('get-config', { source: 'running' })).not.toContain('192.0.2.77');
  });

  it('discards', async () => {
    await ok(ETH0);
    await ok('discard-changes');
    expect(await yangcli.run('get-config source=candidate')).not.toContain('eth0');
  });

  it('commits until further notice, and takes it back', async () => {
    await ok(ETH0);
    await ok('commit confirmed confirm-timeout=60');
    expect(await client.text('get-config', { source: 'running' })).toContain('eth0');
    await ok('cancel-commit');
    expect(await client.text('get-config', { source: 'running' })).not.toContain('eth0');
    await ok(ETH0);
    await ok('commit confirmed confirm-timeout=60 persist=slow');
    await ok('commit persist-id=slow comment="eth0 is there"');
    expect(await client.text('get-config', { source: 'running' })).toContain('eth0');
  });

  it('is told why something is refused', async () => {
    await ok(`create ${SESSION}/local-multiplier value=4`);
    const refused = await yangcli.run('commit');
    expect(refused).toContain('RPC Error Reply');
    expect(refused).toContain('error-tag data-missing');
    await client.call('discard-changes');
    await client.call('lock', { target: 'candidate' });
    expect(await yangcli.run('lock target=candidate')).toContain('error-tag lock-denied');
    await client.call('unlock', { target: 'candidate' });
  });

  it('reads the schema and the state of the agent', async () => {
    const schema = await yangcli.run('get-schema identifier=ietf-bfd-ip-sh version=2022-09-22 format=yang');
    expect(schema).toContain('module ietf-bfd-ip-sh {');
    expect(await yangcli.run('xget /netconf-state/sessions')).toMatch(/username admin/u);
    expect(await yangcli.run('get with-defaults=report-all')).toMatch(/oper-status up/u);
  });

  it('saves: commits and copies running to startup', async () => {
    await ok(ETH0);
    expect(await yangcli.run('save')).toContain('RPC OK Reply');
    expect(await client.text('get-config', { source: 'startup' })).toContain('eth0');
  });

  it('subscribes, and is told of the commits of others', async () => {
    await ok('create-subscription');
    await client.call('edit-config', {
      config: config(
        `<interfaces xmlns="${namespaces.if}"><interface><name>eth5</name>
        <type xmlns:i="urn:ietf:params:xml:ns:yang:iana-if-type">i:ethernetCsmacd</type></interface></interfaces>`,
      ),
    });
    await client.call('commit');
    const told = await yangcli.sees(/Incoming notification:[^]*?eth5[^]*?\n\}/u);
    expect(told).toContain('netconf-config-change');
    expect(told).toContain('username admin');
    await ok('discard-changes');
  });

  it('ends', async () => {
    const shown = await yangcli.run('close-session');
    // Where the reply and the end of the session come at once, yangcli shows the reply as it came.
    expect(shown).toMatch(/RPC OK Reply|<ok\/>/u);
    expect(shown).toContain('shut by remote peer');
    expect(await yangcli.run('get-config source=running')).not.toContain('RPC Data Reply');
  });
});
