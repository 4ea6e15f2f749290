import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Filter } from '../../../src/config/config-service.js';
import { interfaceXml, multihopXml, sessionXml } from '../../support/agent-xml.js';
import { AskedEngine } from '../../support/asked-engine.js';
import { edit, openTestAgent, REQUESTER, type TestAgent } from '../../support/test-agent.js';
import { xmlElement } from '../../support/xml-element.js';

let engine: AskedEngine;
let agent: TestAgent;
beforeEach(async () => {
  engine = new AskedEngine();
  agent = await openTestAgent({ engine });
  const sessions = ['1', '2', '3'].map((host) => sessionXml({ dest: `192.0.2.${host}` }));
  const other = sessionXml({ dest: '192.0.2.9', instance: 'other' });
  const groups = ['1', '2'].map((host) => multihopXml({ source: '2001:db8::9', dest: `2001:db8::${host}` }));
  for (const xml of [interfaceXml('eth0'), ...sessions, other, ...groups]) {
    await agent.config.editConfig('candidate', edit(xml), REQUESTER);
  }
  await agent.config.commit(REQUESTER);
});
afterEach(() => agent.close());

async function get(filter: Filter): Promise<string> {
  const got = await agent.config.get(filter, REQUESTER);
  return got.ok ? got.value : JSON.stringify(got.error);
}

const subtree = (content: string): Filter => ({
  type: 'subtree',
  element: xmlElement(`<filter>${content}</filter>`),
});
const sessions = (content: string): string =>
  `<routing xmlns="urn:ietf:params:xml:ns:yang:ietf-routing"><control-plane-protocols><control-plane-protocol>
   <bfd xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd"><ip-sh xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh">
   <sessions>${content}</sessions></ip-sh></bfd></control-plane-protocol></control-plane-protocols></routing>`;
const session = (dest: string, more = ''): string =>
  `<session><interface>eth0</interface><dest-addr>${dest}</dest-addr>${more}</session>`;
/** The same by a filter that the agent answers with everything at hand. */
const wide = (dest: string, more = ''): Filter => anywhere(`//s:session[s:dest-addr='${dest}']${more}`);
const anywhere = (select: string): Filter => ({
  type: 'xpath',
  select,
  namespaces: new Map([
    ['s', 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh'],
    ['m', 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-mh'],
  ]),
});
const group = (dest: string): string =>
  `<session-group><source-addr>2001:db8::9</source-addr><dest-addr>${dest}</dest-addr></session-group>`;
const multihop = (content: string): string =>
  `<ip-mh xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd-ip-mh"><session-groups>${content}</session-groups></ip-mh>`;
const groups = (content: string): string => sessions('').replace(/<ip-sh.*<\/ip-sh>/su, multihop(content));

describe('a filter for single sessions', () => {
  it('gets what a search through all of them gets', async () => {
    const found = await get(subtree(sessions(session('192.0.2.2'))));
    expect(found).toContain('<session-running>');
    expect(found).toBe(await get(wide('192.0.2.2')));
  });

  it('asks the engine for these sessions alone', async () => {
    await get(subtree(sessions(session('192.0.2.2') + session('192.0.2.9') + session('192.0.2.77'))));
    expect(engine.asked).toEqual([['ip-sh/eth0/192.0.2.2', 'ip-sh/eth0/192.0.2.9']]);
  });

  it('may be of XPath', async () => {
    const around =
      '/r:routing/r:control-plane-protocols/r:control-plane-protocol/b:bfd/s:ip-sh/s:sessions/s:session';
    const namespaces = new Map([
      ['r', 'urn:ietf:params:xml:ns:yang:ietf-routing'],
      ['b', 'urn:ietf:params:xml:ns:yang:ietf-bfd'],
      ['s', 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh'],
    ]);
    const keys = "[s:interface='eth0'][s:dest-addr='192.0.2.2']";
    const found = await get({ type: 'xpath', select: around + keys, namespaces });
    expect(engine.asked).toEqual([['ip-sh/eth0/192.0.2.2']]);
    expect(found).toContain('<session-running>');
    expect(found).toBe(await get(wide('192.0.2.2')));
  });

  it('does not ask it for a session that does not exist, and gets nothing', async () => {
    expect(await get(subtree(sessions(session('192.0.2.77'))))).toBe('');
    expect(engine.asked).toEqual([]);
  });

  it.each(['2001:db8::2', '2001:DB8:0::2'])('gets one over several hops, to %s', async (dest) => {
    const filter = subtree(groups(group(dest)));
    const found = await get(filter);
    expect(engine.asked).toEqual([['ip-mh/2001:db8::9/2001:db8::2']]);
    expect(found).toContain('<session-running>');
    expect(found).toContain('<dest-addr>2001:db8::2</dest-addr>');
    expect(found).not.toContain('2001:db8::1<');
    expect(found).toBe(await get(anywhere("//m:session-group[m:dest-addr='2001:db8::2']")));
  });

  it('gets sessions of both types', async () => {
    const both = sessions(session('192.0.2.2')).replace(
      '</ip-sh>',
      `</ip-sh>${multihop(group('2001:db8::1'))}`,
    );
    const found = await get(subtree(both));
    expect(engine.asked).toEqual([['ip-sh/eth0/192.0.2.2', 'ip-mh/2001:db8::9/2001:db8::1']]);
    expect(found.match(/<session-running>/gu)).toHaveLength(2);
  });

  it('gets other trees beside them', async () => {
    const both =
      sessions(session('192.0.2.2')) + '<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"/>';
    const found = await get(subtree(both));
    expect(found).toContain('<name>eth0</name>');
    expect(found).toContain('<dest-addr>192.0.2.2</dest-addr>');
    expect(found).not.toContain('<dest-addr>192.0.2.1</dest-addr>');
  });

  it('gets a summary beside them, for which no session is asked for all that there is of it', async () => {
    const found = await get(
      subtree(sessions(session('192.0.2.2')).replace('<sessions>', '<summary/><sessions>')),
    );
    expect(engine.asked).toEqual([['ip-sh/eth0/192.0.2.2']]);
    expect(found).toContain('<dest-addr>192.0.2.2</dest-addr>');
    expect(found).not.toContain('<dest-addr>192.0.2.1</dest-addr>');
    expect(found.match(/<number-of-sessions>\d+/gu)).toEqual([
      '<number-of-sessions>3',
      '<number-of-sessions>1',
    ]);
  });

  it.each([
    ['a key is missing', sessions('<session><dest-addr>192.0.2.2</dest-addr></session>')],
    [
      'a group of sessions over several hops is wanted without its keys',
      sessions(session('192.0.2.2')).replace('</ip-sh>', `</ip-sh>${multihop('<session-group/>')}`),
    ],
    ['another branch wants all', sessions(`${session('192.0.2.2')}<session/>`)],
  ])('is answered with everything at hand where %s', async (_, filter) => {
    expect(await get(subtree(filter))).toContain('<dest-addr>192.0.2.2</dest-addr>');
    expect(engine.asked).toEqual([null]);
  });
});
