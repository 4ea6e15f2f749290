/**
 * The MPLS label stack, RFC 3032 §2.1, with the Traffic Class of RFC 5462:
 *
 *   Label (20 bits) | TC (3) | S (1) | TTL (8)
 *
 * A received stack is read into numbers that are used again and again: nothing is allocated per packet.
 */
import { readUint32, writeUint32 } from '../lib/byte-order.js';

/** Labels with a meaning of their own: RFC 3032 §2.1, RFC 3429, RFC 5586, RFC 6790, RFC 7274. */
export const SpecialLabel = {
  Ipv4ExplicitNull: 0,
  RouterAlert: 1,
  Ipv6ExplicitNull: 2,
  ImplicitNull: 3,
  EntropyLabelIndicator: 7,
  GenericAssociatedChannel: 13,
  OamAlert: 14,
  Extension: 15,
} as const;

/** The greatest label. */
export const LAST_LABEL = 0xf_ffff;
/** Bytes of a stack entry. */
export const LABEL_ENTRY_BYTES = 4;
/** Deeper stacks are not read. */
export const MAX_LABEL_STACK_DEPTH = 16;

/** An entry to be pushed; which one is the last follows from the order. */
export interface LabelStackEntry {
  /** 0 to {@link LAST_LABEL}. */
  readonly label: number;
  /** 0 to 7. */
  readonly trafficClass: number;
  /** 0 to 255. */
  readonly ttl: number;
}

/**
 * Writes a stack at `offset`, top first. Implicit Null is a label to be signalled, never to be sent
 * (RFC 3032 §2.1): its entries are left out.
 *
 * @returns the bytes written; 0: the packet goes without labels
 */
export function writeLabelStack(
  stack: readonly LabelStackEntry[],
  bytes: Uint8Array,
  offset: number,
): number {
  let at = offset;
  for (const entry of stack) {
    if (entry.label !== SpecialLabel.ImplicitNull) {
      writeUint32(bytes, at, (entry.label << 12) | (entry.trafficClass << 9) | entry.ttl);
      at += LABEL_ENTRY_BYTES;
    }
  }
  if (at > offset) {
    bytes[at - 2] = (bytes[at - 2] ?? 0) | BOTTOM_OF_STACK_BYTE;
  }
  return at - offset;
}

/** The bottom-of-stack bit within the third byte of an entry. */
const BOTTOM_OF_STACK_BYTE = 0x01;
const BOTTOM_OF_STACK = 0x100;

/** Why a labelled packet is thrown away. */
export const LABEL_STACK_DISCARDS = [
  'label-stack-truncated',
  'label-stack-too-deep',
  'implicit-null-label',
] as const;

/** One of {@link LABEL_STACK_DISCARDS}. */
export type LabelStackDiscard = (typeof LABEL_STACK_DISCARDS)[number];

/** A received stack: its entries, top first, and where the packet under it begins. */
export class ReceivedLabelStack {
  readonly #entries = new Uint32Array(MAX_LABEL_STACK_DEPTH);
  #depth = 0;
  #payloadAt = 0;

  /** How many labels there are; 0 for a packet that came without any. */
  get depth(): number {
    return this.#depth;
  }

  /** The offset behind the stack. */
  get payloadAt(): number {
    return this.#payloadAt;
  }

  /** The label at a depth: 0 is the top. */
  label(index: number): number {
    return (this.#entries[index] ?? 0) >>> 12;
  }

  /** The Traffic Class at a depth: 0 to 7. */
  trafficClass(index: number): number {
    return ((this.#entries[index] ?? 0) >>> 9) & 0x7;
  }

  /** The TTL at a depth: 0 to 255. */
  ttl(index: number): number {
    return (this.#entries[index] ?? 0) & 0xff;
  }

  /** The labels, top first, in an array of their own. */
  labels(): number[] {
    return Array.from({ length: this.#depth }, (_, index) => this.label(index));
  }

  /** The packet at `offset` came without labels, as after penultimate-hop popping. */
  setEmpty(offset: number): void {
    this.#depth = 0;
    this.#payloadAt = offset;
  }

  /**
   * Reads the stack that begins at `offset`, of bytes that end before `end`.
   *
   * @returns null, or why the packet is thrown away; never throws, whatever the bytes are
   */
  read(bytes: Uint8Array, offset: number, end: number): LabelStackDiscard | null {
    const limit = Math.min(end, bytes.length);
    this.#depth = 0;
    for (let at = offset; ; at += LABEL_ENTRY_BYTES) {
      if (at + LABEL_ENTRY_BYTES > limit) return 'label-stack-truncated';
      if (this.#depth === MAX_LABEL_STACK_DEPTH) return 'label-stack-too-deep';
      const entry = readUint32(bytes, at);
      if (entry >>> 12 === SpecialLabel.ImplicitNull) return 'implicit-null-label';
      this.#entries[this.#depth] = entry;
      this.#depth += 1;
      if (entry & BOTTOM_OF_STACK) {
        this.#payloadAt = at + LABEL_ENTRY_BYTES;
        return null;
      }
    }
  }
}
