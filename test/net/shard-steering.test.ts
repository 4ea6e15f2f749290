import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FilterInstruction } from '../../src/net/packet-filter.js';
import {
  shardOfAddress,
  shardOfDiscriminator,
  steerControl,
  steerEcho,
} from '../../src/net/shard-steering.js';

const NETWORK_HEADER = 0xfff0_0000;

/** Runs a program as the kernel does (the instructions that occur). */
function run(program: readonly FilterInstruction[], header: Uint8Array, payload: Uint8Array): number {
  let accumulator = 0;
  let index = 0;
  for (let at = 0; at < program.length; at += 1) {
    const { code, jumpFalse, jumpTrue, operand } = program[at] ?? {
      code: 0,
      jumpFalse: 0,
      jumpTrue: 0,
      operand: 0,
    };
    const memory = operand >= NETWORK_HEADER ? header : payload;
    const view = new DataView(memory.buffer, memory.byteOffset, memory.length);
    const offset = operand >= NETWORK_HEADER ? operand - NETWORK_HEADER : operand;
    switch (code) {
      case 0x20:
        if (offset + 4 > memory.length) return 0;
        accumulator = view.getUint32(offset);
        break;
      case 0x30:
        if (offset >= memory.length) return 0;
        accumulator = view.getUint8(offset);
        break;
      case 0x15:
        at += accumulator === operand ? jumpTrue : jumpFalse;
        break;
      case 0x07:
        index = accumulator;
        break;
      case 0xac:
        accumulator = (accumulator ^ index) >>> 0;
        break;
      case 0x24:
        accumulator = Math.imul(accumulator, operand) >>> 0;
        break;
      case 0x74:
        accumulator >>>= operand;
        break;
      case 0x94:
        accumulator %= operand;
        break;
      case 0x16:
        return accumulator;
      default:
        throw new Error(`an instruction that does not occur: ${code}`);
    }
  }
  throw new Error('the program ends without an answer');
}

const count = fc.integer({ min: 2, max: 16 });
const families = [
  { family: 'ipv4', headerBytes: 20, addressAt: 12, addressBytes: 4, ttlAt: 8 },
  { family: 'ipv6', headerBytes: 40, addressAt: 8, addressBytes: 16, ttlAt: 7 },
] as const;

describe.each(families)('packets of several engines, $family', (layout) => {
  const { addressAt, addressBytes, family, headerBytes, ttlAt } = layout;
  const header = fc.uint8Array({ minLength: headerBytes, maxLength: headerBytes });
  const payload = fc.uint8Array({ minLength: 24, maxLength: 24 });
  const source = (bytes: Uint8Array): Uint8Array => bytes.subarray(addressAt, addressAt + addressBytes);

  test('that name their session go to the engine that drew its discriminator', () => {
    fc.assert(
      fc.property(
        count,
        header,
        payload,
        fc.integer({ min: 1, max: 0xffff_ffff }),
        (engines, ip, bfd, yours) => {
          new DataView(bfd.buffer).setUint32(8, yours);
          expect(run(steerControl(family, engines), ip, bfd)).toBe(shardOfDiscriminator(yours, engines));
        },
      ),
    );
  });

  test('that name none go to the engine that has the sessions with that peer', () => {
    fc.assert(
      fc.property(count, header, payload, (engines, ip, bfd) => {
        new DataView(bfd.buffer).setUint32(8, 0);
        expect(run(steerControl(family, engines), ip, bfd)).toBe(shardOfAddress(source(ip), engines));
      }),
    );
  });

  test('that are Echo packets go by what they begin with when they come back, else by the peer', () => {
    fc.assert(
      fc.property(count, header, payload, fc.boolean(), (engines, ip, bfd, back) => {
        ip[ttlAt] = back ? 254 : 255;
        const own = shardOfDiscriminator(new DataView(bfd.buffer).getUint32(0), engines);
        const expected = back ? own : shardOfAddress(source(ip), engines);
        expect(run(steerEcho(family, engines, 254), ip, bfd)).toBe(expected);
      }),
    );
  });

  test('that are too short go somewhere', () => {
    expect(run(steerControl(family, 3), new Uint8Array(headerBytes), new Uint8Array(5))).toBe(0);
  });
});

test('neighbouring addresses are dealt out to all engines', () => {
  const dealt = [0, 0, 0];
  for (let last = 1; last < 255; last += 1) {
    const engine = shardOfAddress(Uint8Array.of(10, 0, 0, last), 3);
    dealt[engine] = (dealt[engine] ?? 0) + 1;
  }
  expect(Math.min(...dealt)).toBeGreaterThan(60);
});
