import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { invalidValue, operationFailed } from '../../../src/config/errors/rpc-error.js';
import { BASE, chunks, errorsOf, Gate, parse, SessionServer } from './session-harness.js';

const inRpc = (content: string, id = 5): string => `<rpc xmlns="${BASE}" message-id="${id}">${content}</rpc>`;
/** An operation in an rpc that has a prefix, and another default namespace. */
const inPrefixedRpc = (operation: string): string =>
  `<n:rpc xmlns:n="${BASE}" xmlns="urn:other" n:x="1" message-id="5">${operation}</n:rpc>`;

const LOCK = '<lock><target><candidate/></target></lock>';

describe('the reply', () => {
  it('has all attributes of the rpc, with their namespace declarations', async () => {
    const client = await new SessionServer().open().hello();
    const reply = parse(
      await client.exchange(
        `<rpc message-id="a&lt;&#10;&quot;b" xmlns="${BASE}" xmlns:x="urn:x" x:user="é" plain="1"><get/></rpc>`,
      ),
    );
    expect(reply).toMatchObject({
      local: 'rpc-reply',
      namespace: BASE,
      children: [{ local: 'data', namespace: BASE }],
    });
    expect(reply.attributes.map(({ name, value }) => [name, value])).toEqual([
      ['message-id', 'a<\n"b'],
      ['x:user', 'é'],
      ['plain', '1'],
    ]);
    expect(Object.fromEntries(reply.scope)).toEqual({ '': BASE, x: 'urn:x' });
  });

  it('keeps the prefix of the rpc and stays in the right namespaces', async () => {
    const client = await new SessionServer().open().hello();
    const ok = parse(await client.exchange(inPrefixedRpc('<n:discard-changes/>')));
    expect(ok).toMatchObject({ prefix: 'n', local: 'rpc-reply', namespace: BASE });
    expect(ok.children).toMatchObject([{ local: 'ok', namespace: BASE }]);
    const error = parse(await client.exchange(inPrefixedRpc('<n:bogus/>')));
    expect(error.children).toMatchObject([{ local: 'rpc-error', namespace: BASE }]);
    expect(error.children[0]!.children.every(({ namespace }) => namespace === BASE)).toBe(true);
  });

  it('has the data as it was given', async () => {
    const server = new SessionServer();
    server.config.stores.running = '<a xmlns="urn:toy">é &amp; 😀</a><b xmlns="urn:toy"/>';
    const client = await server.open().hello();
    expect(await client.exchange(inRpc('<get/>'))).toContain(`<data>${server.config.stores.running}</data>`);
  });

  it('has every error that was found', async () => {
    const server = new SessionServer();
    const namespaces = new Map([['t', 'urn:toy']]);
    server.config.refuseWith = [
      invalidValue('one <1>', { appTag: 'tag', path: { text: '/t:a[t:b="1"]', namespaces } }),
      operationFailed('two'),
    ];
    const client = await server.open().hello();
    const text = await client.exchange(
      inRpc('<edit-config><target><candidate/></target><config><a xmlns="urn:toy"/></config></edit-config>'),
    );
    expect(errorsOf(parse(text)).map(([, tag]) => tag)).toEqual(['invalid-value', 'operation-failed']);
    expect(text).toContain('<error-path xmlns:t="urn:toy">/t:a[t:b="1"]</error-path>');
    expect(server.registry.statistics()).toMatchObject({ inRpcs: 1, inBadRpcs: 0, outRpcErrors: 1 });
  });

  it('is operation-failed when something goes wrong inside, and the session lives on', async () => {
    const server = new SessionServer();
    const client = await server.open().hello();
    const edit =
      '<edit-config><target><candidate/></target><config><throw-up xmlns="urn:toy"/></config></edit-config>';
    const reply = await client.exchange(inRpc(edit));
    expect(errorsOf(parse(reply))).toEqual([['application', 'operation-failed', {}]]);
    expect(reply).not.toContain('provoked');
    expect(server.logged).toContain('an operation failed unexpectedly');
    expect(await client.exchange(inRpc('<get/>'))).toContain('<data/>');
  });
});

describe('requests', () => {
  it('that come together are answered in order, one after another', async () => {
    const server = new SessionServer();
    let running = 0;
    let most = 0;
    server.config.beforeCommit = async () => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
    };
    const client = await server.open().hello();
    client.sendRaw(Buffer.concat(Array.from({ length: 100 }, (_, id) => chunks(inRpc('<commit/>', id)))));
    for (let id = 0; id < 100; id += 1) expect(await client.reply()).toContain(`message-id="${id}"`);
    expect(most).toBe(1);
  });

  it('let other sessions have their turn', async () => {
    const client = await new SessionServer().open().hello();
    client.sendRaw(Buffer.concat(Array.from({ length: 100 }, (_, id) => chunks(inRpc('<get/>', id)))));
    for (let id = 0; id < 100; id += 1) await client.reply();
    expect(client.transport.turns).toBeGreaterThanOrEqual(6);
  });

  it('wait, and hold the client up, while one is being worked on', async () => {
    const server = new SessionServer();
    const gate = new Gate();
    server.config.beforeCommit = () => gate.passed;
    const client = await server.open().hello();
    client.send(inRpc('<commit/>'));
    await turn();
    const big = chunks(inRpc(`<get><filter>${' '.repeat(100_000)}</filter></get>`));
    for (let sent = 0; sent < 2; sent += 1) client.sendRaw(big);
    expect(client.transport.reading).toBe(true);
    client.sendRaw(big);
    expect(client.transport.reading).toBe(false);
    gate.open();
    for (let replies = 0; replies < 4; replies += 1) await client.reply();
    expect(client.transport.reading).toBe(true);
  });

  it('wait until the client has taken the replies', async () => {
    const server = new SessionServer();
    const client = await server.open().hello();
    const gate = new Gate();
    client.transport.backlog = gate.passed;
    client.sendRaw(Buffer.concat([chunks(inRpc('<get/>', 1)), chunks(inRpc('<get/>', 2))]));
    expect(await client.reply()).toContain('message-id="1"');
    await turn();
    expect(server.config.calls).toHaveLength(1);
    client.transport.backlog = undefined;
    gate.open();
    expect(await client.reply()).toContain('message-id="2"');
  });

  it('that came before the end of the input are answered', async () => {
    const server = new SessionServer();
    const client = await server.open().hello();
    client.sendRaw(
      Buffer.concat([chunks(inRpc('<commit/>', 1)), chunks(inRpc('<get/>', 2)), Buffer.from('\n#99\n<')]),
    );
    client.session.receiveEnd();
    expect(await client.closed()).toHaveLength(2);
    expect(server.config.calls.map(({ operation }) => operation)).toEqual(['commit', 'get', 'release']);
    expect(server.registry.statistics().droppedSessions).toBe(1);
  });
});

describe('close-session', () => {
  it('releases locks before it answers, and ignores what comes after it', async () => {
    const server = new SessionServer();
    const client = await server.open().hello();
    await client.rpc(LOCK);
    client.sendRaw(Buffer.concat([chunks(inRpc('<close-session/>')), chunks(inRpc('<get/>', 6))]));
    expect(await client.reply()).toContain('<ok/>');
    expect(server.config.locks()).toEqual([]);
    expect(await client.closed()).toEqual([]);
    expect(server.config.calls.map(({ operation }) => operation)).toEqual(['lock', 'release']);
    expect(server.registry.statistics().droppedSessions).toBe(0);
    expect(server.registry.sessions()).toEqual([]);
  });

  it('with a parameter is refused and does not close', async () => {
    const client = await new SessionServer().open().hello();
    expect(errorsOf(await client.rpc('<close-session><now/></close-session>'))).toEqual([
      ['protocol', 'unknown-element', { 'bad-element': 'now' }],
    ]);
    expect(client.transport.closed).toBe(false);
  });
});

describe('kill-session', () => {
  it('ends another session and releases its locks before it answers', async () => {
    const server = new SessionServer();
    const [victim, killer] = [await server.open().hello(), await server.open().hello()];
    await victim.rpc(LOCK);
    const reply = await killer.rpc(
      `<kill-session><session-id>${victim.session.id}</session-id></kill-session>`,
    );
    expect(reply.children).toMatchObject([{ local: 'ok' }]);
    expect(server.config.locks()).toEqual([]);
    expect(await victim.closed()).toEqual([]);
    expect((await killer.rpc(LOCK)).children).toMatchObject([{ local: 'ok' }]);
    expect(server.registry.statistics().droppedSessions).toBe(0);
  });

  it('ends a session that is at work; its reply is not sent', async () => {
    const server = new SessionServer();
    const gate = new Gate();
    server.config.beforeCommit = () => gate.passed;
    const [victim, killer] = [await server.open().hello(), await server.open().hello()];
    victim.send(inRpc('<commit/>'));
    await turn();
    await killer.rpc(`<kill-session><session-id>${victim.session.id}</session-id></kill-session>`);
    gate.open();
    await turn();
    expect(await victim.closed()).toEqual([]);
    expect((await killer.rpc('<get/>')).children).toMatchObject([{ local: 'data' }]);
  });

  it.each(['1', '0', '-1', '4294967296', '7', 'x', '', '1.0', '0x2'])(
    'refuses the session-id "%s"',
    async (id) => {
      const client = await new SessionServer().open().hello();
      expect(client.session.id).toBe(1);
      const reply = await client.rpc(`<kill-session><session-id>${id}</session-id></kill-session>`);
      expect(errorsOf(reply)).toEqual([['protocol', 'invalid-value', {}]]);
    },
  );
});

describe('the end of a session', () => {
  it('that is at work waits for the reply when it is asked to', async () => {
    const server = new SessionServer();
    server.config.beforeCommit = () => turn();
    const client = await server.open().hello();
    client.sendRaw(Buffer.concat([chunks(inRpc('<commit/>', 1)), chunks(inRpc('<get/>', 2))]));
    await server.registry.endAll('other');
    expect(await client.closed()).toEqual([expect.stringContaining('message-id="1"')]);
    expect(server.config.calls.map(({ operation }) => operation)).toEqual(['commit', 'release']);
  });

  it('is done once', async () => {
    const server = new SessionServer();
    const client = await server.open().hello();
    await Promise.all([client.session.end('dropped'), client.session.end('killed')]);
    expect(server.config.calls.filter(({ operation }) => operation === 'release')).toHaveLength(1);
    expect(server.registry.statistics().droppedSessions).toBe(1);
  });
});

describe('monitoring', () => {
  it('tells of sessions and counts their messages', async () => {
    const server = new SessionServer();
    const [one, two] = [await server.open().hello(), await server.open().hello()];
    await one.rpc('<get/>');
    await one.rpc('<bogus/>');
    await one.exchange('<');
    await two.rpc('<get/>');
    expect(server.registry.sessions()).toEqual([
      {
        sessionId: 1,
        user: 'admin',
        sourceHost: '192.0.2.1',
        loginTime: new Date('2026-01-01T00:00:01Z'),
        inRpcs: 2,
        inBadRpcs: 1,
        outRpcErrors: 2,
        outNotifications: 0,
      },
      expect.objectContaining({ sessionId: 2, inRpcs: 1, inBadRpcs: 0, outRpcErrors: 0 }),
    ]);
    expect(server.registry.statistics()).toEqual({
      startTime: new Date('2026-01-01T00:00:00Z'),
      inSessions: 2,
      inBadHellos: 0,
      droppedSessions: 0,
      inRpcs: 3,
      inBadRpcs: 1,
      outRpcErrors: 2,
      outNotifications: 0,
    });
  });
});
