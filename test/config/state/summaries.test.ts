import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Filter } from '../../../src/config/config-service.js';
import { interfaceXml, mplsXml, multihopXml, sessionXml } from '../../support/agent-xml.js';
import { AskedEngine } from '../../support/asked-engine.js';
import { lspReport } from '../../support/lsp-reports.js';
import { edit, openTestAgent, REQUESTER, type TestAgent } from '../../support/test-agent.js';
import { xmlElement } from '../../support/xml-element.js';

let engine: AskedEngine;
let agent: TestAgent;

beforeEach(async () => {
  engine = new AskedEngine();
  agent = await openTestAgent({ engine });
  const sessions = ['1', '2', '3'].map((host) => sessionXml({ dest: `192.0.2.${host}` }));
  const other = sessionXml({ dest: '192.0.2.9', instance: 'other' });
  const group = multihopXml({ source: '2001:db8::9', dest: '2001:db8::1' });
  for (const xml of [interfaceXml('eth0'), ...sessions, other, group, mplsXml('<enabled>true</enabled>')]) {
    await agent.config.editConfig('candidate', edit(xml), REQUESTER);
  }
  await agent.config.commit(REQUESTER);
  engine.reports.set('ip-sh/eth0/192.0.2.1', { localState: 'up' });
  engine.reports.set('ip-sh/eth0/192.0.2.2', { localState: 'init' });
  engine.reports.set('ip-mh/2001:db8::9/2001:db8::1', { localState: 'admin-down' });
  engine.lspSessions.add('lsp-ingress/203.0.113.1/32');
  engine.reports.set('lsp-ingress/203.0.113.1/32', {
    localState: 'up',
    localDiscriminator: 11,
    lsp: lspReport('ingress'),
  });
});
afterEach(() => agent.close());

async function get(filter: Filter): Promise<string> {
  const got = await agent.config.get(filter, REQUESTER);
  return got.ok ? got.value : JSON.stringify(got.error);
}

/** A filter for what is below `bfd`, of all instances or one. */
const below = (content: string, name = ''): Filter => ({
  type: 'subtree',
  element: xmlElement(
    `<filter><routing xmlns="urn:ietf:params:xml:ns:yang:ietf-routing"><control-plane-protocols>
     <control-plane-protocol>${name}<bfd xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd">${content}</bfd>
     </control-plane-protocol></control-plane-protocols></routing></filter>`,
  ),
});
/** The same by a filter that the agent answers with everything at hand. */
const wide = (select: string): Filter => ({
  type: 'xpath',
  select,
  namespaces: new Map([
    ['b', 'urn:ietf:params:xml:ns:yang:ietf-bfd'],
    ['s', 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh'],
    ['h', 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-mh'],
    ['l', 'urn:ietf:params:xml:ns:yang:ietf-bfd-mpls'],
    ['t', 'urn:bfd-agent:yang:mpls-bgp-bfd'],
  ]),
});

const SH = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh"';
const MH = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd-ip-mh"';
const MPLS = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd-mpls"';
const BGP = 'xmlns="urn:bfd-agent:yang:mpls-bgp-bfd"';

describe('a filter for summaries', () => {
  it.each([
    ['all sessions', '<summary/>', '//b:bfd/b:summary'],
    ['ip-sh', `<ip-sh ${SH}><summary/></ip-sh>`, '//s:ip-sh/s:summary'],
    ['ip-mh', `<ip-mh ${MH}><summary/></ip-mh>`, '//h:ip-mh/h:summary'],
    ['mpls', `<mpls ${MPLS}><summary/></mpls>`, '//l:mpls/l:summary'],
    [
      'sessions of LSPs',
      `<mpls ${MPLS}><bgp-lsp ${BGP}><sessions><summary/></sessions></bgp-lsp></mpls>`,
      '//t:sessions/t:summary',
    ],
    [
      'two of them',
      `<summary/><ip-sh ${SH}><summary><number-of-sessions-up/></summary></ip-sh>`,
      '//b:bfd/b:summary | //s:summary/s:number-of-sessions-up',
    ],
  ])('gets that of %s as a look at everything does, and asks for no session', async (_, content, path) => {
    const found = await get(below(content));
    expect(found).toContain('<number-of-sessions-up>');
    expect(engine.asked).toEqual([]);
    expect(found).toBe(await get(wide(path)));
  });

  it('counts by state, and each instance its own', async () => {
    const found = await get(below('<summary/>', '<name>main</name>'));
    const counts = [...found.matchAll(/<(number-of-[a-z-]+)>(\d+)/gu)].map(([, name, count]) => [
      name,
      count,
    ]);
    expect(counts).toEqual([
      ['number-of-sessions', '5'],
      ['number-of-sessions-up', '2'],
      ['number-of-sessions-down', '2'],
      ['number-of-sessions-admin-down', '1'],
    ]);
  });

  it('gets nothing while the engine cannot be asked', async () => {
    engine.unavailable = 'away';
    expect(await get(below('<summary/>'))).toBe('');
  });
});
