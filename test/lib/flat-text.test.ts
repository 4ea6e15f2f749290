import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { flatText } from '../../src/lib/flat-text.js';

const PARTS = 100_000;

setFlagsFromString('--expose-gc');
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the flag makes
const collectGarbage = runInNewContext('gc') as () => void;

function usedBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function manyParts(): string {
  let text = '';
  for (let part = 0; part < PARTS; part += 1) text += `<part>${part}</part>`;
  return text;
}

describe('a text of many parts in one piece', () => {
  it('is the same text', () => {
    const text = `${'one and '.repeat(3)}${'two and '.repeat(3)}`;
    expect(flatText(text)).toBe('one and one and one and two and two and two and ');
    expect(flatText('')).toBe('');
  });

  it('takes no more memory than its characters', () => {
    const before = usedBytes();
    const text = flatText(manyParts());
    const taken = usedBytes() - before;
    expect(text.endsWith(`<part>${PARTS - 1}</part>`)).toBe(true);
    expect(taken).toBeLessThan(1.5 * text.length);
  });
});
