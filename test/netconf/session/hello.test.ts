import { describe, expect, it } from 'vitest';
import { BASE, chunks, clientHello, parse, SessionServer } from './session-harness.js';
import { BAD_HELLOS } from './bad-hellos.js';

const rpc = `<rpc xmlns="${BASE}" message-id="9"><get/></rpc>`;

describe("the server's hello", () => {
  it('is sent at once, with capabilities and a session-id', async () => {
    const hello = parse(await new SessionServer().open().reply());
    expect(hello).toMatchObject({ local: 'hello', namespace: BASE });
    const [capabilities, sessionId] = hello.children;
    expect(capabilities!.children.map(({ text }) => text)).toEqual([
      'urn:ietf:params:netconf:base:1.0',
      'urn:ietf:params:netconf:base:1.1',
      'urn:ietf:params:netconf:capability:candidate:1.0',
      'urn:ietf:params:netconf:capability:confirmed-commit:1.0',
      'urn:ietf:params:netconf:capability:confirmed-commit:1.1',
      'urn:ietf:params:netconf:capability:interleave:1.0',
      'urn:ietf:params:netconf:capability:notification:1.0',
      'urn:ietf:params:netconf:capability:rollback-on-error:1.0',
      'urn:ietf:params:netconf:capability:startup:1.0',
      'urn:ietf:params:netconf:capability:validate:1.1',
      'urn:ietf:params:netconf:capability:with-defaults:1.0?basic-mode=explicit&also-supported=report-all,report-all-tagged,trim',
      'urn:ietf:params:netconf:capability:with-operational-defaults:1.0?basic-mode=report-all&also-supported=explicit,report-all-tagged,trim',
      'urn:ietf:params:netconf:capability:xpath:1.0',
      'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring',
      'urn:ietf:params:xml:ns:yang:ietf-interfaces?module=ietf-interfaces&revision=2018-02-20',
      'urn:toy?module=toy&revision=2026-01-01&features=a,b&deviations=toy-deviations',
    ]);
    expect(sessionId).toMatchObject({ local: 'session-id', text: '1' });
  });

  it('gives every session another id', async () => {
    const server = new SessionServer();
    const ids = [server.open(), server.open(), server.open()].map(({ session }) => session.id);
    expect(ids).toEqual([1, 2, 3]);
  });
});

describe("the client's hello", () => {
  it.each([
    [['1.0'], false],
    [['1.1'], true],
    [['1.0', '1.1'], true],
    [['1.1', '1.0'], true],
  ])('with base %s decides on chunked framing: %s', async (versions, chunked) => {
    const client = new SessionServer().open();
    await client.reply();
    client.sendRaw(clientHello(...versions));
    if (chunked) client.useChunked();
    expect(await client.exchange(rpc)).toContain('message-id="9"');
  });

  it.each([
    ['1.0', `${rpc}]]>]]>`],
    ['1.1', chunks(rpc).toString()],
  ])('may come in one piece with the first rpc in base:%s', async (version, first) => {
    const client = new SessionServer().open();
    await client.reply();
    client.sendRaw(clientHello(version) + first);
    if (version === '1.1') client.useChunked();
    expect(await client.reply()).toContain('message-id="9"');
  });

  it('may come byte by byte, with the first rpc', async () => {
    const client = new SessionServer().open();
    await client.reply();
    for (const byte of Buffer.from(clientHello('1.1') + chunks(rpc).toString()))
      client.sendRaw(Uint8Array.of(byte));
    client.useChunked();
    expect(await client.reply()).toContain('message-id="9"');
  });

  it('may have prefixes, a declaration, white space and other capabilities', async () => {
    const client = new SessionServer().open();
    await client.reply();
    client.sendRaw(
      `<?xml version="1.0" encoding="UTF-8"?>\n<n:hello xmlns:n="${BASE}">\n <n:capabilities>\n  <n:capability>\n` +
        '   urn:ietf:params:netconf:base:1.1\n  </n:capability><n:capability>urn:x</n:capability>\n' +
        ' </n:capabilities><x xmlns="urn:x"/>\n</n:hello>\n]]>]]>',
    );
    client.useChunked();
    expect(await client.exchange(rpc)).toContain('message-id="9"');
  });

  it.each(BAD_HELLOS)('ends the session without an answer when it is %s', async (_what, hello) => {
    const server = new SessionServer();
    const client = server.open({ maxMessageBytes: 1000 });
    await client.reply();
    client.sendRaw(hello);
    expect(await client.closed()).toEqual([]);
    expect(server.registry.statistics()).toMatchObject({
      inBadHellos: 1,
      inSessions: 1,
      droppedSessions: 0,
      inRpcs: 0,
    });
    expect(server.registry.sessions()).toEqual([]);
    expect(await (await server.open().hello()).exchange(rpc)).toContain('message-id="9"');
  });
});
