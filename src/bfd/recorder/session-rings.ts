/**
 * The times of the last packets and changes of all sessions, in rings of fixed size within a few large
 * arrays: nothing is allocated per packet, and a session takes 264 bytes.
 */
import { stateFromNumber, stateName, type SessionState } from '../packet/session-state.js';
import type { RecordedChange } from './down-record.js';

const PACKETS_KEPT = 10;
const CHANGES_KEPT = 4;

/** Where a session's numbers lie behind its beginning. */
const RECEIVED_COUNT = 0;
const SENT_COUNT = 1;
const CHANGE_COUNT = 2;
const DETECTION_TIME = 3;
const REMOTE_DETECTION_TIME = 4;
const RECEIVED = 5;
const SENT = RECEIVED + PACKETS_KEPT;
const CHANGES = SENT + PACKETS_KEPT;
const NUMBERS = CHANGES + 2 * CHANGES_KEPT;

const SESSIONS_PER_BLOCK = 256;

/** See the top of the file. A session is named by its slot. */
export class SessionRings {
  readonly #blocks: Float64Array[] = [];
  readonly #free: number[] = [];
  #used = 0;

  /** A slot with nothing in it. */
  add(): number {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot >> 8 === this.#blocks.length) {
      this.#blocks.push(new Float64Array(SESSIONS_PER_BLOCK * NUMBERS));
    }
    const start = startOf(slot);
    this.#block(slot).fill(0, start, start + NUMBERS);
    return slot;
  }

  /** Gives a slot back. */
  remove(slot: number): void {
    this.#free.push(slot);
  }

  received(slot: number, nowUs: number): void {
    push(this.#block(slot), startOf(slot), RECEIVED_COUNT, RECEIVED, nowUs);
  }

  sent(slot: number, nowUs: number): void {
    push(this.#block(slot), startOf(slot), SENT_COUNT, SENT, nowUs);
  }

  /** The detection times that hold from now on. */
  setDetectionTimes(slot: number, hereUs: number, remoteUs: number): void {
    const block = this.#block(slot);
    block[startOf(slot) + DETECTION_TIME] = hereUs;
    block[startOf(slot) + REMOTE_DETECTION_TIME] = remoteUs;
  }

  changed(slot: number, from: SessionState, to: SessionState, diagnostic: number, nowUs: number): void {
    const block = this.#block(slot);
    const start = startOf(slot);
    const count = block[start + CHANGE_COUNT] ?? 0;
    const at = start + CHANGES + 2 * (count % CHANGES_KEPT);
    block[at] = nowUs;
    block[at + 1] = (diagnostic << 4) | (from << 2) | to;
    block[start + CHANGE_COUNT] = count + 1;
  }

  detectionTimeUs(slot: number): number {
    return this.#block(slot)[startOf(slot) + DETECTION_TIME] ?? 0;
  }

  remoteDetectionTimeUs(slot: number): number {
    return this.#block(slot)[startOf(slot) + REMOTE_DETECTION_TIME] ?? 0;
  }

  /** How long before `nowUs` the last packets were received, the latest first. */
  receivedAgoUs(slot: number, nowUs: number): number[] {
    return agoUs(this.#block(slot), startOf(slot), RECEIVED_COUNT, RECEIVED, nowUs);
  }

  /** How long before `nowUs` the last packets were sent, the latest first. */
  sentAgoUs(slot: number, nowUs: number): number[] {
    return agoUs(this.#block(slot), startOf(slot), SENT_COUNT, SENT, nowUs);
  }

  /** The last changes of state, the latest first. */
  changes(slot: number, nowUs: number): RecordedChange[] {
    const block = this.#block(slot);
    const start = startOf(slot);
    const count = block[start + CHANGE_COUNT] ?? 0;
    return Array.from({ length: Math.min(count, CHANGES_KEPT) }, (_, back) => {
      const at = start + CHANGES + 2 * ((count - 1 - back) % CHANGES_KEPT);
      const change = block[at + 1] ?? 0;
      return {
        agoUs: Math.round(nowUs - (block[at] ?? 0)),
        from: stateName(stateFromNumber(change >> 2)),
        to: stateName(stateFromNumber(change)),
        diagnostic: change >> 4,
      };
    });
  }

  #block(slot: number): Float64Array {
    const block = this.#blocks[slot >> 8];
    if (block === undefined) {
      throw new RangeError(`slot ${slot} was never given out`);
    }
    return block;
  }
}

function startOf(slot: number): number {
  return (slot & (SESSIONS_PER_BLOCK - 1)) * NUMBERS;
}

function push(block: Float64Array, start: number, counter: number, ring: number, timeUs: number): void {
  const count = block[start + counter] ?? 0;
  block[start + ring + (count % PACKETS_KEPT)] = timeUs;
  block[start + counter] = count + 1;
}

function agoUs(block: Float64Array, start: number, counter: number, ring: number, nowUs: number): number[] {
  const count = block[start + counter] ?? 0;
  return Array.from({ length: Math.min(count, PACKETS_KEPT) }, (_, back) =>
    Math.round(nowUs - (block[start + ring + ((count - 1 - back) % PACKETS_KEPT)] ?? 0)),
  );
}
