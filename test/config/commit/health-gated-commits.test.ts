import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConfirmEvent } from '../../../src/config/commit/commit-event.js';
import { describeLost } from '../../../src/config/commit/health-gate.js';
import type { CommitRequest } from '../../../src/config/config-service.js';
import { interfaceXml, sessionXml } from '../../support/agent-xml.js';
import { lspReport } from '../../support/lsp-reports.js';
import { InMemoryEngine } from '../../support/in-memory-engine.js';
import { ManualClock } from '../../support/manual-clock.js';
import { edit, openTestAgent, REQUESTER, temporaryFolder, type TestAgent } from '../../support/test-agent.js';

const OK = { ok: true, value: undefined };
const GATED: CommitRequest = { confirmed: { timeoutMs: 5_000, healthCheck: 'all' } };
const TOUCHED: CommitRequest = { confirmed: { timeoutMs: 5_000, healthCheck: 'touched' } };
const FIRST = 'ip-sh/eth0/192.0.2.1';
const SECOND = 'ip-sh/eth0/192.0.2.2';

let agent: TestAgent;
let clock: ManualClock;
let stateDir: string;
let events: ConfirmEvent[];
let heard: string[];

beforeEach(async () => {
  stateDir = await temporaryFolder();
  await open();
  await change(interfaceXml('eth0') + sessionXml({ dest: '192.0.2.1' }));
  await change(sessionXml({ dest: '192.0.2.2' }));
  report(FIRST, 'up');
  report(SECOND, 'up');
});

afterEach(async () => {
  await agent.close();
  await rm(stateDir, { recursive: true });
});

async function open(): Promise<void> {
  clock = new ManualClock();
  events = [];
  heard = [];
  const onConfirmEvent = (event: ConfirmEvent): number => events.push(event);
  agent = await openTestAgent({ stateDir, clock, onConfirmEvent, engine: new InMemoryEngine() });
  agent.config.notifications.onNotification(({ xml }) => heard.push(xml));
}

function report(key: string, localState: 'up' | 'down'): void {
  agent.engine.reports.set(key, { localState });
}

async function running(): Promise<string> {
  const got = await agent.config.getConfig({ datastore: 'running' }, REQUESTER);
  return got.ok ? got.value : JSON.stringify(got.error);
}

async function change(xml: string, request: CommitRequest = {}): Promise<void> {
  expect(await agent.config.editConfig('candidate', edit(xml), REQUESTER)).toEqual(OK);
  expect(await agent.config.commit(REQUESTER, request)).toEqual(OK);
}

function multiplier(dest: string): string {
  return sessionXml({ dest, content: '<local-multiplier>7</local-multiplier>' });
}

async function confirmedByItself(): Promise<boolean> {
  clock.advance(5_000);
  return (await running()).includes('<local-multiplier>7<');
}

async function told(): Promise<string> {
  const namespaces = new Map([['c', 'urn:bfd-agent:yang:bfd-agent-commit']]);
  const got = await agent.config.get({ type: 'xpath', select: '/c:commits', namespaces }, REQUESTER);
  return got.ok ? got.value : '';
}

describe('a health-gated commit', () => {
  it('confirms itself when every session is Up at the end of the settle time', async () => {
    await change(multiplier('192.0.2.1'), GATED);
    report(FIRST, 'down');
    clock.advance(4_999);
    report(FIRST, 'up');
    expect(await confirmedByItself()).toBe(true);
    expect(events.map(({ type }) => type)).toEqual(['start', 'complete']);
    expect(heard.at(-1)).toMatch(/^<health-check-passed .*<watched-sessions>2<\/watched-sessions>/u);
    expect(await agent.config.cancelCommit(undefined, REQUESTER)).toMatchObject({
      error: [{ tag: 'operation-failed' }],
    });
    await agent.close();
    await open();
    expect(await running()).toContain('<local-multiplier>7<');
  });

  it('takes itself back when one was lost, and says which', async () => {
    const before = await running();
    await change(multiplier('192.0.2.1'), { ...GATED, label: 'try' });
    report(SECOND, 'down');
    expect(await confirmedByItself()).toBe(false);
    expect(await running()).toBe(before);
    expect(events.at(-1)).toMatchObject({
      type: 'timeout',
      health: { watched: 2, lost: [{ key: SECOND, state: 'down' }] },
    });
    expect(heard.at(-1)).toMatch(
      /^<health-check-failed [^>]*><commit>\d+<\/commit><label>try<\/label><watched-sessions>2<.*<dest-addr>192\.0\.2\.2<\/dest-addr><state>down<\/state>/u,
    );
    expect(await told()).toContain('<kind>revert</kind>');
    expect(await told()).toContain('sessions that were Up before are not: ip-sh/eth0/192.0.2.2 (down)');
  });

  it('of the scope "touched" cares for the sessions that it changes only', async () => {
    await change(multiplier('192.0.2.1'), TOUCHED);
    report(SECOND, 'down');
    expect(await confirmedByItself()).toBe(true);
    await change(
      sessionXml({ dest: '192.0.2.1', content: '<local-multiplier>8</local-multiplier>' }),
      TOUCHED,
    );
    report(FIRST, 'down');
    expect(await confirmedByItself()).toBe(true);
    expect(await running()).not.toContain('<local-multiplier>8<');
  });

  it('does not count sessions that were not Up before, are deleted, or are taken down by their own leaf', async () => {
    await change(sessionXml({ dest: '192.0.2.3' }));
    const down = sessionXml({ dest: '192.0.2.1', content: '<admin-down>true</admin-down>' });
    expect(await agent.config.editConfig('candidate', edit(down), REQUESTER)).toEqual(OK);
    await change(sessionXml({ dest: '192.0.2.2', op: 'delete' }), GATED);
    report(FIRST, 'down');
    clock.advance(5_000);
    expect(await running()).not.toContain('192.0.2.2');
    expect(events.at(-1)?.type).toBe('complete');
  });

  it('is decided by health when the session of the client has ended', async () => {
    await change(multiplier('192.0.2.1'), GATED);
    await agent.config.releaseSession(REQUESTER.sessionId);
    expect(await agent.config.commit({ sessionId: 2, user: 'ada' })).toMatchObject({
      error: [{ tag: 'in-use' }],
    });
    expect(await confirmedByItself()).toBe(true);
  });

  it('is taken back when the engine cannot be asked at the end, and refused when it cannot be asked before', async () => {
    await change(multiplier('192.0.2.1'), GATED);
    agent.engine.unavailable = 'gone';
    expect(await confirmedByItself()).toBe(false);
    await agent.config.editConfig('candidate', edit(interfaceXml('eth5')), REQUESTER);
    expect(await agent.config.commit(REQUESTER, GATED)).toMatchObject({
      error: [{ tag: 'operation-failed' }],
    });
    expect(await running()).not.toContain('eth5');
  });

  it('can be confirmed and cancelled before its time is up, and is gone after a stop', async () => {
    const before = await running();
    await change(multiplier('192.0.2.1'), GATED);
    expect(await agent.config.cancelCommit(undefined, REQUESTER)).toEqual(OK);
    expect(await running()).toBe(before);
    await change(multiplier('192.0.2.1'), GATED);
    await agent.close();
    await open();
    expect(await running()).toBe(before);
    await change(multiplier('192.0.2.1'), GATED);
    expect(await agent.config.commit(REQUESTER)).toEqual(OK);
    report(FIRST, 'down');
    expect(await confirmedByItself()).toBe(true);
  });
});

it('a long list of lost sessions is cut', () => {
  const lost = Array.from({ length: 23 }, (_, index) => ({ key: `s${index}`, state: undefined }));
  expect(describeLost(lost)).toMatch(/: s0 \(unknown\), .*s19 \(unknown\) and 3 more$/u);
});

describe('a session of an LSP', () => {
  const LSP = 'lsp-ingress/203.0.113.1/32';

  beforeEach(() => {
    agent.engine.lspSessions.add(LSP);
    reportLsp('up');
  });

  function reportLsp(localState: 'up' | 'down'): void {
    agent.engine.reports.set(LSP, { localState, lsp: lspReport('ingress') });
  }

  it('that was Up before a commit and is not after it takes the commit back', async () => {
    await change(multiplier('192.0.2.1'), GATED);
    reportLsp('down');
    expect(await confirmedByItself()).toBe(false);
    const failed = heard.find((xml) => xml.startsWith('<health-check-failed'));
    expect(failed).toContain('<watched-sessions>3</watched-sessions>');
    expect(failed).toContain(`<name>${LSP}</name>`);
    expect(failed).toContain('bfd-types:path-mpls-lsp');
    expect(failed).toContain(
      '<source-addr>192.0.2.1</source-addr><dest-addr>203.0.113.1</dest-addr><state>down</state>',
    );
  });

  it('that is not what a commit is about does not decide on it where only those do', async () => {
    await change(multiplier('192.0.2.1'), TOUCHED);
    reportLsp('down');
    expect(await confirmedByItself()).toBe(true);
  });

  it('that is gone has not been lost', async () => {
    await change(multiplier('192.0.2.1'), GATED);
    agent.engine.lspSessions.delete(LSP);
    expect(await confirmedByItself()).toBe(true);
  });
});
