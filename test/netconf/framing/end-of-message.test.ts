import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EndOfMessageDecoder, frameEndOfMessage } from '../../../src/netconf/framing/end-of-message.js';
import { bytes, cut, decodeAll, messagesOf } from './decoding.js';

const MAX = 1000;
const decode = (...pieces: (string | Uint8Array)[]) =>
  decodeAll(
    new EndOfMessageDecoder(MAX),
    pieces.map((piece) => bytes(piece)),
  );

describe('end-of-message framing', () => {
  it('ends messages at "]]>]]>"', () => {
    expect(messagesOf(decode('one]]>]]>two]]>]]>'))).toEqual(['one', 'two']);
    expect(messagesOf(decode(']]>]]>'))).toEqual(['']);
  });

  it('takes what looks like the delimiter and is not as content', () => {
    for (const content of [
      'a]',
      'a]]',
      'a]]>',
      'a]]>]',
      'a]]>]]',
      ']]]',
      ']]>]>',
      ']]>]]]',
      ']]> ]]>',
      ']]]]>',
      ']>]]>',
    ]) {
      expect(messagesOf(decode(`${content} ]]>]]>`))).toEqual([`${content} `]);
    }
  });

  it('finds the delimiter after brackets of the content', () => {
    expect(messagesOf(decode('a]]]>]]>'))).toEqual(['a]']);
    expect(messagesOf(decode('a]]>]]]>]]>'))).toEqual(['a]]>]']);
    expect(messagesOf(decode(']]>]]>]]>'))).toEqual(['']);
  });

  it('gives nothing for a message that has not ended', () => {
    expect(messagesOf(decode('one]]>]]>two'))).toEqual(['one']);
  });

  it('refuses what is longer than allowed and goes on with the next message', () => {
    const events = decode('x'.repeat(600), 'x'.repeat(401), 'y'.repeat(5000), ']]>]]>next]]>]]>');
    expect(events.map(({ type }) => type)).toEqual(['data', 'too-big', 'end', 'data', 'end']);
    expect(messagesOf(decode('x'.repeat(1000), ']]>]]>'))).toEqual(['x'.repeat(1000)]);
    expect(decode(`${'x'.repeat(1001)}]]>]]>a]]>]]>`).map(({ type }) => type)).toEqual([
      'too-big',
      'end',
      'data',
      'end',
    ]);
  });

  it('hands over what it has not read', () => {
    const decoder = new EndOfMessageDecoder(MAX);
    decoder.push(bytes('hello]]>]]>\n#4'));
    decoder.push(bytes('\nrest'));
    expect(decoder.next()?.type).toBe('data');
    expect(decoder.next()?.type).toBe('end');
    expect(decoder.pendingBytes).toBe(8);
    expect(Buffer.concat(decoder.takeRest()).toString()).toBe('\n#4\nrest');
    expect(decoder.pendingBytes).toBe(0);
  });

  it('gives the same messages however they are cut', () => {
    const content = fc
      .array(fc.constantFrom(']', '>', ']]>', 'a'), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.array(content, { maxLength: 4 }),
        fc.array(fc.nat(60), { maxLength: 10 }),
        (messages, cuts) => {
          const stream = bytes(messages.map((message) => `${message}]]>]]>`).join(''));
          const whole = messagesOf(decode(stream));
          expect(messagesOf(decode(...cut(stream, cuts)))).toEqual(whole);
          // What a plain search for the delimiter gives.
          expect(whole).toEqual(Buffer.from(stream).toString().split(']]>]]>').slice(0, -1));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes back what it has framed', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 50 }), (message) => {
        fc.pre(!message.includes(']]>]]>') && !/[\]>]$/u.test(message));
        expect(messagesOf(decode(frameEndOfMessage(message)))).toEqual([message]);
      }),
    );
  });
});
