import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from '../support/agent.js';
import { config, ethernet, ipShSessions, namespaces, timers } from '../support/config-xml.js';
import type { Hello, Ncclient } from '../support/ncclient.js';
import { NetconfFixture } from '../support/netconf-fixture.js';
import { editConfigOf, type PatchSchema, type TextEdit } from '../support/patch-edit-config.js';
import { xmlElement } from '../support/xml-element.js';

const CMP = 'urn:ietf:params:xml:ns:yang:ietf-nmda-compare';
const DS = 'urn:ietf:params:xml:ns:yang:ietf-datastores';
const COMMIT = 'urn:bfd-agent:yang:bfd-agent-commit';

let fixture: NetconfFixture;
let agent: Agent;
let client: Ncclient;
let hello: Hello;

beforeAll(async () => {
  fixture = await NetconfFixture.start();
  ({ agent, client, hello } = fixture);
});

afterAll(() => fixture.dispose());

const first = [
  ethernet('eth0', '<description>a</description>'),
  ipShSessions(
    { interface: 'eth0', destination: '192.0.2.2', leaves: timers(100_000) },
    { interface: 'eth0', destination: '192.0.2.4', leaves: timers(200_000) },
  ),
];
const second = [
  ethernet('eth0', '<enabled>false</enabled>'),
  ethernet('eth 1/0', '<description>&lt;new&gt; &amp; ü</description>'),
  ipShSessions(
    { interface: 'eth0', destination: '192.0.2.2', leaves: timers(100_000, 5) },
    { interface: 'eth 1/0', destination: '192.0.2.3', leaves: timers(300_000) },
  ),
];
/** What the agent needs to let us in again. */
const kept = /<(system|nacm) .*?<\/\1>/gsu;

beforeEach(async () => {
  await client.call('discard-changes');
});

/** The candidate becomes `parts` and the users and rights that running has. */
async function become(parts: readonly string[]): Promise<void> {
  const running = await client.text('get-config', { source: 'running' });
  const access = Array.from(running.matchAll(kept), ([whole]) => whole);
  await client.call('edit-config', { config: config(...access), default_operation: 'replace' });
  for (const part of parts) await client.call('edit-config', { config: config(part) });
}

async function compare(source: string, target: string, more = ''): Promise<string> {
  const names = `<source>ds:${source}</source><target>ds:${target}</target>`;
  return client.text('dispatch', {
    rpc: `<compare xmlns="${CMP}" xmlns:ds="${DS}">${names}${more}</compare>`,
  });
}

/** The edits of a reply; values as the text of the one element in them. */
function editsIn(reply: string): TextEdit[] {
  return Array.from(reply.matchAll(/<edit>(.*?)<\/edit>/gsu), ([, inside = '']) => {
    const leaf = (name: string): string | undefined =>
      new RegExp(`<${name}>(.*?)</${name}>`, 'su').exec(inside)?.[1];
    return {
      operation: leaf('operation') ?? '',
      target: leaf('target') ?? '',
      where: leaf('where'),
      point: leaf('point'),
      value: leaf('value'),
    };
  });
}

/** Targets of edits in `/ietf-interfaces:interfaces`. */
const targets = (reply: string): string[] => editsIn(reply).map(({ target }) => target.slice(27));

const schema: PatchSchema = {
  namespaceOf: (module) => `urn:ietf:params:xml:ns:yang:${module}`,
  keysOf: (path) => {
    if (path.endsWith(':interface')) return ['name'];
    if (path.endsWith(':control-plane-protocol')) return ['type', 'name'];
    return ['interface', 'dest-addr'];
  },
};

describe('compare of datastores (RFC 9144), by ncclient', () => {
  it('is announced with its module', () => {
    expect(hello.capabilities).toContain(`${CMP}?module=ietf-nmda-compare&revision=2021-12-10`);
  });

  it('gives edits that make the one configuration out of the other, both ways', async () => {
    await become(first);
    await client.call('commit');
    for (const [from, to] of [
      ['running', 'candidate'],
      ['candidate', 'running'],
    ] as const) {
      await become(second);
      const wanted = await client.text('get-config', { source: to });
      const edits = editsIn(await compare(from, to));
      expect(edits.length).toBeGreaterThan(4);
      if (from === 'running') await client.call('discard-changes');
      for (const edit of edits)
        await client.call('edit-config', { config: config(editConfigOf(edit, schema)) });
      expect(await client.text('get-config', { source: 'candidate' })).toBe(wanted);
      expect(editsIn(await compare('candidate', to === 'candidate' ? 'candidate' : to))).toEqual([]);
    }
  });

  it('names the values before and after', async () => {
    await become(first);
    await client.call('commit');
    await become(second);
    const reply = await compare('running', 'candidate');
    expect(reply).toMatch(
      /<operation>create<\/operation><target>\/ietf-interfaces:interfaces\/interface=eth%201%2F0<\/target><value><interface /u,
    );
    expect(reply).toMatch(
      /local-multiplier<\/target><value><local-multiplier[^>]*>5<\/local-multiplier><\/value><source-value><local-multiplier[^>]*>3</u,
    );
    expect(reply).toContain(
      '/ietf-interfaces:interfaces/interface=eth0/description</target><source-value><description',
    );
  });

  it('looks at what the filter chooses in either datastore alone', async () => {
    await become(first);
    await client.call('commit');
    await become(second);
    const one = `<interface><name>eth0</name></interface>`;
    const subtree = `<subtree-filter><interfaces xmlns="${namespaces.if}">${one}</interfaces></subtree-filter>`;
    expect(targets(await compare('running', 'candidate', subtree))).toEqual([
      '/interface=eth0/description',
      '/interface=eth0/enabled',
    ]);
    const xpath = `<xpath-filter xmlns:if="${namespaces.if}">/if:interfaces/if:interface[if:enabled='false']</xpath-filter>`;
    expect(targets(await compare('running', 'candidate', xpath))).toEqual([
      '/interface=eth0/description',
      '/interface=eth0/enabled',
    ]);
    const nothing = `<xpath-filter xmlns:if="${namespaces.if}">/if:interfaces/if:interface[if:name='x']</xpath-filter>`;
    expect(xmlElement(await compare('running', 'candidate', nothing)).children[0]).toMatchObject({
      local: 'no-matches',
      namespace: CMP,
    });
    const wrong = await client.refusal('dispatch', {
      rpc: `<compare xmlns="${CMP}" xmlns:ds="${DS}"><source>ds:running</source><target>ds:startup</target><xpath-filter>((</xpath-filter></compare>`,
    });
    expect(wrong.tag).toBe('invalid-value');
  });

  it('holds operational against configuration: state only when all is asked for, origins when they are', async () => {
    await become(first);
    await client.call('commit');
    const filter = `<subtree-filter><interfaces xmlns="${namespaces.if}"/></subtree-filter>`;
    const plain = await compare('intended', 'operational', filter);
    expect(plain).toContain('<target>/ietf-interfaces:interfaces/interface=lo</target>');
    expect(plain).not.toContain('oper-status');
    expect(plain).not.toContain('or:origin');
    expect(await compare('intended', 'operational', `<all/>${filter}`)).toContain('oper-status');
    const told = await compare('operational', 'running', `<report-origin/>${filter}`);
    expect(told).toMatch(
      /<operation>delete<\/operation><target>\/ietf-interfaces:interfaces\/interface=lo<\/target><source-value><interface [^>]*or:origin="or:system"/u,
    );
  });

  it('shows nobody what he may not read', async () => {
    const reader = `<system xmlns="${namespaces.sys}"><authentication><user><name>reader</name><password>$0$reading</password></user></authentication></system>`;
    await become([...first, reader]);
    await client.call('commit');
    await become([...second, reader.replace('reading', 'other words')]);
    await client.call('connect', { ...agent.login, session: 'r', user: 'reader', password: 'reading' });
    const rpc = `<compare xmlns="${CMP}" xmlns:ds="${DS}"><source>ds:running</source><target>ds:candidate</target></compare>`;
    expect(await client.text('dispatch', { rpc })).toContain(
      '/ietf-system:system/authentication/user=reader/password',
    );
    const seen = await client.text('dispatch', { rpc, session: 'r' });
    expect(seen).toContain('/ietf-interfaces:interfaces/interface=eth0/enabled');
    expect(seen).not.toContain('ietf-system');
    await client.call('close', { session: 'r' });
  });

  it('holds startup against others, as the compare of commits does too', async () => {
    await become(first);
    await client.call('commit');
    await client.call('copy-config', { source: 'running', target: 'startup' });
    expect(editsIn(await compare('startup', 'running'))).toEqual([]);
    await become(second);
    expect(editsIn(await compare('startup', 'candidate'))).toEqual(
      editsIn(await compare('running', 'candidate')),
    );
    const own = await client.text('dispatch', {
      rpc: `<compare xmlns="${COMMIT}"><source><candidate/></source><target><startup/></target></compare>`,
    });
    const inside = /<edit[^>]*>(.*)<\/edit>/su.exec(own)?.[1] ?? '';
    await client.call('edit-config', { config: config(inside) });
    expect(await client.text('get-config', { source: 'candidate' })).toBe(
      await client.text('get-config', { source: 'startup' }),
    );
    await client.call('delete-config', { target: 'startup' });
    const all = editsIn(await compare('startup', 'running')).map(({ operation }) => operation);
    expect(new Set(all)).toEqual(new Set(['create', 'insert']));
  });
});
