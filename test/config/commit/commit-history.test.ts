import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommitRequest } from '../../../src/config/config-service.js';
import type { CommitRecord } from '../../../src/config/commit/commit-history.js';
import { CommitHistoryFolder } from '../../../src/config/commit/commit-history.io.js';
import { JournaledStore } from '../../../src/config/commit/journaled-store.io.js';
import { interfaceXml, sessionXml } from '../../support/agent-xml.js';
import { edit, openTestAgent, REQUESTER, temporaryFolder, type TestAgent } from '../../support/test-agent.js';

const OK = { ok: true, value: undefined };
const CLIENT = { ...REQUESTER, sourceHost: '192.0.2.77' };

let agent: TestAgent;
let stateDir: string;

beforeEach(async () => {
  stateDir = await temporaryFolder();
  agent = await openTestAgent({ stateDir });
});

afterEach(async () => {
  await agent.close();
  await rm(stateDir, { recursive: true });
});

async function restart(): Promise<void> {
  await agent.close();
  agent = await openTestAgent({ stateDir });
}

/** Starts again with what was on disk while the agent ran. */
async function restartKilled(): Promise<void> {
  const copy = await temporaryFolder();
  await cp(stateDir, copy, { recursive: true });
  await agent.close();
  await rm(stateDir, { recursive: true });
  await cp(copy, stateDir, { recursive: true });
  await rm(copy, { recursive: true });
  agent = await openTestAgent({ stateDir });
}

async function text(datastore: 'running' | 'candidate'): Promise<string> {
  const got = await agent.config.getConfig({ datastore }, REQUESTER);
  return got.ok ? got.value : JSON.stringify(got.error);
}

async function commit(xml: string, request: CommitRequest = {}): Promise<void> {
  expect(await agent.config.editConfig('candidate', edit(xml), CLIENT)).toEqual(OK);
  expect(await agent.config.commit(CLIENT, request)).toEqual(OK);
}

/** What a start would find on disk now. */
async function stored(): Promise<readonly CommitRecord[]> {
  const copy = await temporaryFolder();
  await cp(stateDir, copy, { recursive: true });
  const loaded = await new JournaledStore(copy).load();
  if (!loaded.ok) throw new Error(loaded.error);
  const opened = await CommitHistoryFolder.open(
    copy,
    loaded.value.type === 'empty' ? [] : loaded.value.records,
  );
  await rm(copy, { recursive: true });
  if (!opened.ok) throw new Error(opened.error);
  return opened.value.records();
}

async function state(): Promise<string> {
  const namespaces = new Map([['c', 'urn:bfd-agent:yang:bfd-agent-commit']]);
  const got = await agent.config.get({ type: 'xpath', select: '/c:commits', namespaces }, REQUESTER);
  return got.ok ? got.value : JSON.stringify(got.error);
}

/** The numbers of the commits that the agent tells of. */
async function numbers(): Promise<readonly string[]> {
  return [...(await state()).matchAll(/<number>(\d+)</gu)].map(([, number = '']) => number);
}

describe('the history of commits', () => {
  it('tells who changed what, when, with which comment, across restarts', async () => {
    await commit(interfaceXml('eth0'), { comment: 'first <one>', label: 'CHG-1' });
    await restart();
    const shown = await state();
    expect(shown).toMatch(
      /<number>2<\/number><kind>commit<\/kind><time>20[^<]+<\/time><user>admin<\/user><address>192.0.2.77<\/address><session-id>1<\/session-id><comment>first &lt;one&gt;<\/comment><label>CHG-1<\/label><edit>&lt;interfaces/u,
    );
    expect(shown).toContain('<kind>found</kind>');
  });

  it('has nothing of a commit that changed nothing or was refused', async () => {
    await commit(interfaceXml('eth0'));
    expect(await agent.config.commit(CLIENT, { comment: 'again' })).toEqual(OK);
    agent.engine.unavailable = 'gone';
    await agent.config.editConfig('candidate', edit(sessionXml({ dest: '192.0.2.1' })), CLIENT);
    expect((await agent.config.commit(CLIENT)).ok).toBe(false);
    expect((await stored()).map(({ number, kind }) => [number, kind])).toEqual([
      [1, 'found'],
      [2, 'commit'],
    ]);
  });

  it('takes a long text in a time in proportion to it', async () => {
    const before = process.cpuUsage();
    await commit(interfaceXml('eth0', `<description>${'d'.repeat(200_000)}</description>`));
    const { user, system } = process.cpuUsage(before);
    // Some 50 ms, or with a search that begins anew at each character, a minute or two.
    expect((user + system) / 1e6).toBeLessThan(5);
  });

  it('keeps one alone, and goes on counting when that one is refused', async () => {
    const keep =
      '<commit-history xmlns="urn:bfd-agent:yang:bfd-agent-commit"><max-commits>1</max-commits></commit-history>';
    await commit(keep);
    await commit(interfaceXml('eth0'));
    agent.engine.unavailable = 'gone';
    await agent.config.editConfig('candidate', edit(sessionXml({ dest: '192.0.2.1' })), CLIENT);
    expect((await agent.config.commit(CLIENT)).ok).toBe(false);
    agent.engine.unavailable = null;
    expect(await numbers()).toEqual(['3']);
    expect(await agent.config.commit(CLIENT)).toEqual(OK);
    expect(await numbers()).toEqual(['4']);
  });

  it('keeps as many as are configured', async () => {
    const keep =
      '<commit-history xmlns="urn:bfd-agent:yang:bfd-agent-commit"><max-commits>3</max-commits></commit-history>';
    await commit(keep);
    for (const name of ['a', 'b', 'c', 'd']) await commit(interfaceXml(name));
    expect(await numbers()).toEqual(['4', '5', '6']);
    await restart();
    expect(await numbers()).toEqual(['4', '5', '6']);
    for (const name of ['e', 'f', 'g']) await commit(interfaceXml(name));
    expect(await numbers()).toEqual(['7', '8', '9']);
    await restart();
    expect(await readdir(join(stateDir, 'commits'))).toEqual(['9.json']);
  });

  it('tells of confirmed commits and of their reverts, also by a restart', async () => {
    await commit(interfaceXml('eth0'), { confirmed: { timeoutMs: 60_000 } });
    expect(await agent.config.cancelCommit(undefined, CLIENT)).toEqual(OK);
    await commit(interfaceXml('eth1'), { confirmed: { timeoutMs: 60_000, persist: 'a' } });
    await restart();
    const records = await stored();
    expect(records.map(({ kind, user }) => [kind, user])).toEqual([
      ['found', undefined],
      ['confirmed-commit', 'admin'],
      ['revert', 'admin'],
      ['confirmed-commit', 'admin'],
      ['revert', undefined],
    ]);
    expect(records.at(-1)?.edit).toContain('delete');
    expect(await agent.config.rollback(4, CLIENT)).toEqual(OK);
    expect(await text('candidate')).toContain('eth1');
  });

  it('forgets a commit that the agent died before', async () => {
    await commit(interfaceXml('eth0'));
    const files = ['running.xml', 'running.journal'];
    for (const file of files) await cp(join(stateDir, file), join(stateDir, `${file}.before`));
    await commit(interfaceXml('eth1'));
    await agent.close();
    for (const file of files) await cp(join(stateDir, `${file}.before`), join(stateDir, file));
    agent = await openTestAgent({ stateDir });
    expect((await stored()).map(({ number }) => number)).toEqual([1, 2]);
    await commit(interfaceXml('eth2'));
    expect((await stored()).map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it('knows its commits again after the agent was killed, again and again', async () => {
    await commit(interfaceXml('eth0'));
    await commit(interfaceXml('eth1'));
    const known = (await stored()).map(({ number }) => number);
    for (let start = 0; start < 3; start += 1) {
      await restartKilled();
      expect((await stored()).map(({ number }) => number)).toEqual(known);
      await commit(interfaceXml(`eth${start + 2}`));
      known.push(known.length + 1);
    }
    expect(await agent.config.rollback(2, CLIENT)).toEqual(OK);
    expect(await text('candidate')).not.toContain('eth1');
    expect(await text('candidate')).toContain('eth0');
  });

  it('knows commits that together changed nothing again after the agent was killed', async () => {
    await commit(interfaceXml('eth0'));
    await restart();
    await commit(interfaceXml('eth1'));
    await commit(interfaceXml('eth1', '', 'remove'));
    await restartKilled();
    await restartKilled();
    expect((await stored()).map(({ kind }) => kind)).toEqual(['found', 'commit', 'commit', 'commit']);
    expect(await agent.config.rollback(3, CLIENT)).toEqual(OK);
    expect(await text('candidate')).toContain('eth1');
  });

  it('goes back to the base of a commit that was not confirmed when the agent was killed, and stays there', async () => {
    await commit(interfaceXml('eth0'));
    await agent.close();
    agent = await openTestAgent({ stateDir });
    await commit(interfaceXml('eth1'), { confirmed: { timeoutMs: 60_000, persist: 'a' } });
    for (let start = 0; start < 2; start += 1) {
      await restartKilled();
      expect(await text('running')).toContain('eth0');
      expect(await text('running')).not.toContain('eth1');
      expect((await stored()).map(({ kind }) => kind)).toEqual([
        'found',
        'commit',
        'confirmed-commit',
        'revert',
      ]);
    }
  });

  it('does not go back behind a configuration that no commit made', async () => {
    await commit(interfaceXml('eth0'));
    await agent.close();
    const file = join(stateDir, 'running.xml');
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('eth0', 'eth9'));
    agent = await openTestAgent({ stateDir });
    await commit(interfaceXml('eth1'));
    expect((await stored()).map(({ kind }) => kind)).toEqual(['found', 'commit', 'found', 'commit']);
    expect(await agent.config.rollback(3, CLIENT)).toEqual(OK);
    expect(await text('candidate')).toContain('eth9');
    expect(await agent.config.rollback(2, CLIENT)).toMatchObject({ error: [{ tag: 'data-missing' }] });
    expect(await agent.config.rollback(99, CLIENT)).toMatchObject({ error: [{ tag: 'data-missing' }] });
  });
});

describe('compare and rollback', () => {
  it('tell how commits differ, and make the candidate an earlier one', async () => {
    await commit(interfaceXml('eth0') + sessionXml({ dest: '192.0.2.1' }));
    const second = await text('running');
    await commit(sessionXml({ dest: '192.0.2.1', content: '<local-multiplier>5</local-multiplier>' }));
    const compared = await agent.config.compare(
      { type: 'commit', number: 2 },
      { type: 'datastore', name: 'running' },
      CLIENT,
    );
    const text3 = compared.ok ? compared.value.text : '';
    expect(text3).toMatch(
      /^\+ .*session\[interface='eth0'\]\[dest-addr='192.0.2.1'\]\/local-multiplier = 5\n$/u,
    );
    expect(await agent.config.rollback(2, CLIENT)).toEqual(OK);
    expect(await text('candidate')).toBe(second);
    expect(await agent.config.commit(CLIENT)).toEqual(OK);
    expect(await text('running')).toBe(second);
  });

  it('of a candidate that another session has locked is in-use', async () => {
    await agent.config.lock('candidate', { sessionId: 2, user: 'ada' });
    expect(await agent.config.rollback(1, CLIENT)).toMatchObject({ error: [{ tag: 'in-use' }] });
  });

  it('give every configuration of a random history back, and edits that lead from any to any', async () => {
    const names = fc.subarray(['eth0', 'eth1', 'eth2']);
    const configuration = fc.record({
      names,
      enabled: fc.boolean(),
      described: fc.boolean(),
      multiplier: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(configuration, { minLength: 2, maxLength: 6 }), async (wanted) => {
        const seen = new Map<number, string>();
        for (const one of wanted) {
          await agent.config.copyConfig({ type: 'inline', xml: '' }, 'candidate', CLIENT);
          for (const xml of editsOf(one)) {
            expect(await agent.config.editConfig('candidate', edit(xml), CLIENT)).toEqual(OK);
          }
          expect(await agent.config.commit(CLIENT)).toEqual(OK);
          seen.set((await stored()).at(-1)!.number, await text('running'));
        }
        for (const [number, xml] of seen) {
          expect(await agent.config.rollback(number, CLIENT)).toEqual(OK);
          expect(await text('candidate')).toBe(xml);
          for (const [other, otherXml] of seen) {
            const compared = await agent.config.compare(
              { type: 'datastore', name: 'candidate' },
              { type: 'commit', number: other },
              CLIENT,
            );
            if (!compared.ok) throw new Error(JSON.stringify(compared.error));
            await agent.config.rollback(number, CLIENT);
            expect(await agent.config.editConfig('candidate', edit(compared.value.edit), CLIENT)).toEqual(OK);
            expect(await text('candidate')).toBe(otherXml);
            await agent.config.rollback(number, CLIENT);
          }
        }
        await agent.config.discardChanges(CLIENT);
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});

/** A configuration of interfaces, each with a session. */
function editsOf(wanted: {
  names: string[];
  enabled: boolean;
  described: boolean;
  multiplier?: number | undefined;
}): string[] {
  const content = `${wanted.described ? '<description>a &lt;b&gt; "c"</description>' : ''}<enabled>${wanted.enabled}</enabled>`;
  const leaf =
    wanted.multiplier === undefined ? '' : `<local-multiplier>${wanted.multiplier}</local-multiplier>`;
  return wanted.names.flatMap((name) => [
    interfaceXml(name, content),
    sessionXml({ interface: name, dest: '192.0.2.1', content: leaf }),
  ]);
}
