import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { config, ethernet, ipShSessions, namespaces, timers } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';
import { clientHello, type Framing, OpenSshSession, SSH_OPTIONS } from '../support/openssh.js';
import { Terminal } from '../support/terminal.js';

const MONITORING = 'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring';
const NOTIFICATIONS = 'urn:ietf:params:xml:ns:netconf:notification:1.0';

let pair: NamespacePair;
let agent: Agent;
let key: string;

beforeAll(async () => {
  pair = await NamespacePair.create();
  agent = await Agent.start({ namespace: pair.left.name });
  key = join(agent.folder, 'key');
  await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const [algorithm, data] = (await readFile(`${key}.pub`, 'utf8')).split(' ');
  const client = new Ncclient(pair.left.name);
  await client.call('connect', agent.login);
  await client.call('edit-config', {
    config: config(`<system xmlns="${namespaces.sys}"><authentication><user><name>admin</name>
      <authorized-key><name>laptop</name><algorithm>${algorithm}</algorithm><key-data>${data}</key-data>
      </authorized-key></user></authentication></system>`),
  });
  await client.call('commit');
  await client.close();
});

afterAll(async () => {
  await agent.dispose();
  await pair.dispose();
});

const edit = (content: string): string =>
  `<edit-config><target><candidate/></target>${config(content)}</edit-config>`;
const on = (operation: string, datastore: string): string =>
  `<${operation}><target><${datastore}/></target></${operation}>`;
const getConfig = (datastore: string): string => `<get-config><source><${datastore}/></source></get-config>`;
const SESSION = ipShSessions({ interface: 'eth0', destination: '192.0.2.77', leaves: timers(300_000) });
const CLEAR = `<interfaces xmlns="${namespaces.if}" nc:operation="remove"/><routing xmlns="${namespaces.rt}" nc:operation="remove"/>`;

describe.each<Framing>(['1.0', '1.1'])('ssh -s … netconf with a key, NETCONF %s', (version) => {
  let session: OpenSshSession;
  let hello: string;

  beforeEach(async () => {
    const args = ['-i', key, '-p', String(agent.login.port), '-s', 'admin@127.0.0.1'];
    ({ session, hello } = await OpenSshSession.open(pair.left.name, args, version));
  });

  afterEach(() => session.close());

  async function ok(operation: string): Promise<void> {
    expect(await session.rpc(operation)).toMatch(
      /<rpc-reply [^>]*message-id="\d+"[^>]*><ok\/><\/rpc-reply>/u,
    );
  }

  it('says hello with a session number and what it can do', () => {
    expect(hello).toMatch(/<session-id>\d+<\/session-id>/u);
    expect(hello).toContain('<capability>urn:ietf:params:netconf:base:1.0</capability>');
    expect(hello).toContain('<capability>urn:ietf:params:netconf:base:1.1</capability>');
    expect(hello).toContain('urn:ietf:params:netconf:capability:candidate:1.0');
  });

  it('locks, edits, validates, commits, reads, discards, unlocks', async () => {
    await ok(on('lock', 'candidate'));
    await ok(edit(ethernet('eth0') + SESSION));
    await ok('<validate><source><candidate/></source></validate>');
    expect(await session.rpc(getConfig('running'))).not.toContain('192.0.2.77');
    await ok('<commit/>');
    expect(await session.rpc(getConfig('running'))).toContain('<dest-addr>192.0.2.77</dest-addr>');
    const state = await session.rpc(
      `<get><filter type="subtree"><routing xmlns="${namespaces.rt}"/></filter></get>`,
    );
    expect(state).toContain('<local-state>down</local-state>');
    await ok(edit(CLEAR));
    await ok('<discard-changes/>');
    expect(await session.rpc(getConfig('candidate'))).toContain('192.0.2.77');
    await ok(edit(CLEAR));
    await ok('<commit/>');
    await ok(on('unlock', 'candidate'));
  });

  it('is told what is wrong, and goes on', async () => {
    const refused = await session.rpc(edit('<colour xmlns="urn:example:none">red</colour>'));
    expect(refused).toContain('<error-tag>unknown-namespace</error-tag>');
    expect(await session.rpc('<no-such-operation/>')).toContain('<rpc-error>');
    await ok('<discard-changes/>');
  });

  it('reads a module', async () => {
    const reply = await session.rpc(
      `<get-schema xmlns="${MONITORING}"><identifier>ietf-bfd-ip-sh</identifier></get-schema>`,
    );
    expect(reply).toContain('module ietf-bfd-ip-sh {');
  });

  it('subscribes: what it commits itself is told beside the reply', async () => {
    await ok(`<create-subscription xmlns="${NOTIFICATIONS}"/>`);
    await ok(edit(ethernet('eth7')));
    session.send('<commit/>');
    const messages = [await session.next(), await session.next()];
    expect(messages.filter((text) => text.includes('<ok/>'))).toHaveLength(1);
    const notification = messages.find((text) => text.includes('<notification'));
    expect(notification).toContain('<eventTime>');
    expect(notification).toContain('<username>admin</username>');
    await ok(edit(CLEAR));
    await ok('<commit/>');
  });

  it('closes: ssh ends without an error', async () => {
    await ok('<close-session/>');
    expect(await session.exited).toBe(0);
  });

  it('several requests at once are answered in order', async () => {
    for (let sent = 0; sent < 20; sent += 1) session.send(getConfig('running'));
    const ids = [];
    for (let received = 0; received < 20; received += 1) {
      ids.push(Number(/message-id="(\d+)"/u.exec(await session.next())?.[1]));
    }
    expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

describe('ssh -s … netconf in a terminal', () => {
  let terminal: Terminal;

  beforeEach(async () => {
    const methods = '-oPreferredAuthentications=password,keyboard-interactive';
    const to = ['-p', String(agent.login.port), '-s', 'admin@127.0.0.1', 'netconf'];
    terminal = await Terminal.start(pair.left.name, ['ssh', ...SSH_OPTIONS, methods, ...to]);
  });

  afterEach(() => terminal.close());

  it('takes a password that is typed, and XML that is pasted', async () => {
    await terminal.until(/password: ?$/iu);
    terminal.type(`${Agent.password}\n`);
    await terminal.until(/<\/hello>\s*\]\]>\]\]>/u);
    const from = terminal.shown.length;
    terminal.type(`${clientHello('1.0')}\n`);
    terminal.type(`<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="101">
  <get-config>
    <source><running/></source>
  </get-config>
</rpc>
]]>]]>
`);
    const reply = await terminal.until(/<rpc-reply[^]*<\/rpc-reply>\s*\]\]>\]\]>/u, from);
    expect(reply).toMatch(/<rpc-reply [^>]*message-id="101"/u);
    expect(reply).toContain('<name>laptop</name>');
  });

  it('refuses a wrong password and asks again', async () => {
    await terminal.until(/password: ?$/iu);
    terminal.type('guess\n');
    await terminal.until(/password:[^]*denied[^]*password: ?$/iu);
    terminal.type(`${Agent.password}\n`);
    expect(await terminal.until(/<\/hello>/u)).toContain('<session-id>');
  });
});
