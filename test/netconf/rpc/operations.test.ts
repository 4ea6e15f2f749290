import { describe, expect, it } from 'vitest';
import { NETCONF_WITH_DEFAULTS as WITH_DEFAULTS, NMDA_COMPARE } from '../../../src/netconf/namespaces.js';
import { BASE, errorsOf, SessionServer } from '../session/session-harness.js';
import { CANDIDATE, CONFIG, MONITORING, WRONG_OPERATIONS } from './wrong-operations.js';

/** What the configuration was asked, and what came back, for one operation. */
async function run(operation: string) {
  const server = new SessionServer();
  const client = await server.open().hello();
  const reply = await client.rpc(operation);
  return { calls: server.config.calls, reply };
}

const requester = { sessionId: 1, user: 'admin', sourceHost: '192.0.2.1' };
const SERVER = 'urn:bfd-agent:yang:bfd-agent-server';
const COMMIT = 'urn:bfd-agent:yang:bfd-agent-commit';
const edit = {
  xml: '<a xmlns="urn:toy">1</a>',
  defaultOperation: 'merge',
  testOption: 'deferred',
  errorOption: 'stop-on-error',
};

describe('an operation', () => {
  it.each([
    ['<get/>', 'get', undefined],
    ['<get-config><source><running/></source></get-config>', 'get-config', { datastore: 'running' }],
    [
      '<get-config><source> <candidate> </candidate> </source></get-config>',
      'get-config',
      { datastore: 'candidate' },
    ],
    [
      `<edit-config>${CANDIDATE}${CONFIG}</edit-config>`,
      'edit-config',
      { target: 'candidate', edit, requester },
    ],
    [
      `<edit-config>${CANDIDATE}<default-operation>none</default-operation><test-option>test-only</test-option>` +
        `<error-option>rollback-on-error</error-option>${CONFIG}</edit-config>`,
      'edit-config',
      {
        target: 'candidate',
        edit: {
          ...edit,
          defaultOperation: 'none',
          testOption: 'test-only',
          errorOption: 'rollback-on-error',
        },
        requester,
      },
    ],
    [
      `<edit-config>${CANDIDATE}<default-operation>\n replace\n</default-operation><test-option>set</test-option>` +
        `<error-option>continue-on-error</error-option><config/></edit-config>`,
      'edit-config',
      {
        target: 'candidate',
        edit: { xml: '', defaultOperation: 'replace', testOption: 'set', errorOption: 'continue-on-error' },
        requester,
      },
    ],
    [
      `<copy-config>${CANDIDATE}<source><running/></source></copy-config>`,
      'copy-config',
      { source: { type: 'datastore', name: 'running' }, target: 'candidate', requester },
    ],
    [
      `<copy-config><source>${CONFIG}</source>${CANDIDATE}</copy-config>`,
      'copy-config',
      { source: { type: 'inline', xml: edit.xml }, target: 'candidate', requester },
    ],
    [
      '<delete-config><target><startup/></target></delete-config>',
      'delete-config',
      { target: 'startup', requester },
    ],
    ['<get-config><source><startup/></source></get-config>', 'get-config', { datastore: 'startup' }],
    [
      `<get-config><source><running/></source><with-defaults xmlns="${WITH_DEFAULTS}">trim</with-defaults></get-config>`,
      'get-config',
      { datastore: 'running', withDefaults: 'trim' },
    ],
    ['<lock><target><startup/></target></lock>', 'lock', { datastore: 'startup', requester }],
    ['<lock><target><running/></target></lock>', 'lock', { datastore: 'running', requester }],
    [`<lock>${CANDIDATE}</lock>`, 'lock', { datastore: 'candidate', requester }],
    [
      '<validate><source><candidate/></source></validate>',
      'validate',
      { type: 'datastore', name: 'candidate' },
    ],
    [`<validate><source>${CONFIG}</source></validate>`, 'validate', { type: 'inline', xml: edit.xml }],
    ['<commit/>', 'commit', { requester, request: {} }],
    [
      '<commit><confirmed/><persist>a</persist></commit>',
      'commit',
      { requester, request: { confirmed: { timeoutMs: 600_000, persist: 'a' } } },
    ],
    [
      '<commit><confirmed/><confirm-timeout> 5 </confirm-timeout><persist-id>a</persist-id></commit>',
      'commit',
      { requester, request: { confirmed: { timeoutMs: 5000 }, persistId: 'a' } },
    ],
    [
      `<commit><comment xmlns="${COMMIT}">a &amp; b</comment><c:label xmlns:c="${COMMIT}">x</c:label></commit>`,
      'commit',
      { requester, request: { comment: 'a & b', label: 'x' } },
    ],
    [
      `<commit><confirmed/><health-check xmlns="${COMMIT}"/></commit>`,
      'commit',
      { requester, request: { confirmed: { timeoutMs: 10_000, healthCheck: 'all' } } },
    ],
    [
      `<commit><confirmed/><health-check xmlns="${COMMIT}"><settle-time>3</settle-time><scope>touched</scope></health-check></commit>`,
      'commit',
      { requester, request: { confirmed: { timeoutMs: 3000, healthCheck: 'touched' } } },
    ],
    [`<rollback xmlns="${COMMIT}"><commit>7</commit></rollback>`, 'rollback', { commitNumber: 7, requester }],
    ['<cancel-commit/>', 'cancel-commit', { persistId: undefined, requester }],
    [
      '<cancel-commit><persist-id>a</persist-id></cancel-commit>',
      'cancel-commit',
      { persistId: 'a', requester },
    ],
    ['<discard-changes/>', 'discard-changes', requester],
  ])('is handed on: %s', async (operation, name, args) => {
    const { calls, reply } = await run(operation);
    expect(calls).toEqual([{ operation: name, arguments: args }]);
    expect(reply.children).toMatchObject([
      { local: name.startsWith('get') ? 'data' : 'ok', namespace: BASE },
    ]);
  });

  it.each([
    ['', '<ok'],
    ['<sent xmlns="urn:toy">1</sent>', '<sent'],
  ])('that a module defines is handed on, and its output, or ok, comes back: %s', async (output, begin) => {
    const server = new SessionServer();
    server.config.offeredRpcs.add('ping');
    server.config.output = output;
    const client = await server.open().hello();
    const replies = [
      await client.rpc('<ping xmlns="urn:toy"/>'),
      await client.rpc('<action xmlns="urn:ietf:params:xml:ns:yang:1"><toys xmlns="urn:toy"/></action>'),
    ];
    expect(server.config.calls).toEqual([
      { operation: 'rpc', arguments: 'ping' },
      { operation: 'action', arguments: { around: ['toys'], requester } },
    ]);
    for (const { children } of replies) expect(`<${children[0]?.local}`).toBe(begin);
  });

  it('that a module defines needs access, and an action sees to that itself', async () => {
    const server = new SessionServer();
    server.config.offeredRpcs.add('ping');
    server.config.deniedOperations.add('ping').add('action');
    const client = await server.open().hello();
    expect(errorsOf(await client.rpc('<ping xmlns="urn:toy"/>'))).toEqual([
      ['protocol', 'access-denied', {}],
    ]);
    const action = '<action xmlns="urn:ietf:params:xml:ns:yang:1"><toys xmlns="urn:toy"/></action>';
    expect((await client.rpc(action)).children).toMatchObject([{ local: 'ok' }]);
  });

  it('may have metadata of other namespaces', async () => {
    const { reply } = await run(`<commit x:label="1" xmlns:x="urn:x"/>`);
    expect(reply.children).toMatchObject([{ local: 'ok' }]);
  });

  it('gives configuration the namespaces that are declared around it', async () => {
    const { calls } = await run(
      `<edit-config xmlns:t="urn:toy">${CANDIDATE}<config xmlns:q="urn:q"><t:a>q:x</t:a></config></edit-config>`,
    );
    expect(calls[0]!.arguments).toMatchObject({
      edit: { xml: `<t:a xmlns="${BASE}" xmlns:t="urn:toy" xmlns:q="urn:q">q:x</t:a>` },
    });
  });
});

/** The filter that a `<get>` with `filter` hands on. */
it('plan-commit answers with sessions, tunnels and refusals', async () => {
  const { reply } = await run(`<plan-commit xmlns="${COMMIT}"/>`);
  expect(reply.children.map(({ local, text }) => [local, text])).toEqual([
    ['accepted', 'false'],
    ['session', ''],
    ['tunnel', ''],
    ['refusal', ''],
  ]);
  expect(reply.children[1]?.children.map(({ local, text }) => [local, text])).toEqual([
    ['name', 'a'],
    ['action', 'change'],
    ['poll-sequence', 'true'],
    ['reason', 'Because <so>.'],
  ]);
  expect(reply.children[2]?.children.map(({ local, text }) => [local, text])).toEqual([
    ['fec', '192.0.2.1/32'],
    ['action', 'create'],
    ['ineligible-reason', 'no-policy'],
  ]);
});

it('compare answers with an edit and a text', async () => {
  const { calls, reply } = await run(
    `<compare xmlns="${COMMIT}"><source><running/></source><target><commit>3</commit></target></compare>`,
  );
  expect(calls[0]?.arguments).toEqual({
    source: { type: 'datastore', name: 'running' },
    target: { type: 'commit', number: 3 },
  });
  expect(reply.children).toMatchObject([
    { local: 'edit', namespace: COMMIT, children: [{ local: 'a', namespace: 'urn:toy' }] },
    { local: 'text', namespace: COMMIT, text: '+ /toy:a\n' },
  ]);
});

it('compare of datastores answers with a YANG patch, or that nothing matched', async () => {
  const names = '<source>ds:startup</source><target>ds:operational</target>';
  const open = `<compare xmlns="${NMDA_COMPARE}" xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores">${names}`;
  const { calls, reply } = await run(`${open}<report-origin/></compare>`);
  expect(calls[0]?.arguments).toEqual({
    source: 'startup',
    target: 'operational',
    all: false,
    reportOrigin: true,
  });
  const patch = reply.children[0]!.children[0]!;
  expect(patch).toMatchObject({ local: 'yang-patch', namespace: NMDA_COMPARE });
  const edits = patch.children.filter(({ local }) => local === 'edit');
  expect(edits.map(({ children }) => children.map(({ local, text }) => [local, text]))).toEqual([
    [
      ['edit-id', '1'],
      ['operation', 'insert'],
      ['target', '/toy:a=2'],
      ['point', '/toy:a=1'],
      ['where', 'after'],
      ['value', ''],
    ],
    [
      ['edit-id', '2'],
      ['operation', 'delete'],
      ['target', '/toy:a=3'],
      ['source-value', ''],
    ],
  ]);
  expect(edits[0]!.children.at(-1)!.children).toMatchObject([
    { local: 'a', namespace: 'urn:toy', text: '2' },
  ]);
  const nothing = await run(`${open}<all/></compare>`);
  expect(nothing.reply.children).toMatchObject([{ local: 'no-matches', namespace: NMDA_COMPARE }]);
});

it('generate-host-key answers with the public part; delete-host-key with ok', async () => {
  const rpc = (name: string, inside: string): string => `<${name} xmlns="${SERVER}">${inside}</${name}>`;
  const { calls, reply } = await run(rpc('generate-host-key', '<name>a-1</name><algorithm>rsa</algorithm>'));
  expect(calls[0]?.arguments).toEqual({ name: 'a-1', algorithm: 'rsa' });
  expect(reply.children.map(({ local, text, namespace }) => [local, text, namespace])).toEqual([
    ['algorithm', 'rsa', SERVER],
    ['public-key', 'ssh-x AAAA', SERVER],
    ['fingerprint', 'SHA256:a', SERVER],
  ]);
  const plain = await run(rpc('generate-host-key', '<name>b</name>'));
  expect(plain.calls[0]?.arguments).toEqual({ name: 'b', algorithm: 'ed25519' });
  const gone = await run(rpc('delete-host-key', '<name>b</name>'));
  expect(gone.calls[0]?.arguments).toEqual({ name: 'b' });
  expect(gone.reply.children).toMatchObject([{ local: 'ok' }]);
});

async function filterOf(filter: string): Promise<unknown> {
  const { calls } = await run(`<get>${filter}</get>`);
  expect(calls).toHaveLength(1);
  return calls[0]!.arguments;
}

describe('a filter', () => {
  it.each([
    '<filter><a xmlns="urn:toy"><b>1</b></a></filter>',
    '<filter type="subtree"><a xmlns="urn:toy"><b>1</b></a></filter>',
    `<filter n:type="subtree" xmlns:n="${BASE}"><a xmlns="urn:toy"><b>1</b></a></filter>`,
  ])('is a subtree filter: %s', async (text) => {
    expect(await filterOf(text)).toMatchObject({
      type: 'subtree',
      element: {
        local: 'filter',
        children: [{ local: 'a', namespace: 'urn:toy', children: [{ local: 'b', text: '1' }] }],
      },
    });
  });

  it('may be an empty subtree', async () => {
    expect(await filterOf('<filter/>')).toMatchObject({ type: 'subtree', element: { children: [] } });
  });

  it.each([
    'type="xpath" select="/t:a[t:b=&apos;1&apos;]"',
    `n:type="xpath" n:select="/t:a[t:b='1']" xmlns:n="${BASE}"`,
  ])('is an XPath filter: %s', async (attributes) => {
    const filter = await filterOf(`<filter xmlns:t="urn:toy" ${attributes}/>`);
    expect(filter).toMatchObject({ type: 'xpath', select: "/t:a[t:b='1']", namespaces: expect.any(Map) });
    const namespaces = Object.fromEntries(Reflect.get(Object(filter), 'namespaces'));
    expect(namespaces).toMatchObject({ t: 'urn:toy' });
    expect(Object.keys(namespaces)).not.toContain('');
  });
});

describe('an error in an operation', () => {
  it.each(WRONG_OPERATIONS)('is answered exactly: %s', async (operation, errors) => {
    const { calls, reply } = await run(operation);
    expect(errorsOf(reply)).toEqual(errors);
    expect(calls).toEqual([]);
  });

  it('explains what to do instead', async () => {
    const { reply } = await run(`<edit-config><target><running/></target>${CONFIG}</edit-config>`);
    const message = reply.children[0]!.children.find(({ local }) => local === 'error-message');
    expect(message!.text).toContain(':writable-running');
  });
});

describe('get-schema', () => {
  it.each([
    '',
    '<version>2026-01-01</version>',
    '<version/>',
    '<format>yang</format>',
    `<m:format xmlns:m="${MONITORING}">m:yang</m:format>`,
  ])('gives the text of a module: %s', async (parameters) => {
    const { reply } = await run(
      `<get-schema xmlns="${MONITORING}"><identifier>toy</identifier>${parameters}</get-schema>`,
    );
    expect(reply.children).toMatchObject([
      { local: 'data', namespace: MONITORING, text: 'module toy { description "<&>"; }' },
    ]);
  });
});
