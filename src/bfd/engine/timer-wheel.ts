/** Deadlines are met within one tick of the timer wheel. */
export const TICK_US = 250;
/** Packets are sent at multiples of this: a whole number of ticks. */
export const SEND_PERIOD_US = 1000;

/** The last tick that has begun at a time in microseconds. */
export function tickBefore(timeUs: number): number {
  return Math.floor(timeUs / TICK_US);
}

/** Ticks around the wheel; what is further away goes round more than once. */
const SLOTS = 4096;
const SLOT_MASK = SLOTS - 1;
/** The list that is being worked off: a list of its own, as handlers set and clear timers meanwhile. */
const WORK = SLOTS;
/** The list heads come first in the node arrays, then the timers. */
const HEADS = SLOTS + 1;
const NOT_SET = -1;

/**
 * Deadlines of many timers, in ticks. Setting and clearing one costs the same however many there are,
 * and nothing is allocated. Each slot has a ring of timers, linked both ways, that begins and ends with
 * the slot's head.
 */
export class TimerWheel {
  #next: Int32Array;
  #previous: Int32Array;
  #deadline: Float64Array;
  /** Handles given back, to be used again. */
  readonly #free: number[] = [];
  #used = 0;
  #set = 0;
  /** All ticks up to this one have been worked off. */
  #currentTick: number;

  constructor(startTick: number) {
    this.#currentTick = startTick;
    const size = HEADS + 64;
    this.#next = Int32Array.from({ length: size }, (_, node) => node);
    this.#previous = Int32Array.from({ length: size }, (_, node) => node);
    this.#deadline = new Float64Array(size).fill(NOT_SET);
  }

  /** A new timer, not set; the answer is its handle. */
  add(): number {
    const free = this.#free.pop();
    if (free !== undefined) {
      return free;
    }
    const handle = HEADS + this.#used;
    this.#used += 1;
    if (handle >= this.#next.length) {
      this.#grow();
    }
    return handle;
  }

  /** Clears a timer and gives its handle back. */
  remove(handle: number): void {
    this.clear(handle);
    this.#free.push(handle);
  }

  /** Sets a timer, or sets it anew. A tick that has passed counts as the next one. */
  set(handle: number, tick: number): void {
    this.clear(handle);
    const due = Math.max(tick, this.#currentTick + 1);
    this.#deadline[handle] = due;
    // A deadline beyond the wheel waits in the last slot before the current one, and is looked at there.
    const seat = Math.min(due, this.#currentTick + SLOT_MASK);
    this.#link(handle, seat & SLOT_MASK);
    this.#set += 1;
  }

  clear(handle: number): void {
    if (this.#deadline[handle] !== NOT_SET) {
      this.#deadline[handle] = NOT_SET;
      this.#unlink(handle);
      this.#set -= 1;
    }
  }

  /** The tick of a timer; null when it is not set. */
  deadline(handle: number): number | null {
    const tick = this.#deadline[handle] ?? NOT_SET;
    return tick === NOT_SET ? null : tick;
  }

  /**
   * Calls `fire` for every timer whose tick is `tick` or before; it is clear by then, and may be set
   * again in the call, for a later advance. A timer that a call clears does not fire.
   */
  advance(tick: number, fire: (handle: number) => void): void {
    const first = Math.max(this.#currentTick + 1, tick - SLOT_MASK);
    // Set before the work, so that a timer set in a call waits for the next advance.
    this.#currentTick = Math.max(this.#currentTick, tick);
    for (let at = first; at <= tick; at += 1) {
      if (this.#next[at & SLOT_MASK] !== (at & SLOT_MASK)) {
        this.#workOff(at & SLOT_MASK, tick, fire);
      }
    }
  }

  /** The tick of the next slot with a timer, at which `advance` is to be called; null: none is set. */
  nextTick(): number | null {
    if (this.#set === 0) {
      return null;
    }
    for (let tick = this.#currentTick + 1; tick <= this.#currentTick + SLOTS; tick += 1) {
      if (this.#next[tick & SLOT_MASK] !== (tick & SLOT_MASK)) {
        return tick;
      }
    }
    return null;
  }

  #workOff(slot: number, tick: number, fire: (handle: number) => void): void {
    this.#moveAll(slot, WORK);
    for (let handle = this.#nextOf(WORK); handle !== WORK; handle = this.#nextOf(WORK)) {
      const due = this.#deadline[handle] ?? NOT_SET;
      if (due <= tick) {
        this.clear(handle);
        fire(handle);
      } else {
        this.set(handle, due);
      }
    }
  }

  #moveAll(from: number, to: number): void {
    const first = this.#nextOf(from);
    const last = this.#previousOf(from);
    this.#join(to, first);
    this.#join(last, to);
    this.#join(from, from);
  }

  /** At the end of the list: timers of one slot fire in the order in which they were set. */
  #link(handle: number, head: number): void {
    this.#join(this.#previousOf(head), handle);
    this.#join(handle, head);
  }

  #unlink(handle: number): void {
    this.#join(this.#previousOf(handle), this.#nextOf(handle));
    this.#join(handle, handle);
  }

  #join(left: number, right: number): void {
    this.#next[left] = right;
    this.#previous[right] = left;
  }

  #nextOf(node: number): number {
    return this.#next[node] ?? node;
  }

  #previousOf(node: number): number {
    return this.#previous[node] ?? node;
  }

  #grow(): void {
    const before = this.#next.length;
    const size = before * 2;
    const next = Int32Array.from({ length: size }, (_, node) => this.#next[node] ?? node);
    const previous = Int32Array.from({ length: size }, (_, node) => this.#previous[node] ?? node);
    const deadline = new Float64Array(size).fill(NOT_SET, before);
    deadline.set(this.#deadline);
    this.#next = next;
    this.#previous = previous;
    this.#deadline = deadline;
  }
}
