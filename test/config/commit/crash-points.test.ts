import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommitRequest, Outcome } from '../../../src/config/config-service.js';
import { interfaceXml, sessionXml } from '../../support/agent-xml.js';
import { recordCrashPoints, stopRecording } from '../../support/crash-points.js';
import { CommitLedger, type Expected } from '../../support/commit-ledger.js';
import { crashProblems, toldCommits, type HistoryReader } from '../../support/history-check.js';
import { edit, openTestAgent, REQUESTER, temporaryFolder, type TestAgent } from '../../support/test-agent.js';

vi.mock('node:fs/promises', async (original) => {
  const { recordingFileSystem } = await import('../../support/crash-points.js');
  return recordingFileSystem(await original());
});

const CONFIRMED: CommitRequest = { confirmed: { timeoutMs: 600_000 } };

interface CrashPoint {
  readonly copy: string;
  readonly what: string;
  readonly expected: Expected;
}

let folder: string;
let stateDir: string;
let agent: TestAgent;
let ledger: CommitLedger;
let points: CrashPoint[];

beforeEach(async () => {
  folder = await temporaryFolder();
  stateDir = join(folder, 'state');
  await mkdir(stateDir, { mode: 0o700 });
  agent = await openTestAgent({ stateDir });
  ledger = new CommitLedger(await readerOf(agent).running(), 1);
  points = [];
});

afterEach(async () => {
  stopRecording();
  await agent.close();
  await rm(folder, { recursive: true });
});

/** Records the crash points of what the test does from now on. */
function record(): void {
  recordCrashPoints(stateDir, join(folder, 'copies'), (copy, what) => {
    points.push({ copy, what, expected: ledger.expected() });
  });
}

async function change(xml: string): Promise<void> {
  value(await agent.config.editConfig('candidate', edit(xml), REQUESTER));
}

async function commit(request: CommitRequest = {}): Promise<void> {
  const step = request.confirmed === undefined ? 'commit' : 'confirmed-commit';
  ledger.begin(step, await readerOf(agent).candidate());
  value(await agent.config.commit(REQUESTER, request));
  ledger.acknowledge();
}

async function cancel(): Promise<void> {
  ledger.begin('cancel');
  value(await agent.config.cancelCommit(undefined, REQUESTER));
  ledger.acknowledge();
}

async function restart(): Promise<void> {
  ledger.begin('restart');
  await agent.close();
  agent = await openTestAgent({ stateDir });
  ledger.acknowledge();
}

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.error.map(({ message }) => message).join(' '));
  return outcome.value;
}

function readerOf({ config }: TestAgent): HistoryReader {
  const namespaces = new Map([['c', 'urn:bfd-agent:yang:bfd-agent-commit']]);
  const text = async (datastore: 'running' | 'candidate') =>
    value(await config.getConfig({ datastore }, REQUESTER));
  return {
    commits: async () => {
      const filter = { type: 'xpath', select: '/c:commits', namespaces } as const;
      return toldCommits(value(await config.get(filter, REQUESTER)));
    },
    running: () => text('running'),
    candidate: () => text('candidate'),
    rollback: async (number) => value(await config.rollback(number, REQUESTER)),
    edit: async (xml) => value(await config.editConfig('candidate', edit(xml), REQUESTER)),
    discard: async () => value(await config.discardChanges(REQUESTER)),
  };
}

/** What is wrong when the agent is started with what a crash left. */
async function problemsAfter({ copy, what, expected }: CrashPoint): Promise<string[]> {
  try {
    const started = await openTestAgent({ stateDir: copy });
    try {
      const found = await crashProblems(readerOf(started), expected, expected.acknowledged - 2);
      return found.map((problem) => `after ${what}: ${problem}`);
    } finally {
      await started.close();
    }
  } catch (error) {
    return [`after ${what}: ${String(error)}`];
  }
}

/** What is wrong after any of the crashes; says so when there were hardly any. */
async function problems(): Promise<string[]> {
  stopRecording();
  const found = points.length < 5 ? ['the disk was hardly touched'] : [];
  for (const point of points) found.push(...(await problemsAfter(point)));
  return found;
}

const A = interfaceXml('eth0') + sessionXml({ dest: '192.0.2.1' });
const B = interfaceXml('eth0', '<description>b</description>') + sessionXml({ dest: '192.0.2.2' });

function described(number: number): string {
  return interfaceXml('eth0', `<description>${'d'.repeat(80_000)}${number}</description>`);
}

describe('an agent that dies at any step', () => {
  it('of plain commits', async () => {
    record();
    for (const xml of [A, B]) {
      await change(xml);
      await commit();
    }
    expect(await problems()).toEqual([]);
  }, 120_000);

  it('of a confirmed commit that is extended and confirmed', async () => {
    record();
    await change(A);
    await commit(CONFIRMED);
    await change(B);
    await commit(CONFIRMED);
    await change(interfaceXml('eth1'));
    await commit();
    await change(interfaceXml('eth2'));
    await commit();
    expect(await problems()).toEqual([]);
  }, 120_000);

  it('of a confirmed commit that is cancelled', async () => {
    await change(A);
    await commit();
    record();
    await change(B);
    await commit(CONFIRMED);
    await cancel();
    await change(B);
    await commit(CONFIRMED);
    await cancel();
    await change(interfaceXml('eth2'));
    await commit();
    expect(await problems()).toEqual([]);
  }, 120_000);

  it('of a restart, with a commit that waits and without', async () => {
    await change(A);
    await commit();
    record();
    await restart();
    await change(B);
    await commit(CONFIRMED);
    await restart();
    await change(B);
    await commit();
    await restart();
    expect(await problems()).toEqual([]);
  }, 120_000);

  it('of commits there and back', async () => {
    await change(A);
    await commit();
    await restart();
    record();
    await change(B);
    await commit();
    value(await agent.config.rollback(2, REQUESTER));
    await commit();
    await change(B);
    await commit(CONFIRMED);
    value(await agent.config.rollback(2, REQUESTER));
    await commit(CONFIRMED);
    await cancel();
    expect(await problems()).toEqual([]);
  }, 120_000);

  it('of commits so large that running is stored anew', async () => {
    for (let number = 1; number <= 3; number += 1) {
      await change(described(number));
      await commit();
    }
    record();
    await change(described(4));
    await commit();
    await change(described(5));
    await commit(CONFIRMED);
    await cancel();
    expect(await problems()).toEqual([]);
    expect(points.some(({ what }) => what.includes('running.new.xml'))).toBe(true);
  }, 120_000);

  it('of commits of which one is remembered', async () => {
    await change(
      '<commit-history xmlns="urn:bfd-agent:yang:bfd-agent-commit"><max-commits>1</max-commits></commit-history>',
    );
    await commit();
    record();
    await change(A);
    await commit();
    await change(B);
    await commit(CONFIRMED);
    await cancel();
    await change(B);
    await commit();
    expect(await problems()).toEqual([]);
  }, 120_000);
});
