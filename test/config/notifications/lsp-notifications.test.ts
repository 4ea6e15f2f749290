import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MplsEvent, StateChangeEvent } from '../../../src/link/messages.js';
import { DOWN_RECORD } from '../../support/down-record.js';
import { emptyWorkspace } from '../../support/agent-workspace.js';
import { lspReport } from '../../support/lsp-reports.js';
import { openTestAgent, type TestAgent } from '../../support/test-agent.js';
import { sessionReport } from '../../link/recording-control.js';

const FEC = '203.0.113.1/32';
const KEY = `lsp-ingress/${FEC}`;
const CREATED = {
  type: 'lsp-session-created',
  timeMs: 1000,
  key: KEY,
  localDiscriminator: 17,
  lsp: lspReport('ingress'),
} as const;
const FAILED = {
  type: 'bootstrap-failed',
  timeMs: 2000,
  key: KEY,
  fec: FEC,
  up: false,
  failure: { cause: 'no-answer' },
} as const;
const TUNNEL = {
  type: 'tunnel-state-change',
  timeMs: 3000,
  fec: FEC,
  from: 'up',
  to: 'bfd-down',
  session: KEY,
} as const;
const DOWN: StateChangeEvent = {
  type: 'state-change',
  key: KEY,
  timeMs: 4000,
  from: 'up',
  to: 'down',
  localDiagnostic: 1,
  previousChangeMs: 3000,
  sourceAddress: null,
  report: {
    ...sessionReport(KEY),
    localDiscriminator: 17,
    remoteDiscriminator: 34,
    lsp: lspReport('ingress'),
    downRecord: DOWN_RECORD,
  },
};

let agent: TestAgent;
let heard: string[];

beforeEach(async () => {
  agent = await openTestAgent();
  heard = [];
  agent.config.notifications.onNotification(({ xml }) => heard.push(xml));
});
afterEach(() => agent.close());

/** What is told of events of the engine: name and leaves of each notification, by its schema. */
async function told(...events: readonly (MplsEvent | StateChangeEvent)[]): Promise<readonly object[]> {
  for (const event of events) agent.engine.tell(event);
  await agent.config.stop();
  const { context } = emptyWorkspace();
  return heard.map((xml) => {
    const parsed = context.parseNotification(xml);
    if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join('\n'));
    const [root] = parsed.value.roots();
    const leaves = [...(root?.children() ?? [])].filter(({ kind }) => kind === 'leaf');
    return Object.fromEntries([['', root?.name], ...leaves.map(({ name, value }) => [name, value])]);
  });
}

const IDENTITY = {
  fec: FEC,
  role: 'ingress',
  'local-discriminator': '17',
  'peer-address': '203.0.113.1',
};

describe('what the agent tells of LSPs', () => {
  it('a session that is created, and one that is deleted, with the reason', async () => {
    const key = 'lsp-egress/192.0.2.9/203.0.113.1/32/7';
    const egress = { key, localDiscriminator: 18, lsp: lspReport('egress') };
    expect(
      await told(CREATED, { type: 'lsp-session-deleted', timeMs: 2000, ...egress, reason: 'withdrawn' }),
    ).toEqual([
      { '': 'session-created', ...IDENTITY },
      {
        '': 'session-deleted',
        fec: FEC,
        role: 'egress',
        'local-discriminator': '18',
        'peer-address': '192.0.2.9',
        reason: 'withdrawn',
      },
    ]);
  });

  it.each(['fec-removed', 'not-enabled', 'session-limit', 'cleared', 'passive-disabled', 'not-up'] as const)(
    'that the reason of a deletion is %s',
    async (reason) => {
      const event = { ...CREATED, type: 'lsp-session-deleted', reason } as const;
      expect(await told(event)).toMatchObject([{ '': 'session-deleted', reason }]);
    },
  );

  it('a bootstrap that fails, with who has answered', async () => {
    const failure = { cause: 'return-code', returnCode: 10, returnSubcode: 1, from: '198.51.100.7' } as const;
    expect(await told(FAILED, CREATED, FAILED, { ...FAILED, up: true, failure })).toEqual([
      {
        '': 'bootstrap-failed',
        fec: FEC,
        role: 'ingress',
        'peer-address': '203.0.113.1',
        up: 'false',
        cause: 'no-answer',
      },
      { '': 'session-created', ...IDENTITY },
      { '': 'bootstrap-failed', ...IDENTITY, up: 'false', cause: 'no-answer' },
      {
        '': 'bootstrap-failed',
        ...IDENTITY,
        up: 'true',
        cause: 'return-code',
        'return-code': '10',
        'return-subcode': '1',
        from: '198.51.100.7',
      },
    ]);
  });

  it('a tunnel that changes its state, with its session', async () => {
    const tunnel = { '': 'tunnel-state-change', fec: FEC, 'old-state': 'up', 'new-state': 'bfd-down' };
    expect(await told(CREATED, TUNNEL, { ...TUNNEL, session: null })).toEqual([
      { '': 'session-created', ...IDENTITY },
      { ...tunnel, 'local-discriminator': '17' },
      tunnel,
    ]);
  });

  it('a limit of sessions that is reached', async () => {
    const event = { type: 'session-limit', timeMs: 1000, role: 'egress', limit: 5, reached: true } as const;
    expect(await told(event)).toEqual([{ '': 'session-limit', role: 'egress', limit: '5', reached: 'true' }]);
  });

  it('a change of state, as RFC 9314 has it, with the FEC and why it went down', async () => {
    expect(await told(DOWN)).toEqual([
      {
        '': 'mpls-notification',
        'local-discr': '17',
        'remote-discr': '34',
        'new-state': 'down',
        'state-change-reason': 'control-expiry',
        'time-of-last-state-change': '1970-01-01T00:00:03.000Z',
        'dest-addr': '203.0.113.1',
        'source-addr': '192.0.2.1',
        'session-index': '17',
        'path-type': 'ietf-bfd-types:path-mpls-lsp',
        'mpls-dest-address': '127.0.0.1',
        fec: FEC,
        role: 'ingress',
      },
    ]);
    expect(heard[0]).toContain('<verdict>host-late</verdict>');
  });

  it('in the order in which it happened', async () => {
    const names = (await told(CREATED, DOWN, TUNNEL)).map((one) => Object.values(one)[0]);
    expect(names).toEqual(['session-created', 'mpls-notification', 'tunnel-state-change']);
  });
});
