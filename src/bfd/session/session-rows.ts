/**
 * What of a session is touched with every packet, and what else is but numbers: a row of fixed size for
 * each session within a few large arrays. So many thousands of sessions stay within reach of the
 * processor's caches, and a packet that says nothing new is dealt with by a look at one place.
 *
 * Who writes what: `Session` its times and intervals, `EngineSession` its counters, what its packets must
 * be and when it is due otherwise, `SessionRings` the record, `SteadyPath` the packet that is expected, and
 * for `Session`, by whose rules it goes, the times of what it sends and receives.
 */

/** The memory of some rows, seen in two ways. */
export interface RowBlock {
  readonly numbers: Float64Array;
  /** Two to a number. */
  readonly words: Int32Array;
}

/** A session's row: its numbers begin at `at` of the block, its words at `2 * at`. */
export interface SessionRow {
  readonly block: RowBlock;
  readonly at: number;
}

/** Packets of each direction, and changes, that the record keeps. */
export const PACKETS_KEPT = 10;
export const CHANGES_KEPT = 4;

/** Where the words lie behind the beginning of a row's words. */
export const WORD = {
  /** Six words: the packet that says nothing new, as it lies in memory; zero: there is none. */
  expected: 0,
  /** The interface that packets come in by; 0: any. */
  interfaceIndex: 6,
  /** The UDP port that packets come to, 0 while there is no path, and the least TTL: port × 256 + TTL. */
  portAndTtl: 7,
  receivedRecorded: 14,
  /** 1: the packet that was sent last can be sent again as it is. */
  repeats: 15,
  sentRecorded: 26,
  lastSentMultiplier: 27,
  received: 32,
  sent: 42,
  changeCodes: 70,
  changesRecorded: 74,
  /** Unsigned. */
  receiveIntervalUs: 75,
  upCount: 88,
  downCount: 89,
  adminDownCount: 90,
} as const;

/** Where the numbers lie behind the beginning of a row's numbers. */
export const NUMBER = {
  lastReceivedUs: 4,
  detectionTimeUs: 5,
  receivedPackets: 6,
  lastReceivedRecordedUs: 8,
  lastSentUs: 9,
  jitterDraw: 10,
  transmitIntervalUs: 11,
  sentPackets: 12,
  lastSentRecordedUs: 14,
  jitterReserve: 15,
  createdUs: 26,
  keysChangeAtUs: 27,
  lostDetectionTimeUs: 28,
  recordedDetectionTimeUs: 29,
  recordedRemoteDetectionTimeUs: 30,
  changeTimesUs: 31,
  invalidPackets: 38,
  failedSends: 39,
  createdMs: 40,
  lastUpMs: 41,
  lastDownMs: 42,
  lastChangeMs: 43,
  retryAtUs: 46,
  removeAtUs: 47,
} as const;

/** Numbers of a row. */
const ROW = 48;
const ROWS_PER_BLOCK = 128;
const BLOCK_SHIFT = 7;

/** Hands out rows by number, from zero on: each owner of numbers keeps them few. */
export class SessionRows {
  readonly #blocks: RowBlock[] = [];

  /** The row of this number, with zeros in it; what had it before must be gone. */
  clear(slot: number): SessionRow {
    while (slot >> BLOCK_SHIFT >= this.#blocks.length) {
      this.#blocks.push(createBlock(ROWS_PER_BLOCK));
    }
    const block = this.block(slot);
    const at = rowStart(slot);
    block.numbers.fill(0, at, at + ROW);
    return { block, at };
  }

  /** The block with the row of this number, which was cleared before. */
  block(slot: number): RowBlock {
    const block = this.#blocks[slot >> BLOCK_SHIFT];
    if (block === undefined) {
      throw new RangeError(`row ${slot} was never in use`);
    }
    return block;
  }
}

/** Where the numbers of a row begin in its block. */
export function rowStart(slot: number): number {
  return (slot & (ROWS_PER_BLOCK - 1)) * ROW;
}

/** A row by itself. */
export function createRow(): SessionRow {
  return { block: createBlock(1), at: 0 };
}

function createBlock(rows: number): RowBlock {
  const numbers = new Float64Array(rows * ROW);
  return { numbers, words: new Int32Array(numbers.buffer) };
}
