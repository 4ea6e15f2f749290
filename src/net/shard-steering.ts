/**
 * Several engines share the sessions of a host: each has sockets of its own for the BFD ports, and the
 * kernel runs a program on every packet that says whose it is (SO_ATTACH_REUSEPORT_CBPF). A packet that
 * names its session goes by Your Discriminator, which each engine draws so that its remainder is the
 * engine's number; a packet that does not goes by the peer's address, by which sessions are dealt out.
 */
import type { FilterInstruction } from './packet-filter.js';
import type { AddressFamily } from './host-address.js';

/** One of several engines: `index` counts from zero, and is the place of its sockets among those of the port. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** The one engine that there is. */
export const ALONE: Shard = { index: 0, count: 1 };

/** Spreads addresses that differ in their last bits alone. */
const MULTIPLIER = 0x9e37_79b1;
const SHIFT = 16;

/** The number of the engine that has the sessions with a peer: 4 or 16 bytes of its address. */
export function shardOfAddress(address: Uint8Array, count: number): number {
  let sum = 0;
  for (let at = 0; at < address.length; at += 4) {
    const [first = 0, second = 0, third = 0, fourth = 0] = address.subarray(at, at + 4);
    sum ^= (first << 24) | (second << 16) | (third << 8) | fourth;
  }
  return (Math.imul(sum, MULTIPLIER) >>> SHIFT) % count;
}

/** The number of the engine that has drawn a discriminator. */
export function shardOfDiscriminator(discriminator: number, count: number): number {
  return (discriminator >>> 0) % count;
}

/** BPF_LD | BPF_W | BPF_ABS, BPF_LD | BPF_B | BPF_ABS, and the operations on what was loaded. */
const LOAD_WORD = 0x20;
const LOAD_BYTE = 0x30;
const JUMP_IF_EQUAL = 0x15;
const TO_INDEX = 0x07;
const XOR_INDEX = 0xac;
const MULTIPLY = 0x24;
const SHIFT_RIGHT = 0x74;
const MODULO = 0x94;
const ANSWER = 0x16;
/** SKF_NET_OFF: offsets from here count from the network header; others from the payload of UDP. */
const NETWORK_HEADER = 0xfff0_0000;
const ADDRESS_AT = { ipv4: 12, ipv6: 8 } as const;
const ADDRESS_WORDS = { ipv4: 1, ipv6: 4 } as const;
const TTL_AT = { ipv4: 8, ipv6: 7 } as const;
const YOUR_DISCRIMINATOR_AT = 8;

/** The program for a port of control packets (RFC 5880 §4.1). Too short a packet goes anywhere. */
export function steerControl(family: AddressFamily, count: number): readonly FilterInstruction[] {
  return [
    step(LOAD_WORD, YOUR_DISCRIMINATOR_AT),
    { code: JUMP_IF_EQUAL, operand: 0, jumpTrue: 2, jumpFalse: 0 },
    ...byDiscriminator(count),
    ...byAddress(family, count),
  ];
}

/**
 * The program for the Echo port: what has been looped back begins with its session's discriminator and
 * has this TTL; what is to be looped back goes by the peer's address.
 */
export function steerEcho(
  family: AddressFamily,
  count: number,
  returnedTtl: number,
): readonly FilterInstruction[] {
  return [
    step(LOAD_BYTE, NETWORK_HEADER + TTL_AT[family]),
    { code: JUMP_IF_EQUAL, operand: returnedTtl, jumpTrue: 0, jumpFalse: 3 },
    step(LOAD_WORD, 0),
    ...byDiscriminator(count),
    ...byAddress(family, count),
  ];
}

function byDiscriminator(count: number): readonly FilterInstruction[] {
  return [step(MODULO, count), step(ANSWER, 0)];
}

function byAddress(family: AddressFamily, count: number): readonly FilterInstruction[] {
  const first = NETWORK_HEADER + ADDRESS_AT[family];
  const more = Array.from({ length: ADDRESS_WORDS[family] - 1 }, (_, word) => [
    step(TO_INDEX, 0),
    step(LOAD_WORD, first + 4 * (word + 1)),
    step(XOR_INDEX, 0),
  ]);
  return [
    step(LOAD_WORD, first),
    ...more.flat(),
    step(MULTIPLY, MULTIPLIER),
    step(SHIFT_RIGHT, SHIFT),
    step(MODULO, count),
    step(ANSWER, 0),
  ];
}

function step(code: number, operand: number): FilterInstruction {
  return { code, operand, jumpTrue: 0, jumpFalse: 0 };
}
