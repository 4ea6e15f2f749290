/**
 * Programs of the classic Berkeley Packet Filter, as the kernel runs them on a socket before a packet
 * costs anything else (Linux: Documentation/networking/filter.rst). Plain data; attaching is elsewhere.
 */
import type { AddressFamily } from './host-address.js';

/** One instruction: struct sock_filter. */
export interface FilterInstruction {
  readonly code: number;
  /** Instructions to skip when a comparison is true, and when it is false. */
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly operand: number;
}

/** Bytes of an encoded instruction. */
export const INSTRUCTION_SIZE = 8;

/** BPF_LD | BPF_B | BPF_ABS: load the byte at a fixed offset. */
const LOAD_BYTE = 0x30;
/** BPF_LD | BPF_W | BPF_ABS: load 32 bits at a fixed offset. */
const LOAD_WORD = 0x20;
/** BPF_JMP | BPF_JEQ | BPF_K: compare with a constant. */
const JUMP_IF_EQUAL = 0x15;
/** BPF_JMP | BPF_JGE | BPF_K: compare with a constant. */
const JUMP_IF_AT_LEAST = 0x35;
/** BPF_RET | BPF_K: accept so many bytes; 0 drops the packet. */
const RETURN = 0x06;

const ACCEPT_ALL = 0xffffffff;
/** SKF_NET_OFF: offsets from here count from the network header, whatever the socket's own view. */
const NETWORK_HEADER = 0xfff00000;
/** SKF_AD_OFF: what the kernel knows of a packet besides its bytes. */
const ANCILLARY = 0xfffff000;
const PACKET_TYPE = 4;
const PACKET_HOST = 0;
/** The TTL within the IPv4 header (RFC 791 §3.1), the Hop Limit within the IPv6 header (RFC 8200 §3). */
const TTL_OFFSET = { ipv4: 8, ipv6: 7 } as const;

/** Accepts packets with this TTL or Hop Limit or a higher one (RFC 5881 §5, RFC 5082), drops all others. */
export function requireTtl(family: AddressFamily, ttl: number): readonly FilterInstruction[] {
  return [
    { code: LOAD_BYTE, jumpTrue: 0, jumpFalse: 0, operand: NETWORK_HEADER + TTL_OFFSET[family] },
    { code: JUMP_IF_AT_LEAST, jumpTrue: 0, jumpFalse: 1, operand: ttl },
    { code: RETURN, jumpTrue: 0, jumpFalse: 0, operand: ACCEPT_ALL },
    { code: RETURN, jumpTrue: 0, jumpFalse: 0, operand: 0 },
  ];
}

/**
 * For packet sockets: what was sent to this host by its link-layer address is left to `program`; all else is
 * dropped, as what this host sends, and what is for others and seen by an interface in promiscuous mode.
 */
export function fromTheWire(program: readonly FilterInstruction[]): readonly FilterInstruction[] {
  return [
    { code: LOAD_WORD, jumpTrue: 0, jumpFalse: 0, operand: ANCILLARY + PACKET_TYPE },
    { code: JUMP_IF_EQUAL, jumpTrue: 1, jumpFalse: 0, operand: PACKET_HOST },
    { code: RETURN, jumpTrue: 0, jumpFalse: 0, operand: 0 },
    ...program,
  ];
}

/** Drops everything: for a socket that only sends. */
export function dropAll(): readonly FilterInstruction[] {
  return [{ code: RETURN, jumpTrue: 0, jumpFalse: 0, operand: 0 }];
}

/** The program as the kernel reads it (little-endian hosts): `INSTRUCTION_SIZE` bytes for each one. */
export function encodeFilter(program: readonly FilterInstruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * INSTRUCTION_SIZE);
  const view = new DataView(bytes.buffer);
  program.forEach((instruction, index) => {
    const at = index * INSTRUCTION_SIZE;
    view.setUint16(at, instruction.code, true);
    view.setUint8(at + 2, instruction.jumpTrue);
    view.setUint8(at + 3, instruction.jumpFalse);
    view.setUint32(at + 4, instruction.operand, true);
  });
  return bytes;
}
