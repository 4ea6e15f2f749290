import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edit, openTestAgent, REQUESTER, type TestAgent } from '../support/test-agent.js';

const README = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
const SECTION = README.slice(README.indexOf('## BFD for BGP tunnels')).split(/\n## /u)[0] ?? '';

/** The documents of the section, without the root that NETCONF clients give them. */
const DOCUMENTS = Array.from(
  SECTION.matchAll(/^ {4}<config [^>]*>\n([^]*?)^ {4}<\/config>/gmu),
  ([, content = '']) => content,
);

let agent: TestAgent;
beforeAll(async () => {
  agent = await openTestAgent();
});
afterAll(() => agent.close());

async function commit(document: number): Promise<void> {
  const changed = await agent.config.editConfig('candidate', edit(DOCUMENTS[document] ?? ''), REQUESTER);
  const committed = changed.ok ? await agent.config.commit(REQUESTER) : changed;
  if (!committed.ok) throw new Error(JSON.stringify(committed.error));
}

describe('the procedure of the README', () => {
  it('enables the ingress, which creates nothing', async () => {
    expect(DOCUMENTS).toHaveLength(3);
    await commit(0);
    expect(agent.engine.mpls).toMatchObject({
      interfaces: ['core0'],
      ingress: { enabled: true, trigger: { type: 'none' }, sourceIpv4: '192.0.2.1' },
      egress: { passive: false },
    });
    expect(agent.engine.tunnels.size).toBe(0);
  });

  it('then has a policy, which creates a session for the tunnel', async () => {
    const FEC = '198.51.100.1/32';
    const changed = await agent.config.editConfig('candidate', edit(DOCUMENTS[1] ?? ''), REQUESTER);
    expect(changed).toMatchObject({ ok: true });
    expect(await agent.config.planCommit(REQUESTER)).toMatchObject({
      value: {
        accepted: true,
        sessions: [{ key: `lsp-ingress/${FEC}`, action: 'create' }],
        tunnels: [{ fec: FEC, action: 'create', ineligibleReason: null }],
      },
    });
    await commit(1);
    expect(agent.engine.mpls?.ingress.trigger).toMatchObject({ type: 'ip-prefix', name: 'egresses' });
    expect(agent.engine.tunnels.get(FEC)).toMatchObject({
      lsps: [{ outInterface: 'core0', labels: [{ label: 1001 }, { label: 2001 }] }],
    });
  });

  it('enables the egress, on the same device too', async () => {
    await commit(2);
    expect(agent.engine.mpls).toMatchObject({
      ingress: { enabled: true },
      egress: { passive: true, session: { desiredMinTxIntervalUs: 10_000, requiredMinRxIntervalUs: 10_000 } },
    });
  });
});
