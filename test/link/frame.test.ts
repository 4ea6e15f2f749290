import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FRAME_BODY_MAX, FrameReader } from '../../src/link/frame.js';

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe('frames on a byte stream', () => {
  test('bodies come out whole and in order, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 20 }),
        (bodies, cuts) => {
          const stream = concatenate(bodies.map(encodeFrame));
          const reader = new FrameReader();
          const read: Uint8Array[] = [];
          let at = 0;
          for (let turn = 0; at < stream.length; turn += 1) {
            const size = cuts[turn % cuts.length] ?? 1;
            const pushed = reader.push(stream.subarray(at, at + size));
            expect(pushed.ok).toBe(true);
            read.push(...(pushed.ok ? pushed.value : []));
            at += size;
          }
          expect(read.map((body) => [...body])).toEqual(bodies.map((body) => [...body]));
        },
      ),
    );
  });

  test('a length beyond the bound is refused before any of the body arrives', () => {
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, FRAME_BODY_MAX + 1);

    expect(new FrameReader().push(header)).toEqual({
      ok: false,
      error: `message of ${FRAME_BODY_MAX + 1} bytes announced, at most ${FRAME_BODY_MAX} are allowed`,
    });
  });

  test('a body beyond the bound cannot be sent', () => {
    expect(() => encodeFrame(new Uint8Array(FRAME_BODY_MAX + 1))).toThrow(RangeError);
  });
});
