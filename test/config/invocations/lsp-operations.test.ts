import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/config/config-service.js';
import type { MplsAction } from '../../../src/link/messages.js';
import { instanceXml, mplsXml } from '../../support/agent-xml.js';
import { lspReport } from '../../support/lsp-reports.js';
import { edit, openTestAgent, REQUESTER, type TestAgent } from '../../support/test-agent.js';
import { xmlElement } from '../../support/xml-element.js';

const MODULE = 'urn:bfd-agent:yang:mpls-bgp-bfd';
const FEC = '203.0.113.1/32';
const GUEST = { sessionId: 2, user: 'guest' };

let agent: TestAgent;

beforeEach(async () => {
  agent = await openTestAgent();
  await agent.config.editConfig('candidate', edit(instanceXml('main')), REQUESTER);
  const committed = await agent.config.commit(REQUESTER);
  if (!committed.ok) throw new Error(JSON.stringify(committed.error));
  const { engine } = agent;
  engine.tunnels.set(FEC, { key: FEC, lsps: [] });
  engine.lspSessions.add('lsp-ingress/203.0.113.1/32');
  engine.reports.set('lsp-ingress/203.0.113.1/32', { localDiscriminator: 4711, lsp: lspReport('ingress') });
});
afterEach(() => agent.close());

function onTunnel(action: string, fec = FEC, instance = 'main'): string {
  const tunnel = `<tunnels><tunnel><fec>${fec}</fec>${action}</tunnel></tunnels>`;
  return mplsXml(tunnel, { instance });
}

function onSession(action: string, discriminator: number | string = 4711): string {
  const key = `<local-discriminator>${discriminator}</local-discriminator>`;
  return mplsXml(`<sessions><session>${key}${action}</session></sessions>`);
}

function invoke(content: string, requester = REQUESTER): Promise<Outcome<string>> {
  const around = xmlElement(`<action xmlns="urn:ietf:params:xml:ns:yang:1">${content}</action>`);
  return agent.config.runAction(around, requester);
}

function call(name: string, input = ''): Promise<Outcome<string>> {
  return agent.config.runModuleRpc(xmlElement(`<${name} xmlns="${MODULE}">${input}</${name}>`));
}

const PING: MplsAction = {
  type: 'lsp-ping',
  fec: FEC,
  count: 5,
  timeoutMs: 2000,
  replyMode: 'reply-udp',
  size: null,
};

function replyLeaves(values: readonly (string | number)[]): string {
  return ['sequence', 'from', 'return-code', 'return-subcode', 'round-trip-time']
    .map((name, at) => `<${name}>${values[at]}</${name}>`)
    .join('');
}

describe('lsp-ping', () => {
  const replies = [
    { sequenceNumber: 1, from: '203.0.113.1', returnCode: 3, returnSubcode: 1, roundTripUs: 1250.4 },
    { sequenceNumber: 3, from: '198.51.100.7', returnCode: 10, returnSubcode: 2, roundTripUs: 900 },
  ];
  const output =
    `<sent xmlns="${MODULE}">3</sent><received xmlns="${MODULE}">2</received>` +
    `<reply xmlns="${MODULE}">${replyLeaves([1, '203.0.113.1', 3, 1, 1250])}</reply>` +
    `<reply xmlns="${MODULE}">${replyLeaves([3, '198.51.100.7', 10, 2, 900])}</reply>`;

  beforeEach(() => {
    agent.engine.actionResult = { type: 'lsp-ping', sent: 3, replies };
  });

  it('of a tunnel tells who has answered, with what is there by default', async () => {
    expect(await invoke(onTunnel(`<lsp-ping/>`))).toEqual({ ok: true, value: output });
    expect(agent.engine.actions).toEqual([PING]);
  });

  it('as an rpc does the same', async () => {
    expect(await call('lsp-ping', `<fec>${FEC}</fec>`)).toEqual({ ok: true, value: output });
    expect(agent.engine.actions).toEqual([PING]);
  });

  it('takes what is chosen, and the FEC in any spelling', async () => {
    const input =
      '<count> 3 </count><timeout>500</timeout><reply-mode>do-not-reply</reply-mode><size>100</size>';
    await invoke(onTunnel(`<lsp-ping>${input}</lsp-ping>`, '203.0.113.1/32 '));
    agent.engine.tunnels.set('2001:db8::1/128', { key: '2001:db8::1/128', lsps: [] });
    await call('lsp-ping', `<fec>2001:DB8:0::1/128</fec><size>100</size>`);
    expect(agent.engine.actions).toEqual([
      { ...PING, count: 3, timeoutMs: 500, replyMode: 'do-not-reply', size: 100 },
      { ...PING, fec: '2001:db8::1/128', size: 100 },
    ]);
  });

  it('that the engine refuses says why', async () => {
    agent.engine.actionResult = { type: 'refused', reason: 'the tunnel has no path' };
    expect(await call('lsp-ping', `<fec>${FEC}</fec>`)).toMatchObject({
      error: [{ tag: 'operation-failed', message: 'The engine refuses: the tunnel has no path.' }],
    });
  });

  it('of a tunnel that is not there is data-missing, with the path where there is one', async () => {
    const message = 'There is no tunnel with the FEC 203.0.113.9/32.';
    expect(await invoke(onTunnel('<lsp-ping/>', '203.0.113.9/32'))).toMatchObject({
      error: [
        {
          tag: 'data-missing',
          message,
          path: { text: expect.stringMatching(/tunnel\[mbb:fec='203\.0\.113\.9\/32'\]$/u) },
        },
      ],
    });
    expect(await call('lsp-ping', '<fec>203.0.113.9/32</fec>')).toMatchObject({
      error: [{ tag: 'data-missing', message }],
    });
    expect(agent.engine.actions).toEqual([]);
  });
});

describe('a session', () => {
  it('is cleared, gracefully unless told otherwise', async () => {
    const key = 'lsp-ingress/203.0.113.1/32';
    expect(await invoke(onSession('<clear/>'))).toEqual({ ok: true, value: '' });
    await invoke(onSession('<clear><graceful>false</graceful></clear>'));
    await call('clear-session', '<local-discriminator>4711</local-discriminator>');
    expect(agent.engine.actions).toEqual([
      { type: 'clear', key, graceful: true },
      { type: 'clear', key, graceful: false },
      { type: 'clear', key, graceful: true },
    ]);
  });

  it('has its counters reset, alone or with all others', async () => {
    const key = 'lsp-ingress/203.0.113.1/32';
    await invoke(onSession('<reset-statistics/>'));
    await call('reset-session-statistics', '<local-discriminator>4711</local-discriminator>');
    await call('reset-all-statistics');
    expect(agent.engine.actions).toEqual([
      { type: 'reset-statistics', key },
      { type: 'reset-statistics', key },
      { type: 'reset-statistics', key: null },
    ]);
  });

  it('is found when the engine made it while nobody listened, and not by a number that was another’s', async () => {
    const { engine } = agent;
    await invoke(onSession('<reset-statistics/>'));
    const other = 'lsp-egress/192.0.2.9/203.0.113.1/32/7';
    engine.lspSessions.add(other);
    engine.reports.set(other, { localDiscriminator: 4711, lsp: lspReport('egress') });
    engine.reports.set('lsp-ingress/203.0.113.1/32', { localDiscriminator: 5, lsp: lspReport('ingress') });
    await invoke(onSession('<reset-statistics/>'));
    expect(engine.actions.at(-1)).toEqual({ type: 'reset-statistics', key: other });
  });

  it('that is not there is data-missing', async () => {
    expect(await invoke(onSession('<clear/>', 1))).toMatchObject({ error: [{ tag: 'data-missing' }] });
    expect(await call('clear-session', '<local-discriminator>1</local-discriminator>')).toMatchObject({
      error: [
        {
          tag: 'data-missing',
          message: 'There is no session on an LSP with the local discriminator 1.',
        },
      ],
    });
  });
});

describe('an operation on LSPs', () => {
  it('says why when the engine cannot be asked', async () => {
    agent.engine.unavailable = 'the engine is starting';
    const error = [{ tag: 'operation-failed', message: 'the engine is starting' }];
    expect(await invoke(onTunnel('<lsp-ping/>'))).toMatchObject({ error });
    expect(await invoke(onSession('<clear/>'))).toMatchObject({ error });
    expect(await call('reset-all-statistics')).toMatchObject({ error });
  });

  it('in another protocol instance finds nothing', async () => {
    expect(await invoke(onTunnel('<lsp-ping/>', FEC, 'other'))).toMatchObject({
      error: [{ tag: 'data-missing' }],
    });
  });

  it.each([
    ['nothing', '', 'missing-element', 'action'],
    ['a namespace that is not known', '<a xmlns="urn:nowhere"/>', 'unknown-namespace', 'a'],
    ['a node that is not there', onTunnel('').replaceAll('tunnels', 'tunes'), 'unknown-element', 'tunes'],
    ['no action', onTunnel(''), 'missing-element', 'tunnel'],
    ['two actions', onTunnel('<lsp-ping/><lsp-ping/>'), 'bad-element', 'lsp-ping'],
    ['two nodes', onTunnel('<lsp-ping/>') + onTunnel('<lsp-ping/>'), 'bad-element', 'routing'],
    ['a leaf', onTunnel('<state>up</state>'), 'bad-element', 'state'],
    ['no key', onTunnel('<lsp-ping/>').replace(/<fec>.*<\/fec>/u, ''), 'missing-element', 'fec'],
    ['a key twice', onTunnel(`<fec>${FEC}</fec><lsp-ping/>`), 'bad-element', 'fec'],
    ['a key that is none', onTunnel('<lsp-ping/>', 'somewhere'), 'invalid-value', undefined],
    ['an input that is not known', onTunnel('<lsp-ping><ttl>1</ttl></lsp-ping>'), 'unknown-element', 'ttl'],
    ['a number out of range', onTunnel('<lsp-ping><count>0</count></lsp-ping>'), 'invalid-value', undefined],
    [
      'an input twice',
      onTunnel('<lsp-ping><count>1</count><count>2</count></lsp-ping>'),
      'bad-element',
      'count',
    ],
    [
      'an input inside of an input',
      onTunnel('<lsp-ping><count><a/></count></lsp-ping>'),
      'unknown-element',
      'count',
    ],
    ['an attribute', onTunnel('<lsp-ping a="1"/>'), 'unknown-attribute', 'lsp-ping'],
  ])('with %s is refused', async (_, content, tag, element) => {
    const outcome = await invoke(content);
    expect(outcome.ok).toBe(false);
    const errors = outcome.ok ? [] : outcome.error;
    expect(errors.map((error) => error.tag)).toEqual([tag]);
    expect(errors[0]?.info.find(({ name }) => name === 'bad-element')?.value).toBe(element);
    expect(agent.engine.actions).toEqual([]);
  });

  it('tells which input has a wrong value', async () => {
    expect(await call('lsp-ping', '<fec>x</fec>')).toMatchObject({
      error: [{ tag: 'invalid-value', path: { text: '/mbb:lsp-ping/mbb:fec' } }],
    });
    const text = expect.stringMatching(/mbb:tunnel\[mbb:fec='[^']*'\]\/mbb:lsp-ping\/mbb:count$/u);
    expect(await invoke(onTunnel('<lsp-ping><count>0</count></lsp-ping>'))).toMatchObject({
      error: [{ tag: 'invalid-value', path: { text } }],
    });
  });

  it('as an rpc without what it must have is refused', async () => {
    expect(await call('lsp-ping', '<count>1</count>')).toMatchObject({
      error: [{ tag: 'missing-element', message: '<lsp-ping> must have the element <fec>.' }],
    });
  });

  it('is known by its name, and no other is', () => {
    expect(agent.config.offersRpc({ namespace: MODULE, name: 'lsp-ping' })).toBe(true);
    expect(agent.config.offersRpc({ namespace: MODULE, name: 'tunnel-state-change' })).toBe(false);
    expect(agent.config.offersRpc({ namespace: 'urn:nowhere', name: 'lsp-ping' })).toBe(false);
  });
});

/** Rules for the group of `guest`; what none of them is about is as RFC 8341 has it by default. */
async function allow(rules: string): Promise<void> {
  const nacm =
    '<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm">' +
    '<groups><group><name>guests</name><user-name>guest</user-name></group></groups>' +
    `<rule-list><name>guests</name><group>guests</group>${rules}</rule-list></nacm>`;
  await agent.config.editConfig('candidate', edit(nacm), REQUESTER);
  const committed = await agent.config.commit(REQUESTER);
  if (!committed.ok) throw new Error(JSON.stringify(committed.error));
}

const MPLS =
  '/rt:routing/rt:control-plane-protocols/rt:control-plane-protocol/bfd:bfd/bfd-mpls:mpls/mbb:bgp-lsp';
function rule(name: string, path: string, operations: string, action: string): string {
  return (
    `<rule><name>${name}</name><path xmlns:rt="urn:ietf:params:xml:ns:yang:ietf-routing" ` +
    'xmlns:bfd="urn:ietf:params:xml:ns:yang:ietf-bfd" xmlns:mbb="urn:bfd-agent:yang:mpls-bgp-bfd" ' +
    `xmlns:bfd-mpls="urn:ietf:params:xml:ns:yang:ietf-bfd-mpls">${path}</path>` +
    `<access-operations>${operations}</access-operations><action>${action}</action></rule>`
  );
}

describe('the access to an action', () => {
  const denied = {
    error: [{ tag: 'access-denied', message: 'You may not invoke the action <lsp-ping> here.' }],
  };
  const EXEC = rule('ping', `${MPLS}/mbb:tunnels/mbb:tunnel/mbb:lsp-ping`, 'exec', 'permit');

  it('is nobody’s by default, since the module says so, and is counted', async () => {
    await allow('');
    expect(await invoke(onTunnel('<lsp-ping/>'), GUEST)).toMatchObject(denied);
    const state = await agent.config.get(undefined, REQUESTER);
    expect(state.ok && state.value).toContain('<denied-operations>1</denied-operations>');
  });

  it('is had by a rule that permits to execute it', async () => {
    await allow(EXEC);
    expect(await invoke(onTunnel('<lsp-ping/>'), GUEST)).toEqual({ ok: true, value: '' });
  });

  it('needs all that it lies in to be readable, and does not tell whether the tunnel is there', async () => {
    await allow(rule('hide', `${MPLS}/mbb:tunnels`, 'read', 'deny') + EXEC);
    expect(await invoke(onTunnel('<lsp-ping/>'), GUEST)).toMatchObject(denied);
    expect(await invoke(onTunnel('<lsp-ping/>', '203.0.113.9/32'), GUEST)).toMatchObject(denied);
  });

  it('may be that to some entries', async () => {
    agent.engine.tunnels.set('203.0.113.2/32', { key: '203.0.113.2/32', lsps: [] });
    await allow(
      rule('ping', `${MPLS}/mbb:tunnels/mbb:tunnel[mbb:fec='${FEC}']/mbb:lsp-ping`, 'exec', 'permit'),
    );
    expect(await invoke(onTunnel('<lsp-ping/>'), GUEST)).toEqual({ ok: true, value: '' });
    expect(await invoke(onTunnel('<lsp-ping/>', '203.0.113.2/32'), GUEST)).toMatchObject(denied);
  });
});
