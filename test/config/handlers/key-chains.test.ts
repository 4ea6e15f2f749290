import { describe, expect, it } from 'vitest';
import {
  authenticationXml,
  interfaceXml,
  keyChainXml,
  keyXml,
  multihopXml,
  sessionXml,
} from '../../support/agent-xml.js';
import { emptyWorkspace, prepared, run, told } from '../../support/agent-workspace.js';

const ETH0 = interfaceXml('eth0');
const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

/** The authentication of a session with such a chain. */
function authenticationOf(chain: string, more = ''): unknown {
  const session = sessionXml({ dest: '192.0.2.1', content: authenticationXml('ring', more) });
  const { sessions, errors } = prepared(emptyWorkspace(), ETH0, chain, session);
  expect(told(errors)).toEqual([]);
  return sessions.set[0]?.authentication;
}

function keysOf(...keys: string[]): unknown {
  return authenticationOf(keyChainXml('ring', keys.join('')));
}

const ALWAYS = { sendFromMs: null, sendUntilMs: null, acceptFromMs: null, acceptUntilMs: null };

describe('the keys of a session', () => {
  it('are those of its key chain, with their algorithms as BFD has them', () => {
    const keys = [
      keyXml({ id: 0, algorithm: 'cleartext', secret: '<keystring>pass wörd</keystring>' }),
      keyXml({ id: 7, algorithm: 'md5', secret: '<hexadecimal-string>00:ff:AB</hexadecimal-string>' }),
      keyXml({ id: 255 }),
    ];
    expect(authenticationOf(keyChainXml('ring', keys.join('')))).toEqual({
      meticulous: false,
      keys: [
        { keyId: 0, algorithm: 'simple-password', secretHex: '706173732077c3b67264', ...ALWAYS },
        { keyId: 7, algorithm: 'md5', secretHex: '00ffab', ...ALWAYS },
        { keyId: 255, algorithm: 'sha1', secretHex: '736563726574', ...ALWAYS },
      ],
    });
  });

  it('are used meticulously where that is asked for', () => {
    const chain = keyChainXml('ring', keyXml({}));
    expect(authenticationOf(chain, '<meticulous>true</meticulous>')).toMatchObject({ meticulous: true });
    expect(authenticationOf(chain, '<meticulous>false</meticulous>')).toMatchObject({ meticulous: false });
  });

  it('have lifetimes, one for both directions or one for each', () => {
    const from = '<start-date-time>2026-01-01T00:00:00Z</start-date-time>';
    const until = '<end-date-time>2026-01-02T01:00:00+01:00</end-date-time>';
    const lifetimes = [
      `<send-accept-lifetime>${from}${until}</send-accept-lifetime>`,
      `<send-lifetime>${from}<duration>60</duration></send-lifetime><accept-lifetime>${until}</accept-lifetime>`,
      `<send-lifetime>${from}<no-end-time/></send-lifetime><accept-lifetime><always/></accept-lifetime>`,
      `<send-lifetime>${until}</send-lifetime>`,
    ];
    expect(keysOf(...lifetimes.map((lifetime, id) => keyXml({ id, lifetime })))).toMatchObject({
      keys: [
        {
          sendFromMs: START,
          sendUntilMs: START + DAY,
          acceptFromMs: START,
          acceptUntilMs: START + DAY,
        },
        { sendFromMs: START, sendUntilMs: START + 60_000, acceptFromMs: null, acceptUntilMs: START + DAY },
        { sendFromMs: START, sendUntilMs: null, acceptFromMs: null, acceptUntilMs: null },
        { sendFromMs: null, sendUntilMs: START + DAY, acceptFromMs: null, acceptUntilMs: null },
      ],
    });
  });

  it('are accepted for longer by the tolerance of the chain, not sent', () => {
    const lifetime =
      '<send-accept-lifetime><start-date-time>2026-01-01T00:00:00Z</start-date-time><duration>86400</duration></send-accept-lifetime>';
    const tolerance = '<accept-tolerance><duration>90</duration></accept-tolerance>';
    expect(authenticationOf(keyChainXml('ring', tolerance + keyXml({ lifetime })))).toMatchObject({
      keys: [
        {
          sendFromMs: START,
          sendUntilMs: START + DAY,
          acceptFromMs: START - 90_000,
          acceptUntilMs: START + DAY + 90_000,
        },
      ],
    });
  });

  it('may all be out of date: that is no matter of configuration', () => {
    const lifetime =
      '<send-accept-lifetime><end-date-time>2001-01-01T00:00:00Z</end-date-time></send-accept-lifetime>';
    expect(keysOf(keyXml({ lifetime }))).toMatchObject({ keys: [{ acceptUntilMs: Date.UTC(2001, 0, 1) }] });
  });
});

describe('a change of a key chain', () => {
  const sessions = [
    ETH0,
    sessionXml({ dest: '192.0.2.1', content: authenticationXml('ring') }),
    sessionXml({ dest: '192.0.2.2', content: authenticationXml('other') }),
    sessionXml({ dest: '192.0.2.3' }),
    multihopXml({
      source: '198.51.100.1',
      dest: '203.0.113.1',
      content: `<rx-ttl>250</rx-ttl>${authenticationXml('ring')}`,
    }),
  ];
  const other = keyChainXml('other', keyXml({}));
  const old = keyChainXml('ring', keyXml({}));
  const both = keyChainXml('ring', keyXml({}) + keyXml({ id: 2, secret: '<keystring>new</keystring>' }));

  it('changes the sessions that refer to it, and no others; and back', () => {
    const workspace = emptyWorkspace();
    run(workspace, ...sessions, other, old);
    const { sessions: asked, undo } = prepared(workspace, ...sessions, other, both);
    const ids = (list: typeof asked.set) =>
      Object.fromEntries(
        list.map(({ key, authentication }) => [key, authentication?.keys.map(({ keyId }) => keyId)]),
      );
    expect(ids(asked.set)).toEqual({
      'ip-sh/eth0/192.0.2.1': [1, 2],
      'ip-mh/198.51.100.1/203.0.113.1': [1, 2],
    });
    expect(ids(undo.set)).toEqual({ 'ip-sh/eth0/192.0.2.1': [1], 'ip-mh/198.51.100.1/203.0.113.1': [1] });
    expect(asked.remove).toEqual([]);
  });

  it('is in force for what is desired afterwards, whatever was changed with it', () => {
    const workspace = emptyWorkspace();
    run(workspace, ...sessions, other, old);
    run(workspace, ...sessions, other, both);
    const [first] = workspace.handlers.desired().sessions;
    expect(first).toMatchObject({
      key: 'ip-sh/eth0/192.0.2.1',
      authentication: { keys: [{}, { keyId: 2 }] },
    });
    run(workspace, ...sessions.with(1, sessionXml({ dest: '192.0.2.1' })), other, both);
    expect(workspace.handlers.desired().sessions).toContainEqual(
      expect.objectContaining({ key: 'ip-sh/eth0/192.0.2.1', authentication: null }),
    );
    expect(
      prepared(workspace, ...sessions.with(1, sessionXml({ dest: '192.0.2.1' })), other, old).sessions.set,
    ).toMatchObject([{ key: 'ip-mh/198.51.100.1/203.0.113.1' }]);
  });

  it('asks for nothing where the keys stay as they are', () => {
    const workspace = emptyWorkspace();
    run(workspace, ...sessions, other, old);
    const described = keyChainXml('ring', `<description>to be replaced</description>${keyXml({})}`);
    expect(prepared(workspace, ...sessions, other, described).sessions).toEqual({ set: [], remove: [] });
  });

  it('of one that nobody refers to asks for nothing', () => {
    const workspace = emptyWorkspace();
    run(workspace, ETH0, old);
    expect(prepared(workspace, ETH0, both).sessions).toEqual({ set: [], remove: [] });
  });
});

const lifetime = (content: string): string =>
  keyXml({ lifetime: `<send-lifetime>${content}</send-lifetime>` });

describe('a key chain is refused, used or not', () => {
  it.each([
    ['without a key', '', 'name', /has no key.*give it one/u],
    ['with a key-id that is too large', keyXml({ id: 256 }), 'key-id', /256 .* give 0 to 255/u],
    [
      'with one that is no number of JavaScript',
      keyXml({ id: '18446744073709551615' }),
      'key-id',
      /0 to 255/u,
    ],
    ['with a key without secret', keyXml({ secret: '' }), 'key-id', /no secret/u],
    ['with an empty secret', keyXml({ secret: '<keystring/>' }), 'keystring', /empty/u],
    [
      'with an algorithm that BFD does not know',
      keyXml({ algorithm: 'hmac-sha-256' }),
      'crypto-algorithm',
      /not authenticate with hmac-sha-256 .* md5 or sha-1, or cleartext/u,
    ],
    [
      'with a password that is too long',
      keyXml({ algorithm: 'cleartext', secret: `<keystring>${'x'.repeat(17)}</keystring>` }),
      'keystring',
      /at most 16 bytes/u,
    ],
    [
      'with a SHA-1 secret that is too long',
      keyXml({ secret: `<hexadecimal-string>${Array(21).fill('0a').join(':')}</hexadecimal-string>` }),
      'hexadecimal-string',
      /at most 20 bytes/u,
    ],
    ['with a duration from nowhere', lifetime('<duration>5</duration>'), 'duration', /give start-date-time/u],
    [
      'with a lifetime that ends before it begins',
      lifetime(
        '<start-date-time>2026-01-02T00:00:00Z</start-date-time><end-date-time>2026-01-01T00:00:00Z</end-date-time>',
      ),
      'end-date-time',
      /ends before it begins/u,
    ],
    [
      'with more keys than can be used',
      Array.from({ length: 33 }, (_, id) => keyXml({ id })).join(''),
      'name',
      /33 keys: at most 32/u,
    ],
  ])('%s', (_, keys, leaf, message) => {
    const { errors } = prepared(emptyWorkspace(), keyChainXml('ring', keys));
    expect(told(errors)).toHaveLength(1);
    expect(errors[0]).toMatchObject({ type: 'application', tag: 'invalid-value' });
    expect(errors[0]?.message).toMatch(message);
    expect(errors[0]?.path?.text.endsWith(`/key-chain:${leaf}`)).toBe(true);
  });

  it('with all that is wrong, and without telling a secret', () => {
    const secret = `<keystring>${'hush'.repeat(6)}</keystring>`;
    const keys = [keyXml({ id: 300, secret }), keyXml({ id: 2, algorithm: 'md5', secret })].join('');
    const { errors } = prepared(emptyWorkspace(), keyChainXml('ring', keys));
    expect(errors).toHaveLength(3);
    expect(JSON.stringify(errors)).not.toContain('hush');
  });
});

describe('authentication is refused', () => {
  it('without a key chain', () => {
    const session = sessionXml({ dest: '192.0.2.1', content: '<authentication/>' });
    const { errors } = prepared(emptyWorkspace(), ETH0, session);
    expect(errors).toMatchObject([
      { tag: 'missing-element', message: expect.stringMatching(/let nothing pass: name a key-chain/u) },
    ]);
    expect(errors[0]?.path?.text.endsWith('/bfd-ip-sh:authentication')).toBe(true);
  });
});
