import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Agent, startProgram } from '../support/agent.js';
import { config } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';

const ready = /^bfd-agent: NETCONF over SSH ready on (.+):(\d+)$/;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bfd-agent-test-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const stateDir = () => join(folder, 'state');

describe('a start that cannot succeed says why in one line', () => {
  it.each([
    { name: 'an unknown option', args: ['run', '--no-such-option'], says: /--no-such-option/ },
    { name: 'an address without a port', args: ['run', '--netconf', 'localhost'], says: /ADDR:PORT/ },
    { name: 'an unknown log level', args: ['run', '--log-level', 'loud'], says: /loud/ },
    {
      name: 'an unreadable --init file',
      args: ['run', '--init', '/nowhere/init.xml'],
      says: /\/nowhere\/init\.xml/,
    },
    {
      name: 'a folder of modules that is not there',
      args: ['run', '--extra-modules', '/nowhere'],
      says: /\/nowhere/,
    },
    { name: 'a command that does not exist', args: ['fly'], says: /fly/ },
  ])('$name', async ({ args, says }) => {
    const withState =
      args[0] === 'run' ? [...args, '--state-dir', stateDir(), '--netconf', '127.0.0.1:0'] : args;
    const child = startProgram(withState);
    expect(await child.exited).toBe(1);
    expect(child.stderr.join('\n')).toMatch(says);
    expect(child.stderr).toHaveLength(1);
    expect(child.stderr[0]).toMatch(/^bfd-agent: /);
  });

  it('a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const child = startProgram([
      'run',
      '--state-dir',
      stateDir(),
      '--netconf',
      `127.0.0.1:${port}`,
      '--log-level',
      'error',
    ]);
    expect(await child.exited).toBe(1);
    expect(child.stderr).toEqual([
      expect.stringMatching(new RegExp(`^bfd-agent: .*127\\.0\\.0\\.1:${port}.*in use`)),
    ]);
    server.close();
  });

  it('an --init file that is no valid configuration', async () => {
    const init = join(folder, 'init.xml');
    await writeFile(init, config('<nothing xmlns="urn:nothing"/>'));
    const child = startProgram([
      'run',
      '--state-dir',
      stateDir(),
      '--netconf',
      '127.0.0.1:0',
      '--init',
      init,
      '--log-level',
      'error',
    ]);
    expect(await child.exited).toBe(1);
    expect(child.stderr).toEqual([expect.stringMatching(/^bfd-agent: .*urn:nothing/)]);
  });

  it('a state folder that another agent uses', async () => {
    const agent = await Agent.start();
    const second = startProgram([
      'run',
      '--state-dir',
      agent.stateDir,
      '--netconf',
      '127.0.0.1:0',
      '--log-level',
      'error',
    ]);
    expect(await second.exited).toBe(1);
    expect(second.stderr).toEqual([expect.stringMatching(/^bfd-agent: .*another agent/)]);
    await agent.dispose();
  });
});

describe('help', () => {
  it.each([['--help'], ['run', '--help'], ['engine', '--help']])('%s %s', async (...args) => {
    const child = startProgram(args.filter((arg) => typeof arg === 'string'));
    expect(await child.exited).toBe(0);
    expect(child.stdout.join('\n')).toMatch(/^Usage: bfd-agent/);
  });
});

describe('the life of an agent', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s ends it cleanly', async (signal) => {
    const agent = await Agent.start();
    expect(await agent.child.stop(signal)).toBe(0);
    // The engine is told to end, not lost.
    expect(agent.child.stderr.join('\n')).not.toContain('connection to the engine lost');
    await agent.dispose();
  });

  it('keeps what it stores to its owner', async () => {
    const agent = await Agent.start();
    const mode = async (name: string) => ((await stat(join(agent.stateDir, name))).mode & 0o777).toString(8);
    expect(await mode('.')).toBe('700');
    expect(await mode('ssh_host_ed25519_key')).toBe('600');
    expect(await mode('running.xml')).toBe('600');
    await agent.dispose();
  });

  it('generates a password for admin, prints it once, and never stores it', async () => {
    const args = ['run', '--state-dir', stateDir(), '--netconf', '127.0.0.1:0'];
    const noPassword = { BFD_AGENT_ADMIN_PASSWORD: '' };
    const first = startProgram(args, undefined, noPassword);
    const password = (await first.line(/password of admin: (\S{20,})$/))[1] ?? '';
    const port = Number((await first.line(ready))[2]);
    const client = new Ncclient();
    await client.call('connect', { host: '127.0.0.1', port, user: 'admin', password });
    const shown = await client.text('get-config', { source: 'running' });
    expect(shown).toContain('$6$');
    expect(shown).not.toContain(password);
    await client.close();
    await first.stop();
    expect(await readFile(join(stateDir(), 'running.xml'), 'utf8')).not.toContain(password);

    const second = startProgram(args, undefined, noPassword);
    await second.line(ready);
    expect(second.stdout.join('\n')).not.toContain('password');
    await second.stop();
  });

  it('listens where it is told, on several addresses', async () => {
    const child = startProgram([
      'run',
      '--state-dir',
      stateDir(),
      '--netconf',
      '127.0.0.1:0',
      '--netconf',
      '[::1]:0',
    ]);
    await child.line(/^bfd-agent: NETCONF over SSH ready on 127\.0\.0\.1:\d+$/);
    const v6 = await child.line(/^bfd-agent: NETCONF over SSH ready on \[::1\]:(\d+)$/);
    const client = new Ncclient();
    const hello = await client.connect({
      host: '::1',
      port: Number(v6[1]),
      user: 'admin',
      password: Agent.password,
    });
    expect(hello.sessionId).toBe('1');
    await client.close();
    await child.stop();
  });

  it('begins with the configuration of --init, and admin besides', async () => {
    const agent = await Agent.start({
      init: `<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">
        <interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"><interface>
          <name>eth7</name>
          <type xmlns:ianaift="urn:ietf:params:xml:ns:yang:iana-if-type">ianaift:ethernetCsmacd</type>
        </interface></interfaces></config>`,
    });
    const client = new Ncclient();
    await client.call('connect', agent.login);
    const running = await client.text('get-config', { source: 'running' });
    expect(running).toContain('eth7');
    expect(running).toContain('<name>admin</name>');
    await client.close();
    await agent.dispose();
  });
});
