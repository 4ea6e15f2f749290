/**
 * Writes programs of the classic Berkeley Packet Filter with names for the places that they jump to. A load
 * beyond the end of the packet drops it; jumps lead ahead (Linux: Documentation/networking/filter.rst).
 */
import type { FilterInstruction } from './packet-filter.js';

const CODES = {
  loadByte: 0x30,
  loadWord: 0x20,
  loadIndexedByte: 0x50,
  loadIndexedHalf: 0x48,
  loadIndexedWord: 0x40,
  setIndex: 0x01,
  moveToIndex: 0x07,
  and: 0x54,
  shiftLeft: 0x64,
  addIndex: 0x0c,
  jump: 0x05,
  jumpIfEqual: 0x15,
  jumpIfIndex: 0x1d,
  jumpIfAtLeast: 0x35,
  jumpIfBits: 0x45,
  answer: 0x06,
} as const;

const ACCEPT_ALL = 0xffff_ffff;
/** Where a jump goes on, when not to a name. */
const NEXT = null;
const DROP = 'drop';

interface Step {
  readonly code: number;
  readonly operand: number;
  readonly whenTrue: string | null;
  readonly whenFalse: string | null;
}

/** See the top of the file. The instructions come in the order of the calls. */
export class FilterProgram {
  readonly #steps: Step[] = [];
  readonly #places = new Map<string, number>();

  /** Names the place of the next instruction. */
  label(name: string): void {
    this.#places.set(name, this.#steps.length);
  }

  /** The byte at a fixed offset. */
  loadByte(offset: number): void {
    this.#add(CODES.loadByte, offset);
  }

  /** The 32 bits at a fixed offset. */
  loadWord(offset: number): void {
    this.#add(CODES.loadWord, offset);
  }

  /** The byte at an offset from the index, as the two that follow. */
  loadIndexedByte(offset: number): void {
    this.#add(CODES.loadIndexedByte, offset);
  }

  loadIndexedHalf(offset: number): void {
    this.#add(CODES.loadIndexedHalf, offset);
  }

  loadIndexedWord(offset: number): void {
    this.#add(CODES.loadIndexedWord, offset);
  }

  /** The index is this number. */
  setIndex(value: number): void {
    this.#add(CODES.setIndex, value);
  }

  /** The index is what was loaded. */
  moveToIndex(): void {
    this.#add(CODES.moveToIndex, 0);
  }

  and(mask: number): void {
    this.#add(CODES.and, mask);
  }

  shiftLeft(bits: number): void {
    this.#add(CODES.shiftLeft, bits);
  }

  /** Adds the index to what was loaded. */
  addIndex(): void {
    this.#add(CODES.addIndex, 0);
  }

  /** Goes on elsewhere. */
  jump(place: string): void {
    this.#add(CODES.jump, 0, place);
  }

  /** Goes on elsewhere when what was loaded is this number. */
  jumpIf(value: number, place: string): void {
    this.#add(CODES.jumpIfEqual, value, place);
  }

  /** Goes on elsewhere when what was loaded has one of these bits. */
  jumpIfBits(mask: number, place: string): void {
    this.#add(CODES.jumpIfBits, mask, place);
  }

  dropUnless(value: number): void {
    this.#add(CODES.jumpIfEqual, value, NEXT, DROP);
  }

  /** What was loaded must be as great as the index. */
  dropUnlessIndex(): void {
    this.#add(CODES.jumpIfIndex, 0, NEXT, DROP);
  }

  dropBelow(value: number): void {
    this.#add(CODES.jumpIfAtLeast, value, NEXT, DROP);
  }

  dropIfBits(mask: number): void {
    this.#add(CODES.jumpIfBits, mask, DROP);
  }

  accept(): void {
    this.#add(CODES.answer, ACCEPT_ALL);
  }

  drop(): void {
    this.#add(CODES.answer, 0);
  }

  /**
   * The instructions, with a last one that drops.
   *
   * @throws RangeError when a jump leads back, or to a place that has no name
   */
  finish(): readonly FilterInstruction[] {
    this.label(DROP);
    this.drop();
    return this.#steps.map((step, index) => this.#resolved(step, index));
  }

  #add(code: number, operand: number, whenTrue: string | null = NEXT, whenFalse: string | null = NEXT): void {
    this.#steps.push({ code, operand, whenTrue, whenFalse });
  }

  #resolved({ code, operand, whenTrue, whenFalse }: Step, index: number): FilterInstruction {
    const skip = this.#skip(index, whenTrue);
    // An unconditional jump has its distance in the operand.
    return code === CODES.jump
      ? { code, jumpTrue: 0, jumpFalse: 0, operand: skip }
      : { code, jumpTrue: skip, jumpFalse: this.#skip(index, whenFalse), operand };
  }

  #skip(index: number, place: string | null): number {
    if (place === NEXT) {
      return 0;
    }
    const target = this.#places.get(place);
    if (target === undefined || target <= index) {
      throw new RangeError(`a filter cannot jump to ${place}`);
    }
    return target - index - 1;
  }
}
