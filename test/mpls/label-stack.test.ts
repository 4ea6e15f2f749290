import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  LAST_LABEL,
  MAX_LABEL_STACK_DEPTH,
  ReceivedLabelStack,
  SpecialLabel,
  writeLabelStack,
} from '../../src/mpls/label-stack.js';
import type { LabelStackEntry } from '../../src/mpls/label-stack.js';
import { toHex } from '../support/vector-folder.js';

const anyEntry: fc.Arbitrary<LabelStackEntry> = fc.record({
  label: fc.nat({ max: LAST_LABEL }).filter((label) => label !== SpecialLabel.ImplicitNull),
  trafficClass: fc.nat({ max: 7 }),
  ttl: fc.nat({ max: 255 }),
});

describe('RFC 3032 §2.1', () => {
  test('what is written reads back', () => {
    fc.assert(
      fc.property(
        fc.array(anyEntry, { minLength: 1, maxLength: MAX_LABEL_STACK_DEPTH }),
        fc.nat({ max: 14 }),
        (entries, offset) => {
          const bytes = new Uint8Array(100).fill(0xff);
          const end = offset + writeLabelStack(entries, bytes, offset);
          const stack = new ReceivedLabelStack();
          expect(stack.read(bytes, offset, end)).toBeNull();
          expect(stack.payloadAt).toBe(end);
          expect(stack.labels()).toEqual(entries.map(({ label }) => label));
          expect(
            entries.map((_, index) => ({
              label: stack.label(index),
              trafficClass: stack.trafficClass(index),
              ttl: stack.ttl(index),
            })),
          ).toEqual(entries);
        },
      ),
    );
  });

  test('the last entry alone has the bottom bit', () => {
    const bytes = new Uint8Array(12);
    const entry = { label: LAST_LABEL, trafficClass: 7, ttl: 255 };
    expect(writeLabelStack([entry, { label: 0, trafficClass: 0, ttl: 0 }, entry], bytes, 0)).toBe(12);
    expect(toHex(bytes)).toBe('fffffeff00000000ffffffff');
  });

  test('Implicit Null is not sent', () => {
    const bytes = new Uint8Array(8);
    const implicit = { label: SpecialLabel.ImplicitNull, trafficClass: 0, ttl: 255 };
    expect(writeLabelStack([implicit, { label: 16, trafficClass: 0, ttl: 1 }, implicit], bytes, 0)).toBe(4);
    expect(toHex(bytes)).toBe('0001010100000000');
    expect(writeLabelStack([implicit], bytes, 4)).toBe(0);
    expect(toHex(bytes)).toBe('0001010100000000');
  });
});

describe('what is discarded', () => {
  const entry: LabelStackEntry = { label: 100, trafficClass: 0, ttl: 64 };

  test('a stack that ends before its bottom', () => {
    const bytes = new Uint8Array(8);
    writeLabelStack([entry, entry], bytes, 0);
    const stack = new ReceivedLabelStack();
    for (let end = 0; end < 8; end += 1) {
      expect(stack.read(bytes, 0, end)).toBe('label-stack-truncated');
    }
    expect(stack.read(bytes.subarray(0, 6), 0, 8)).toBe('label-stack-truncated');
  });

  test('a stack that is too deep', () => {
    const bytes = new Uint8Array(80);
    writeLabelStack(
      Array.from({ length: MAX_LABEL_STACK_DEPTH + 1 }, () => entry),
      bytes,
      0,
    );
    expect(new ReceivedLabelStack().read(bytes, 0, 80)).toBe('label-stack-too-deep');
  });

  test('a label that is never sent', () => {
    const bytes = Uint8Array.of(0, 0, 0x31, 64);
    expect(new ReceivedLabelStack().read(bytes, 0, 4)).toBe('implicit-null-label');
  });
});

test('a packet without labels has a stack of depth zero', () => {
  const stack = new ReceivedLabelStack();
  stack.setEmpty(14);
  expect([stack.depth, stack.payloadAt, stack.labels()]).toEqual([0, 14, []]);
});
