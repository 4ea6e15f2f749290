import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from '../support/agent.js';
import { config, ethernet, ipShSessions, namespaces } from '../support/config-xml.js';
import type { Ncclient } from '../support/ncclient.js';
import { NetconfFixture } from '../support/netconf-fixture.js';

let fixture: NetconfFixture;
let agent: Agent;
let client: Ncclient;

beforeAll(async () => {
  fixture = await NetconfFixture.start();
  ({ agent, client } = fixture);
});

afterAll(() => fixture.dispose());

/** The schema's default of `local-multiplier` is 3: here it is set, the intervals are not. */
const session = (content: string, attributes = '') =>
  ipShSessions({ interface: 'eth0', destination: '192.0.2.1', leaves: content, attributes });

beforeEach(async () => {
  await client.call('edit-config', {
    config: config(ethernet('eth0'), session('<local-multiplier>3</local-multiplier>')),
  });
  await client.call('commit');
});

afterEach(async () => {
  await client.call('discard-changes');
  await client.call('edit-config', {
    config: config(
      `<interfaces xmlns="${namespaces.if}" nc:operation="remove"/><routing xmlns="${namespaces.rt}" nc:operation="remove"/>`,
    ),
  });
  await client.call('commit');
});

const filter = {
  xpath: '/rt:routing//bfd-ip-sh:session',
  namespaces: { rt: namespaces.rt, 'bfd-ip-sh': namespaces['bfd-ip-sh'] },
};

/** The leafs of the session in a datastore, without prefixes and declarations. */
async function leaves(source: string, mode?: string): Promise<Record<string, string>> {
  const options = mode === undefined ? {} : { with_defaults: mode };
  const xml =
    source === 'get'
      ? await client.text('get', { ...filter, ...options })
      : await client.text('get-config', { source, ...filter, ...options });
  const entry = /<(?:\w+:)?session>(.*?)<\/(?:\w+:)?session>/su.exec(xml)?.[1] ?? '';
  const found = entry.matchAll(/<([\w-]+)([^>]*)>([^<]*)<\/\1>/gu);
  return Object.fromEntries(
    [...found].map(([, name, attributes, value]) => [
      name,
      attributes?.includes('default="true"') ? `${value} (default)` : (value ?? ''),
    ]),
  );
}

const keys = { interface: 'eth0', 'dest-addr': '192.0.2.1' };
const EXPECTED = {
  explicit: { ...keys, 'local-multiplier': '3' },
  trim: keys,
  'report-all': {
    ...keys,
    'local-multiplier': '3',
    'desired-min-tx-interval': '1000000',
    'required-min-rx-interval': '1000000',
    'demand-enabled': 'false',
    'admin-down': 'false',
    role: 'active',
    'desired-min-echo-tx-interval': '0',
    'required-min-echo-rx-interval': '0',
  },
  'report-all-tagged': {
    ...keys,
    'local-multiplier': '3 (default)',
    'desired-min-tx-interval': '1000000 (default)',
    'required-min-rx-interval': '1000000 (default)',
    'demand-enabled': 'false (default)',
    'admin-down': 'false (default)',
    role: 'active (default)',
    'desired-min-echo-tx-interval': '0 (default)',
    'required-min-echo-rx-interval': '0 (default)',
  },
} as const;

const copy = (mode: string) =>
  `<copy-config xmlns="${namespaces.nc}"><target><candidate/></target><source><running/></source>
    <with-defaults xmlns="${namespaces.ncwd}">${mode}</with-defaults></copy-config>`;

const tagged = (value: number, operation = '', tag = 'true') =>
  session(
    `<local-multiplier xmlns:wd="${namespaces.wd}" wd:default="${tag}"${
      operation === '' ? '' : ` nc:operation="${operation}"`
    }>${value}</local-multiplier>`,
  );

const edit = (content: string) => ({ config: config(content) });

const leaf = (operation: string) =>
  config(session(`<local-multiplier nc:operation="${operation}">3</local-multiplier>`));

describe('the capability', () => {
  it('tells the basic mode and all that is supported besides', async () => {
    const hello = await client.call('connect', { ...agent.login, session: 'second' });
    expect(hello).toMatchObject({
      capabilities: expect.arrayContaining([
        'urn:ietf:params:netconf:capability:with-defaults:1.0?basic-mode=explicit&also-supported=report-all,report-all-tagged,trim',
      ]),
    });
    await client.call('close', { session: 'second' });
  });
});

describe('reading', () => {
  it.each(
    (['running', 'candidate', 'get'] as const).flatMap((source) =>
      (['explicit', 'trim', 'report-all', 'report-all-tagged'] as const).map((mode) => ({ source, mode })),
    ),
  )('$source in the mode $mode', async ({ source, mode }) => {
    const found = Object.entries(await leaves(source, mode));
    // What get shows of the state has no defaults.
    const configured = found.filter(([name]) => name in EXPECTED['report-all']);
    expect(Object.fromEntries(configured)).toEqual(EXPECTED[mode]);
  });

  it.each(['running', 'candidate'])('%s without the parameter is explicit', async (source) => {
    expect(await leaves(source)).toEqual(EXPECTED.explicit);
  });

  it('reports defaults of what was edited into the candidate and never validated', async () => {
    await client.call('edit-config', { config: config(ethernet('eth7')), test_option: 'set' });
    const xml = await client.text('get-config', { source: 'candidate', with_defaults: 'report-all-tagged' });
    const entry = /<(?:\w+:)?name>eth7<.*?<\/(?:\w+:)?interface>/su.exec(xml)?.[0];
    expect(entry).toMatch(/<enabled [^>]*default="true">true</u);
    expect(await client.text('get-config', { source: 'candidate' })).not.toContain('<enabled');
  });

  it('refuses a mode that does not exist', async () => {
    const rpc = `<get-config xmlns="${namespaces.nc}"><source><running/></source>
      <with-defaults xmlns="${namespaces.ncwd}">some</with-defaults></get-config>`;
    expect((await client.refusal('dispatch', { rpc })).tag).toBe('invalid-value');
  });

  it('knows the parameter in its own namespace only', async () => {
    const rpc = `<get xmlns="${namespaces.nc}"><with-defaults>trim</with-defaults></get>`;
    const refusal = await client.refusal('dispatch', { rpc });
    expect(refusal.tag).toBe('unknown-element');
  });
});

describe('copy-config', () => {
  it('with report-all sets every default', async () => {
    await client.call('dispatch', { rpc: copy('report-all') });
    expect(await leaves('candidate', 'explicit')).toEqual(EXPECTED['report-all']);
    await client.call('commit');
    expect(await leaves('running', 'explicit')).toEqual(EXPECTED['report-all']);
  });

  it.each(['trim', 'report-all-tagged'])('with %s sets none', async (mode) => {
    await client.call('dispatch', { rpc: copy(mode) });
    expect(await leaves('candidate', 'explicit')).toEqual(EXPECTED.trim);
  });

  it('with explicit copies what is set', async () => {
    await client.call('dispatch', { rpc: copy('explicit') });
    expect(await leaves('candidate', 'explicit')).toEqual(EXPECTED.explicit);
  });

  it('takes back what was read with tags', async () => {
    const withTags = await client.text('get-config', {
      source: 'running',
      with_defaults: 'report-all-tagged',
    });
    const content = /<data[^>]*>(.*)<\/data>/su.exec(withTags)?.[1];
    const rpc = `<copy-config xmlns="${namespaces.nc}"><target><candidate/></target>
      <source><config>${content}</config></source></copy-config>`;
    await client.call('dispatch', { rpc });
    expect(await leaves('candidate', 'explicit')).toEqual(EXPECTED.trim);
    await client.call('commit');
    expect(await leaves('running', 'report-all-tagged')).toEqual(EXPECTED['report-all-tagged']);
  });

  it('refuses a mode that does not exist', async () => {
    expect((await client.refusal('dispatch', { rpc: copy('all') })).tag).toBe('invalid-value');
  });
});

describe('the attribute default', () => {
  it.each(['', 'merge', 'replace', 'remove', 'delete'])(
    'true, operation "%s": the value is no longer set',
    async (operation) => {
      await client.call('edit-config', edit(tagged(3, operation)));
      expect(await leaves('candidate', 'explicit')).toEqual(EXPECTED.trim);
      await client.call('commit');
      expect(await leaves('running', 'explicit')).toEqual(EXPECTED.trim);
    },
  );

  it('1 means true', async () => {
    await client.call('edit-config', edit(tagged(3, '', '1')));
    expect(await leaves('candidate', 'explicit')).toEqual(EXPECTED.trim);
  });

  it('true, operation "create": refused where the value is set', async () => {
    expect((await client.refusal('edit-config', edit(tagged(3, 'create')))).tag).toBe('data-exists');
    expect(await leaves('candidate', 'explicit')).toEqual(EXPECTED.explicit);
  });

  it('true, operation "create": nothing where the value is not set', async () => {
    await client.call('edit-config', edit(tagged(3)));
    await client.call('edit-config', edit(tagged(3, 'create')));
    expect(await leaves('candidate', 'explicit')).toEqual(EXPECTED.trim);
  });

  it('true, in an entry that is new', async () => {
    await client.call(
      'edit-config',
      edit(
        ipShSessions({
          interface: 'eth0',
          destination: '192.0.2.9',
          leaves: `<local-multiplier xmlns:wd="${namespaces.wd}" wd:default="true">3</local-multiplier>`,
        }),
      ),
    );
    const xml = await client.text('get-config', { source: 'candidate', ...filter });
    expect(xml).toContain('192.0.2.9');
    expect(xml.match(/local-multiplier>3</gu)).toHaveLength(1);
  });

  it.each(['', 'merge', 'create', 'delete'])(
    'on a value that is not the default, operation "%s": invalid-value',
    async (operation) => {
      const refusal = await client.refusal('edit-config', edit(tagged(4, operation)));
      expect(refusal.tag).toBe('invalid-value');
      expect(refusal.errors[0]?.path).toMatch(/local-multiplier$/u);
      expect(await leaves('candidate', 'explicit')).toEqual(EXPECTED.explicit);
    },
  );

  it('on a value without a default: invalid-value', async () => {
    const content = `<interfaces xmlns="${namespaces.if}"><interface><name>eth0</name>
      <description xmlns:wd="${namespaces.wd}" wd:default="true">uplink</description></interface></interfaces>`;
    expect((await client.refusal('edit-config', edit(content))).tag).toBe('invalid-value');
  });

  it('false is as if it were not there', async () => {
    await client.call('edit-config', edit(tagged(5, '', 'false')));
    expect(await leaves('candidate', 'report-all-tagged')).toMatchObject({ 'local-multiplier': '5' });
    expect(await client.text('get-config', { source: 'candidate' })).not.toContain('default=');
  });

  it('neither true nor false: bad-attribute', async () => {
    const refusal = await client.refusal('edit-config', edit(tagged(3, '', 'maybe')));
    expect(refusal.tag).toBe('bad-attribute');
    expect(refusal.errors[0]?.info).toContain('default');
  });

  it('in copy-config, on a value that is not the default: invalid-value', async () => {
    const rpc = `<copy-config xmlns="${namespaces.nc}" xmlns:nc="${namespaces.nc}"><target><candidate/></target>
      <source><config>${ethernet('eth0')}${tagged(4)}</config></source></copy-config>`;
    expect((await client.refusal('dispatch', { rpc })).tag).toBe('invalid-value');
    expect(await leaves('candidate')).toEqual(EXPECTED.explicit);
  });
});

describe('the explicit mode in edit-config', () => {
  it('create fails where a client has set the default value', async () => {
    expect((await client.refusal('edit-config', { config: leaf('create') })).tag).toBe('data-exists');
  });

  it('delete succeeds where a client has set the default value, and fails a second time', async () => {
    await client.call('edit-config', { config: leaf('delete') });
    await client.call('commit');
    expect(await leaves('running', 'report-all')).toEqual(EXPECTED['report-all']);
    expect((await client.refusal('edit-config', { config: leaf('delete') })).tag).toBe('data-missing');
    await client.call('edit-config', { config: leaf('create') });
    expect(await leaves('candidate')).toEqual(EXPECTED.explicit);
  });
});
