/**
 * The times of the last packets and changes of all sessions, in rings of fixed size within the sessions'
 * rows: nothing is allocated per packet. A packet's time is kept as its lower 32 bits, and that of the
 * last one whole: a ring begins anew after a gap that is longer than those bits can tell, 71 minutes.
 */
import { stateFromNumber, stateName, type SessionState } from '../packet/session-state.js';
import {
  CHANGES_KEPT,
  NUMBER,
  PACKETS_KEPT,
  rowStart,
  WORD,
  type RowBlock,
  type SessionRows,
} from '../session/session-rows.js';
import type { RecordedChange } from './down-record.js';

const LONGEST_GAP_US = 2 ** 32;

/** The parts of a row that one ring of packets has. */
interface Ring {
  readonly count: number;
  readonly times: number;
  readonly lastUs: number;
}

const RECEIVED: Ring = {
  count: WORD.receivedRecorded,
  times: WORD.received,
  lastUs: NUMBER.lastReceivedRecordedUs,
};
const SENT: Ring = { count: WORD.sentRecorded, times: WORD.sent, lastUs: NUMBER.lastSentRecordedUs };

/** See the top of the file. A session is named by its slot. */
export class SessionRings {
  readonly #rows: SessionRows;

  /** @param rows with zeros in the row of a session that is new */
  constructor(rows: SessionRows) {
    this.#rows = rows;
  }

  received(slot: number, nowUs: number): void {
    recordReceived(this.#rows.block(slot), rowStart(slot), nowUs);
  }

  sent(slot: number, nowUs: number): void {
    recordSent(this.#rows.block(slot), rowStart(slot), nowUs);
  }

  /** The detection times that hold from now on. */
  setDetectionTimes(slot: number, hereUs: number, remoteUs: number): void {
    const { numbers } = this.#rows.block(slot);
    const at = rowStart(slot);
    numbers[at + NUMBER.recordedDetectionTimeUs] = hereUs;
    numbers[at + NUMBER.recordedRemoteDetectionTimeUs] = remoteUs;
  }

  changed(slot: number, from: SessionState, to: SessionState, diagnostic: number, nowUs: number): void {
    const { numbers, words } = this.#rows.block(slot);
    const at = rowStart(slot);
    const count = words[2 * at + WORD.changesRecorded] ?? 0;
    const place = count % CHANGES_KEPT;
    numbers[at + NUMBER.changeTimesUs + place] = nowUs;
    words[2 * at + WORD.changeCodes + place] = (diagnostic << 4) | (from << 2) | to;
    words[2 * at + WORD.changesRecorded] = counted(count, CHANGES_KEPT);
  }

  detectionTimeUs(slot: number): number {
    return this.#rows.block(slot).numbers[rowStart(slot) + NUMBER.recordedDetectionTimeUs] ?? 0;
  }

  remoteDetectionTimeUs(slot: number): number {
    return this.#rows.block(slot).numbers[rowStart(slot) + NUMBER.recordedRemoteDetectionTimeUs] ?? 0;
  }

  /** How long before `nowUs` the last packets were received, the latest first. */
  receivedAgoUs(slot: number, nowUs: number): number[] {
    return agoUs(this.#rows.block(slot), rowStart(slot), RECEIVED, nowUs);
  }

  /** How long before `nowUs` the last packets were sent, the latest first. */
  sentAgoUs(slot: number, nowUs: number): number[] {
    return agoUs(this.#rows.block(slot), rowStart(slot), SENT, nowUs);
  }

  /** The last changes of state, the latest first. */
  changes(slot: number, nowUs: number): RecordedChange[] {
    const { numbers, words } = this.#rows.block(slot);
    const at = rowStart(slot);
    const count = words[2 * at + WORD.changesRecorded] ?? 0;
    return Array.from({ length: Math.min(count, CHANGES_KEPT) }, (_, back) => {
      const place = (count - 1 - back) % CHANGES_KEPT;
      const change = words[2 * at + WORD.changeCodes + place] ?? 0;
      return {
        agoUs: Math.round(nowUs - (numbers[at + NUMBER.changeTimesUs + place] ?? 0)),
        from: stateName(stateFromNumber(change >> 2)),
        to: stateName(stateFromNumber(change)),
        diagnostic: change >> 4,
      };
    });
  }
}

/** Records that a packet was received, in the row that begins at `at`. */
export function recordReceived(block: RowBlock, at: number, nowUs: number): void {
  push(block, at, RECEIVED, nowUs);
}

/** Records that a packet was sent, in the row that begins at `at`. */
export function recordSent(block: RowBlock, at: number, nowUs: number): void {
  push(block, at, SENT, nowUs);
}

function push({ numbers, words }: RowBlock, at: number, ring: Ring, timeUs: number): void {
  const tooLong = timeUs - (numbers[at + ring.lastUs] ?? 0) >= LONGEST_GAP_US;
  const count = tooLong ? 0 : (words[2 * at + ring.count] ?? 0);
  words[2 * at + ring.times + (count % PACKETS_KEPT)] = timeUs;
  words[2 * at + ring.count] = counted(count, PACKETS_KEPT);
  numbers[at + ring.lastUs] = timeUs;
}

/** One more, but for whole rounds of a ring that is full: the number stays small. */
function counted(count: number, kept: number): number {
  return count === 2 * kept - 1 ? kept : count + 1;
}

function agoUs({ numbers, words }: RowBlock, at: number, ring: Ring, nowUs: number): number[] {
  const count = words[2 * at + ring.count] ?? 0;
  const lastUs = numbers[at + ring.lastUs] ?? 0;
  return Array.from({ length: Math.min(count, PACKETS_KEPT) }, (_, back) => {
    const word = words[2 * at + ring.times + ((count - 1 - back) % PACKETS_KEPT)] ?? 0;
    return Math.round(nowUs - lastUs + ((lastUs - word) >>> 0));
  });
}
