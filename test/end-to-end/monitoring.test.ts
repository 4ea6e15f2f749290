import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ethernet } from '../support/config-xml.js';
import { contentOf, NetconfFixture } from '../support/netconf-fixture.js';

const NCM = 'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring';
const BASE_CAPABILITY = 'urn:ietf:params:netconf:capability:';

let fixture: NetconfFixture;

beforeAll(async () => {
  fixture = await NetconfFixture.start(
    [ethernet('eth0')],
    ['--extra-modules', new URL('../support/yang-revisions', import.meta.url).pathname],
  );
});
afterAll(() => fixture.dispose());

/** A part of `<netconf-state>`, of which all is asked for. */
async function state(part: string): Promise<string> {
  const reply = await fixture.rpc(
    `<get><filter><netconf-state xmlns="${NCM}">${part}</netconf-state></filter></get>`,
  );
  return contentOf(reply);
}

const leafOf = (xml: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`, 'u').exec(xml)?.[1];

describe('hello', () => {
  it.each([
    'candidate:1.0',
    'confirmed-commit:1.1',
    'rollback-on-error:1.0',
    'validate:1.1',
    'startup:1.0',
    'xpath:1.0',
    'notification:1.0',
    'interleave:1.0',
    'with-defaults:1.0?basic-mode=explicit&also-supported=report-all,report-all-tagged,trim',
  ])('announces %s', (capability) => {
    expect(fixture.hello.capabilities).toContain(`${BASE_CAPABILITY}${capability}`);
  });

  it('announces both versions of the base protocol', () => {
    expect(fixture.hello.capabilities).toEqual(
      expect.arrayContaining(['urn:ietf:params:netconf:base:1.0', 'urn:ietf:params:netconf:base:1.1']),
    );
  });

  it.each(['writable-running', 'url', 'partial-lock'])('does not announce %s', (name) => {
    expect(fixture.hello.capabilities.filter((uri) => uri.includes(`${name}:`))).toEqual([]);
  });

  it('announces the YANG library of RFC 8525, with its content-id', () => {
    const library = fixture.hello.capabilities.find((uri) => uri.includes('yang-library:1.1'));
    expect(library).toMatch(/:yang-library:1\.1\?revision=2019-01-04&content-id=\w+$/u);
  });

  it('gives every session a number of its own', async () => {
    const { sessionId } = await fixture.connect('other');
    expect(Number(sessionId)).toBeGreaterThan(Number(fixture.hello.sessionId));
    await fixture.client.call('close', { session: 'other' });
  });
});

/** The counters of the one session. */
async function counters(): Promise<number[]> {
  const found = await state('<sessions/>');
  return ['in-rpcs', 'in-bad-rpcs', 'out-rpc-errors', 'out-notifications'].map((name) =>
    Number(leafOf(found, name)),
  );
}

describe('netconf-state (RFC 6022)', () => {
  it('has the capabilities of the hello', async () => {
    const found = [...(await state('<capabilities/>')).matchAll(/<capability>([^<]*)</gu)];
    const told = found.map(([, uri = '']) => uri.replaceAll('&amp;', '&'));
    expect(told.toSorted()).toEqual([...fixture.hello.capabilities].toSorted());
  });

  it('has the datastores, without locks where there are none', async () => {
    const found = await state('<datastores/>');
    const names = [...found.matchAll(/<datastore><name>(\w+)</gu)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(['candidate', 'running', 'startup']));
    expect(found).not.toContain('<locks>');
  });

  it('has the session, and who is at its other end', async () => {
    const found = await state('<sessions/>');
    expect(leafOf(found, 'session-id')).toBe(fixture.hello.sessionId);
    expect(leafOf(found, 'username')).toBe('admin');
    expect(leafOf(found, 'source-host')).toBe('127.0.0.1');
    expect(found).toMatch(/<transport[^>]*>(?:\w+:)?netconf-ssh</u);
    const login = Date.parse(leafOf(found, 'login-time') ?? '');
    expect(Date.now() - login).toBeLessThan(600_000);
  });

  it('counts what a session asks for, and what it is refused', async () => {
    const before = await counters();
    await fixture.running();
    await fixture.refusal('<reboot/>');
    // The reading itself is one more.
    const after = await counters();
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([3, 0, 1, 0]);
  });

  it('forgets a session that has ended', async () => {
    const { sessionId } = await fixture.connect('other');
    expect(await state('<sessions/>')).toContain(`<session-id>${sessionId}<`);
    await fixture.client.call('close', { session: 'other' });
    expect(await state('<sessions/>')).not.toContain(`<session-id>${sessionId}<`);
  });

  it('has the counters of the server', async () => {
    const before = await state('<statistics/>');
    for (const name of ['in-bad-hellos', 'dropped-sessions', 'in-bad-rpcs', 'out-notifications']) {
      expect(leafOf(before, name)).toMatch(/^\d+$/u);
    }
    expect(Date.parse(leafOf(before, 'netconf-start-time') ?? '')).toBeLessThan(Date.now());
    await fixture.connect('other');
    await fixture.client.call('close', { session: 'other' });
    const count = (xml: string, name: string) => Number(leafOf(xml, name));
    const after = await state('<statistics/>');
    expect(count(after, 'in-sessions')).toBe(count(before, 'in-sessions') + 1);
    expect(count(after, 'in-rpcs')).toBeGreaterThan(count(before, 'in-rpcs'));
  });
});

/** What `<schemas>` says of one. */
interface ListedSchema {
  readonly name: string;
  readonly version: string;
  readonly format: string;
}

async function listedSchemas(): Promise<ListedSchema[]> {
  return [...(await state('<schemas/>')).matchAll(/<schema>(.*?)<\/schema>/gsu)].map(([, entry = '']) => ({
    name: leafOf(entry, 'identifier') ?? '',
    version: leafOf(entry, 'version') ?? '',
    format: /<format[^>]*>(?:[\w-]+:)?(\w+)</u.exec(entry)?.[1] ?? '',
  }));
}

function getSchema(identifier: string, version?: string, format?: string): string {
  const leaves = [
    `<identifier>${identifier}</identifier>`,
    version === undefined ? '' : `<version>${version}</version>`,
    format === undefined ? '' : `<format>${format}</format>`,
  ];
  return `<get-schema xmlns="${NCM}" xmlns:ncm="${NCM}">${leaves.join('')}</get-schema>`;
}

describe('get-schema', () => {
  it('gives every schema that is listed, in the format that is listed', async () => {
    const listed = await listedSchemas();
    expect(listed.length).toBeGreaterThan(50);
    for (const { name, version, format } of listed) {
      const text = contentOf(await fixture.rpc(getSchema(name, version, format)));
      const opening = format === 'yang' ? `module ${name} ` : `module name="${name}"`;
      expect(text).toContain(opening);
    }
  }, 120_000);

  it('gives YANG where no format is asked for, and the one revision where none is', async () => {
    const text = await fixture.client.text('get-schema', { identifier: 'ietf-interfaces' });
    expect(text).toMatch(/^module ietf-interfaces \{/mu);
    expect(text).toContain('revision 2018-02-20');
  });

  it.each(['ncm:yang', 'yang', ' ncm:yin '])('takes the format %j', async (format) => {
    expect(contentOf(await fixture.rpc(getSchema('ietf-netconf', undefined, format)))).toContain(
      'ietf-netconf',
    );
  });

  it('gives the submodules and imports that clients need', async () => {
    const names = new Set((await listedSchemas()).map(({ name }) => name));
    for (const name of ['ietf-yang-types', 'ietf-inet-types', 'iana-if-type', 'ietf-yang-metadata']) {
      expect(names).toContain(name);
    }
  });

  it.each([
    ['a module that is not there', getSchema('ietf-nothing'), 'invalid-value', null],
    ['a revision that is not there', getSchema('ietf-interfaces', '1999-01-01'), 'invalid-value', null],
    ['an empty name', getSchema(''), 'invalid-value', null],
    [
      'a format that is not offered',
      getSchema('ietf-interfaces', undefined, 'ncm:rng'),
      'invalid-value',
      null,
    ],
    [
      'a format of another namespace',
      getSchema('ietf-interfaces', undefined, 'nc:yang'),
      'invalid-value',
      null,
    ],
    ['several revisions', getSchema('ferry'), 'operation-failed', 'data-not-unique'],
  ])('of %s is refused', async (_, operation, tag, appTag) => {
    expect((await fixture.refusal(operation)).errors).toMatchObject([{ tag, appTag }]);
  });

  it.each(['2026-01-01', '2026-02-02'])(
    'gives the one of several revisions that is named: %s',
    async (version) => {
      expect(contentOf(await fixture.rpc(getSchema('ferry', version)))).toContain(`revision ${version}`);
    },
  );

  it.each([
    ['no name', `<get-schema xmlns="${NCM}"/>`, 'missing-element'],
    ['two names', getSchema('a</identifier><identifier>b'), 'bad-element'],
    ['what it does not know', getSchema('a</identifier><colour/><identifier>b'), 'unknown-element'],
    [
      'the base namespace',
      '<get-schema><identifier>ietf-interfaces</identifier></get-schema>',
      'operation-not-supported',
    ],
  ])('with %s is refused', async (_, operation, tag) => {
    expect((await fixture.refusal(operation)).errors.map((error) => error.tag)).toContain(tag);
  });
});

describe('the YANG library (RFC 8525)', () => {
  const YANGLIB = 'urn:ietf:params:xml:ns:yang:ietf-yang-library';

  it('has what get-schema lists, with features and deviations', async () => {
    const library = contentOf(
      await fixture.rpc(`<get><filter><yang-library xmlns="${YANGLIB}"/></filter></get>`),
    );
    const modules = new Set(
      [...library.matchAll(/<(?:module|import-only-module)><name>([\w-]+)</gu)].map(([, name]) => name),
    );
    expect((await listedSchemas()).filter(({ name }) => !modules.has(name))).toEqual([]);
    const netconf = /<module><name>ietf-netconf<\/name>.*?<\/module>/su.exec(library)?.[0] ?? '';
    for (const feature of [
      'candidate',
      'confirmed-commit',
      'rollback-on-error',
      'validate',
      'startup',
      'xpath',
    ]) {
      expect(netconf).toContain(`<feature>${feature}</feature>`);
    }
    expect(netconf).not.toMatch(/<feature>(?:writable-running|url)</u);
  });

  it('tells its content-id in the hello', async () => {
    const library = await fixture.rpc(
      `<get><filter><yang-library xmlns="${YANGLIB}"><content-id/></yang-library></filter></get>`,
    );
    expect(fixture.hello.capabilities.join(' ')).toContain(`content-id=${leafOf(library, 'content-id')}`);
  });
});
