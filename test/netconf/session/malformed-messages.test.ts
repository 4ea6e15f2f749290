import { describe, expect, it } from 'vitest';
import { DEFAULT_XML_LIMITS } from '../../../src/lib/xml/xml-limits.js';
import { BASE, chunks, errorsOf, parse, SessionServer } from './session-harness.js';
import { BROKEN_FRAMING, inRpc, MALFORMED, NO_RPCS } from './wrong-messages.js';

describe.each(['1.0', '1.1'] as const)('in base:%s', (version) => {
  it.each(MALFORMED)('%s is answered, and the session goes on', async (_what, message, messageId) => {
    const server = new SessionServer();
    const client = await server.open().hello(version);
    const reply = parse(await client.exchange(message));
    const tag = version === '1.1' ? 'malformed-message' : 'operation-failed';
    expect(errorsOf(reply)).toEqual([['rpc', tag, {}]]);
    expect(reply.attributes.find(({ name }) => name === 'message-id')?.value).toBe(messageId);
    expect(await client.exchange(inRpc('<get/>'))).toContain('<data/>');
    expect(server.registry.statistics()).toMatchObject({ inRpcs: 1, inBadRpcs: 1, outRpcErrors: 1 });
    expect(server.config.calls.map(({ operation }) => operation)).toEqual(['get']);
  });

  it('a message that is too large is answered before it ends, and dropped', async () => {
    const client = await new SessionServer().open({ maxMessageBytes: 1000 }).hello(version);
    const start = `<rpc xmlns="${BASE}" message-id="5"><get>${' '.repeat(2000)}`;
    client.sendRaw(version === '1.1' ? `\n#5000\n${start}` : start);
    expect(errorsOf(parse(await client.reply()))).toEqual([['rpc', 'too-big', {}]]);
    const rest = ' '.repeat(5000 - start.length);
    client.sendRaw(version === '1.1' ? `${rest}\n##\n` : `${rest}]]>]]>`);
    expect(await client.exchange(inRpc('<get/>'))).toContain('message-id="5"');
  });

  it.each([
    ['too deep', `${'<a>'.repeat(200)}${'</a>'.repeat(200)}`],
    [
      'with too many attributes',
      `<a ${Array.from({ length: 65 }, (_, index) => `b${index}=""`).join(' ')}/>`,
    ],
  ])('a message that is %s is answered, and the session goes on', async (_what, content) => {
    const client = await new SessionServer().open().hello(version);
    const reply = parse(await client.exchange(inRpc(`<get><filter>${content}</filter></get>`)));
    expect(errorsOf(reply)).toEqual([['rpc', 'too-big', {}]]);
    const edit = `<edit-config><target><candidate/></target><config>${content}</config></edit-config>`;
    expect(errorsOf(parse(await client.exchange(inRpc(edit))))).toEqual([['rpc', 'too-big', {}]]);
    expect(await client.exchange(inRpc('<get/>'))).toContain('<data/>');
  });

  it('a filter with too many elements is answered, and the session goes on', async () => {
    const limits = { xmlLimits: { ...DEFAULT_XML_LIMITS, maxElements: 100 } };
    const client = await new SessionServer().open(limits).hello(version);
    const reply = await client.exchange(inRpc(`<get><filter>${'<a/>'.repeat(200)}</filter></get>`));
    expect(errorsOf(parse(reply))).toEqual([['rpc', 'too-big', {}]]);
    expect(await client.exchange(inRpc('<get/>'))).toContain('<data/>');
  });
});

describe('in base:1.0', () => {
  it('white space between messages is nothing', async () => {
    const client = await new SessionServer().open().hello('1.0');
    client.sendRaw('\r\n \t');
    expect(await client.exchange(`<?xml version="1.0"?>${inRpc('<get/>')}`)).toContain('<data/>');
  });
});

describe('in base:1.1', () => {
  it.each(BROKEN_FRAMING)('%s ends the session without an answer', async (_what, bytes) => {
    const server = new SessionServer();
    const client = await server.open().hello('1.1');
    client.sendRaw(bytes);
    expect(await client.closed()).toEqual([]);
    expect(server.registry.statistics()).toMatchObject({ inBadRpcs: 1, droppedSessions: 1 });
    expect(server.config.calls).toEqual([{ operation: 'release', arguments: client.session.id }]);
  });

  it('what came before broken framing is still answered', async () => {
    const client = await new SessionServer().open().hello('1.1');
    client.sendRaw(`${chunks(inRpc('<get/>')).toString()}garbage`);
    const replies = await client.closed();
    expect(replies).toHaveLength(1);
    expect(replies[0]).toContain('<data/>');
  });
});

describe('a message that is no rpc', () => {
  it.each(NO_RPCS)('is answered: %s', async (_what, message, errors, messageId) => {
    const server = new SessionServer();
    const client = await server.open().hello();
    const reply = parse(await client.exchange(message));
    expect(errorsOf(reply)).toEqual(errors);
    expect(reply.attributes.find(({ name }) => name === 'message-id')?.value).toBe(messageId);
    expect(server.registry.statistics()).toMatchObject({ inRpcs: 0, inBadRpcs: 1, outRpcErrors: 1 });
    expect(server.config.calls).toEqual([]);
    expect(await client.exchange(inRpc('<get/>'))).toContain('<data/>');
  });
});
