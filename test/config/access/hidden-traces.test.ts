import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/config/config-service.js';
import { interfaceXml, sessionXml } from '../../support/agent-xml.js';
import { edit, openTestAgent, REQUESTER, type TestAgent } from '../../support/test-agent.js';

const NACM = 'urn:ietf:params:xml:ns:yang:ietf-netconf-acm';
const SERVER = 'urn:bfd-agent:yang:bfd-agent-server';
const OPS = { sessionId: 2, user: 'ops' };
const CANDIDATE = { type: 'datastore', name: 'candidate' } as const;
const OK = { ok: true, value: undefined };
const HIDDEN = 'There is an error in a part of the configuration that you may not read.';

let agent: TestAgent;
beforeEach(async () => {
  agent = await openTestAgent();
  await change(interfaceXml('eth0'));
  await agent.config.commit(REQUESTER);
});
afterEach(() => agent.close());

async function change(...parts: readonly string[]): Promise<void> {
  for (const xml of parts) {
    expect(await agent.config.editConfig('candidate', edit(xml), REQUESTER)).toEqual(OK);
  }
}

const rule = (name: string, inside: string): string => `<rule><name>${name}</name>${inside}</rule>`;

/** A protocol instance that the agent does not run. */
const other = (name: string): string =>
  `<control-plane-protocol><type xmlns:rt="urn:ietf:params:xml:ns:yang:ietf-routing">rt:static</type><name>${name}</name></control-plane-protocol>`;

/** The user ops may read all but what is at the path, and do everything else. */
async function hideFromOps(path: string): Promise<void> {
  const prefixes = ['rt', 'bfd', 'bfd-ip-sh', 'bfd-types']
    .map((prefix) => [prefix, prefix === 'rt' ? 'ietf-routing' : `ietf-${prefix}`] as const)
    .map(([prefix, module]) => ` xmlns:${prefix}="urn:ietf:params:xml:ns:yang:${module}"`);
  const declared = `<path${prefixes.join('')} xmlns:bas="${SERVER}">${path}</path>`;
  const rules =
    rule('hide', `${declared}<access-operations>read</access-operations><action>deny</action>`) +
    rule('rest', '<action>permit</action>');
  await change(
    `<nacm xmlns="${NACM}"><groups><group><name>ops</name><user-name>ops</user-name></group></groups>` +
      `<rule-list><name>ops</name><group>ops</group>${rules}</rule-list></nacm>`,
  );
  expect(await agent.config.commit(REQUESTER)).toEqual(OK);
}

const errorsOf = (outcome: Outcome<unknown>) => (outcome.ok ? [] : outcome.error);

describe('what is wrong with a part of a configuration that a user may not read', () => {
  const instances = [
    sessionXml({ dest: '192.0.2.9' }),
    sessionXml({ dest: '192.0.2.9', instance: 'secret' }),
  ];

  it('is told to him without path and values, by every operation that validates', async () => {
    await hideFromOps('/rt:routing');
    await change(...instances);
    const [seen] = errorsOf(await agent.config.validate(CANDIDATE, REQUESTER));
    expect(seen?.message).toContain('has a session to the same address');
    const hidden = [{ tag: 'invalid-value', message: HIDDEN, type: 'application', info: [] }];
    expect(errorsOf(await agent.config.validate(CANDIDATE, OPS))).toEqual(hidden);
    expect(errorsOf(await agent.config.commit(OPS))).toEqual(hidden);
    const planned = await agent.config.planCommit(OPS);
    expect(planned.ok && planned.value.refusals).toEqual(hidden);
  });

  it('is told to him as a whole where only another entry is hidden that it names', async () => {
    const secret = "[rt:type='bfd-types:bfdv1'][rt:name='secret']";
    await hideFromOps(`/rt:routing/rt:control-plane-protocols/rt:control-plane-protocol${secret}`);
    await change(...instances);
    const told = JSON.stringify(errorsOf(await agent.config.validate(CANDIDATE, OPS)));
    expect(told).toContain(HIDDEN);
    expect(told).not.toContain('secret');
    expect(told).not.toContain('192.0.2.9');
  });

  it('is told as it is where he may read it', async () => {
    await hideFromOps('/bas:server');
    await change(...instances);
    expect(await agent.config.validate(CANDIDATE, OPS)).toEqual(
      await agent.config.validate(CANDIDATE, REQUESTER),
    );
  });

  it('is told once, of libyang too, also by an edit that is tested', async () => {
    await hideFromOps('/rt:routing');
    await change(
      `<routing xmlns="urn:ietf:params:xml:ns:yang:ietf-routing"><control-plane-protocols>${other('a')}${other('b')}</control-plane-protocols></routing>`,
    );
    const seen = errorsOf(await agent.config.validate(CANDIDATE, REQUESTER));
    expect(seen.map(({ path }) => path?.text.includes('control-plane-protocol['))).toEqual([true, true]);
    const tested = edit(interfaceXml('eth1'), { testOption: 'test-then-set' });
    const hidden = errorsOf(await agent.config.editConfig('candidate', tested, OPS));
    expect(hidden.map(({ message }) => message)).toEqual([HIDDEN]);
    expect(hidden[0]?.path).toBeUndefined();
  });

  it('is no secret to him in his own request', async () => {
    await hideFromOps('/rt:routing');
    const xml = interfaceXml('eth0') + sessionXml({ dest: '224.0.0.9' });
    const told = errorsOf(await agent.config.validate({ type: 'inline', xml }, OPS));
    expect(told).toMatchObject([{ message: expect.stringContaining('224.0.0.9') }]);
  });
});

const limits = (): Promise<Outcome<string>> =>
  agent.config.getData(
    {
      datastore: 'running',
      maxDepth: 2,
      withOrigin: false,
      filter: { type: 'xpath', select: '/bas:server', namespaces: new Map([['bas', SERVER]]) },
    },
    OPS,
  );

describe('a depth', () => {
  it('shows no empty container for the sake of something in it that may not be read', async () => {
    await hideFromOps('/bas:server/bas:limits/bas:max-sessions');
    const before = await limits();
    expect(before).toEqual({ ok: true, value: '' });
    await change(`<server xmlns="${SERVER}"><limits><max-sessions>5</max-sessions></limits></server>`);
    expect(await agent.config.commit(REQUESTER)).toEqual(OK);
    expect(await limits()).toEqual(before);
    await change(`<server xmlns="${SERVER}"><limits><idle-timeout>99</idle-timeout></limits></server>`);
    expect(await agent.config.commit(REQUESTER)).toEqual(OK);
    expect(await limits()).toEqual({ ok: true, value: `<server xmlns="${SERVER}"><limits/></server>` });
  });
});
