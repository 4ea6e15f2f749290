import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkedDecoder, frameChunked } from '../../../src/netconf/framing/chunked.js';
import { bytes, cut, decodeAll, messagesOf } from './decoding.js';

const MAX = 1000;
const decode = (...pieces: (string | Uint8Array)[]) =>
  decodeAll(
    new ChunkedDecoder(MAX),
    pieces.map((piece) => bytes(piece)),
  );
const chunk = (content: string): string => `\n#${content.length}\n${content}`;
const END = '\n##\n';

describe('chunked framing', () => {
  it('joins the chunks of a message', () => {
    expect(messagesOf(decode(`${chunk('one')}${END}${chunk('tw')}${chunk('o')}${END}`))).toEqual([
      'one',
      'two',
    ]);
  });

  it('takes anything inside a chunk', () => {
    const content = '\n##\n]]>]]>\n#1\n\0\xff';
    expect(messagesOf(decode(chunk(content) + END))).toEqual([content]);
  });

  it.each([
    ['no line feed', 'a#1\nx'],
    ['no "#"', '\na1\nx'],
    ['two line feeds', '\n\n#1\nx'],
    ['a carriage return', '\r\n#1\nx'],
    ['no size', '\n#\nx'],
    ['size zero', '\n#0\n'],
    ['a leading zero', '\n#01\nx'],
    ['a negative size', '\n#-1\nx'],
    ['a plus sign', '\n#+1\nx'],
    ['a hexadecimal size', '\n#1a\nx'],
    ['a size with a space', '\n#1 \nx'],
    ['a size with a comma', '\n#1,0\nx'],
    ['a size above 4294967295', '\n#4294967296\nx'],
    ['a size of many digits', `\n#${'9'.repeat(40)}\nx`],
    ['a size ended by a carriage return', '\n#1\r\nx'],
    ['a chunk longer than it says', '\n#1\nxy\n##\n'],
    ['a message without chunks', '\n##\n'],
    ['a second end', `${chunk('x')}${END}\n##\n`],
    ['three "#"', `${chunk('x')}\n###\n`],
    ['an end without its line feed', `${chunk('x')}\n##x`],
    ['end-of-message framing', '<rpc/>]]>]]>'],
  ])('breaks at %s', (_what, stream) => {
    for (const pieces of [[stream], stream.split('')]) {
      const events = decode(...pieces, chunk('more') + END);
      expect(events.at(-1)).toMatchObject({ type: 'broken', reason: expect.any(String) });
      expect(messagesOf(events).filter((message) => message !== 'x')).toEqual([]);
    }
  });

  it('takes the largest size there is', () => {
    expect(decode('\n#4294967295\n', 'x').map(({ type }) => type)).toEqual(['data']);
  });

  it('refuses what is longer than allowed and goes on with the next message', () => {
    const stream = `${chunk('x'.repeat(600))}${chunk('x'.repeat(401))}${chunk('y'.repeat(5000))}${END}${chunk('next')}${END}`;
    expect(decode(stream).map(({ type }) => type)).toEqual(['data', 'too-big', 'end', 'data', 'end']);
    expect(messagesOf(decode(chunk('x'.repeat(1000)) + END))).toEqual(['x'.repeat(1000)]);
  });

  it('keeps nothing after it broke', () => {
    const decoder = new ChunkedDecoder(MAX);
    expect(decodeAll(decoder, [bytes('x'), bytes('y'.repeat(100)), bytes(chunk('z') + END)])).toHaveLength(1);
    expect(decoder.pendingBytes).toBe(0);
  });

  it('gives the same messages however they are cut, and whatever the chunks', () => {
    const message = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 4 }),
        fc.array(fc.nat(200), { maxLength: 12 }),
        (messages, cuts) => {
          const texts = messages.map((chunks) => chunks.map((part) => Buffer.from(part).toString('latin1')));
          const stream = bytes(texts.map((chunks) => chunks.map(chunk).join('') + END).join(''));
          expect(messagesOf(decode(...cut(stream, cuts)))).toEqual(texts.map((chunks) => chunks.join('')));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes back what it has framed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (message) => {
        expect(messagesOf(decode(frameChunked(message)))).toEqual([Buffer.from(message).toString('latin1')]);
      }),
    );
  });

  it('survives any bytes', () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom('\n', '#', '\n#', '##\n', '1', '7').map(bytes),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (pieces) => {
        const events = decode(...pieces);
        expect(events.filter(({ type }) => type === 'broken').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });
});
