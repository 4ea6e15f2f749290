import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openAgentConfig, type AgentConfigOptions } from '../../src/config/open-agent-config.io.js';
import { Workspace } from '../../src/config/workspace.js';
import { LibyangCrash } from '../../src/config/yang/yang-error.js';
import { moduleSourceOf } from '../../src/config/yang/module-source.js';
import { interfaceXml, sessionXml, userXml } from '../support/agent-xml.js';
import { InMemoryEngine } from '../support/in-memory-engine.js';
import { ADMIN_PASSWORD, agentOptions, edit, openTestAgent, REQUESTER } from '../support/test-agent.js';

const SESSION = interfaceXml('eth0') + sessionXml({ dest: '192.0.2.1' });

const lab = (value: string): string => `<lab xmlns="urn:lab"><a>${value}</a></lab>`;

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'bfd-agent-test-'));
});
afterEach(() => rm(stateDir, { recursive: true }));

/** Opens and closes an agent on the state folder; what running was, and which sessions it asked for. */
async function start(
  given: Partial<AgentConfigOptions> = {},
): Promise<{ running: string; sessions: string[] }> {
  const agent = await openTestAgent({ stateDir, ...(given as object) });
  const running = await agent.config.getConfig({ datastore: 'running' }, REQUESTER);
  await agent.close();
  const sessions = agent.config.desired().sessions.map(({ key }) => key);
  return { running: running.ok ? running.value : '', sessions };
}

async function refusal(given: Partial<AgentConfigOptions> = {}): Promise<string> {
  const opened = await openAgentConfig({ ...(await agentOptions(stateDir, new InMemoryEngine())), ...given });
  if (!opened.ok) return opened.error;
  await opened.value.close();
  throw new Error('the agent started');
}

function document(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!-- lab -->\n<nc:config xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0">${content}</nc:config>`;
}

describe('a first start', () => {
  it('makes the user admin, asking for its password once', async () => {
    let asked = 0;
    const adminPassword = (): string => {
      asked += 1;
      return ADMIN_PASSWORD;
    };
    const { running } = await start({ adminPassword });
    expect(running).toMatch(/<user><name>admin<\/name><password>\$6\$/u);
    await start({ adminPassword });
    expect(asked).toBe(1);
    expect(await readFile(join(stateDir, 'running.xml'), 'utf8')).not.toContain(ADMIN_PASSWORD);
  });

  it('takes the configuration that it is given, and a user besides', async () => {
    const { running, sessions } = await start({ init: document(SESSION) });
    expect(sessions).toEqual(['ip-sh/eth0/192.0.2.1']);
    expect(running).toContain('<name>admin</name>');
  });

  it('leaves users alone where the given configuration has some', async () => {
    const init = document(userXml('ada', '<password>$0$secret</password>'));
    const { running } = await start({ init, adminPassword: () => expect.fail('asked for a password') });
    expect(running).toMatch(/<name>ada<\/name><password>\$6\$/u);
    expect(running).toContain('<user-name>ada</user-name>');
    expect(running).not.toMatch(/<user><name>admin|<user-name>admin/u);
  });

  it.each([
    ['is no XML', 'config', /cannot be read: .*not well-formed/u],
    ['has a DOCTYPE', '<!DOCTYPE config><config/>', /document type declaration/u],
    ['is no <config>', '<data/>', /root element is <data>/u],
    ['is unknown', document('<x xmlns="urn:x"/>'), /cannot be used: /u],
    ['is not valid', document(sessionXml({ dest: '192.0.2.1' })), /cannot be used: .*eth0/u],
    [
      'is refused by a handler',
      document(interfaceXml('eth0') + sessionXml({ dest: '224.0.0.1' })),
      /multicast/u,
    ],
  ])(
    'is refused with the reason when the given configuration %s, and can be tried again',
    async (_, init, message) => {
      expect(await refusal({ init })).toMatch(message);
      expect((await start({ init: document(SESSION) })).sessions).toHaveLength(1);
    },
  );
});

describe('a later start', () => {
  it('goes on with what was committed, and not with the candidate', async () => {
    const first = await openTestAgent({ stateDir });
    await first.config.editConfig('candidate', edit(SESSION), REQUESTER);
    await first.config.commit(REQUESTER);
    await first.config.editConfig('candidate', edit(interfaceXml('eth5')), REQUESTER);
    const before = await first.config.getConfig({ datastore: 'running' }, REQUESTER);
    await first.close();
    const { running, sessions } = await start();
    expect({ ok: true, value: running }).toEqual(before);
    expect(sessions).toEqual(['ip-sh/eth0/192.0.2.1']);
  });

  it('does not look at the initial configuration', async () => {
    await start();
    expect((await start({ init: document(SESSION) })).sessions).toEqual([]);
  });

  it('asks nothing of the engine', async () => {
    await start({ init: document(SESSION) });
    const engine = new InMemoryEngine();
    await start({ engine });
    expect(engine.changes).toEqual([]);
  });

  it.each([
    ['damaged', (text: string) => text.slice(0, 100), /is damaged/u],
    ['empty', () => '', /is damaged/u],
    [
      'not of the schema',
      (text: string) => text.replace('<user>', '<nobody>').replace('</user>', '</nobody>'),
      /cannot be used/u,
    ],
    [
      'not valid',
      (text: string) => text.replace('ianaift:ethernetCsmacd', 'ianaift:nonsense'),
      /cannot be used/u,
    ],
  ])('is refused while the stored configuration is %s, which stays as it is', async (_, spoil, message) => {
    await start({ init: document(SESSION) });
    const path = join(stateDir, 'running.xml');
    const spoilt = spoil(await readFile(path, 'utf8'));
    await writeFile(path, spoilt);
    const told = await refusal();
    expect(told).toMatch(message);
    expect(told).toContain('running.previous.xml');
    expect(await readFile(path, 'utf8')).toBe(spoilt);
  });

  it('hashes cleartext that somebody has put into the file', async () => {
    await start();
    const path = join(stateDir, 'running.xml');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/<password>[^<]*</u, '<password>$0$by hand<'));
    const agent = await openTestAgent({ stateDir });
    expect(await agent.config.users.checkPassword('admin', 'by hand')).toBe(true);
    await agent.close();
    expect(await readFile(path, 'utf8')).not.toContain('by hand');
  });

  it('is refused while another agent has the folder', async () => {
    const first = await openTestAgent({ stateDir });
    expect(await refusal()).toMatch(/is used by another agent/u);
    await first.close();
    expect((await start()).sessions).toEqual([]);
  });
});

describe('a crash of libyang', () => {
  it('is followed by another instance with what is stored', async () => {
    const workspaces: Workspace[] = [];
    const create = Workspace.create.bind(Workspace);
    const spy = vi.spyOn(Workspace, 'create').mockImplementation((parts) => {
      const created = create(parts);
      if (created.ok) workspaces.push(created.value);
      return created;
    });
    const agent = await openTestAgent({ stateDir, init: document(SESSION) });
    spy.mockRestore();
    const before = await agent.config.getConfig({ datastore: 'running' }, REQUESTER);
    expect(() => workspaces[0]?.context.native.call('lyd_free_siblings', 0xffff_fff0)).toThrow(LibyangCrash);
    expect((await agent.config.get(undefined, REQUESTER)).ok).toBe(false);
    expect(await agent.config.getConfig({ datastore: 'running' }, REQUESTER)).toEqual(before);
    expect(agent.config.desired().sessions).toHaveLength(1);
    expect(await agent.config.users.checkPassword('admin', ADMIN_PASSWORD)).toBe(true);
    expect(agent.crashes).toHaveLength(1);
    await agent.close();
  });
});

describe('extra modules', () => {
  const LAB = `module lab { yang-version 1.1; namespace "urn:lab"; prefix lab; revision 2026-01-01;
    feature f; container lab { leaf a { if-feature f; type uint8; } } }`;

  it('are served, validated and stored', async () => {
    const extraModules = moduleSourceOf([LAB, 'module ietf-routing { namespace "urn:other"; prefix o; }']);
    const agent = await openTestAgent({ stateDir, extraModules });
    expect((await agent.config.editConfig('candidate', edit(lab('256')), REQUESTER)).ok).toBe(false);
    expect((await agent.config.editConfig('candidate', edit(lab('255')), REQUESTER)).ok).toBe(true);
    expect((await agent.config.commit(REQUESTER)).ok).toBe(true);
    expect(agent.config.schemas()).toContainEqual(
      expect.objectContaining({ name: 'lab', features: ['f'], implemented: true }),
    );
    await agent.close();
    expect((await start({ extraModules })).running).toContain(lab('255'));
    expect(await refusal()).toMatch(/cannot be used/u);
  });
});
