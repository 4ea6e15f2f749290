/** Deadlines are met within one tick of the timer wheel. */
export const TICK_US = 250;
/** Packets are sent at multiples of this: a whole number of ticks. */
export const SEND_PERIOD_US = 1000;

/**
 * The tick at which a deadline is seen to. Silence is found out within a tick; what is to be sent waits
 * for the packets of others, which jitter allows for, so that they share a wake-up.
 */
export function tickFor(deadlineUs: number, urgent: boolean): number {
  const unitUs = urgent ? TICK_US : SEND_PERIOD_US;
  return Math.ceil(deadlineUs / unitUs) * (unitUs / TICK_US);
}

/** The last tick that has begun at a time in microseconds. */
export function tickBefore(timeUs: number): number {
  return Math.floor(timeUs / TICK_US);
}

/** Ticks around the wheel; what is further away goes round more than once. */
const SLOTS = 4096;
const SLOT_MASK = SLOTS - 1;
/** The list that is being worked off: a list of its own, as handlers set and clear timers meanwhile. */
const WORK = SLOTS;
/** The list heads come first among the nodes, then the timers. */
const HEADS = SLOTS + 1;
const NOT_SET = -1;
/** A node is 16 bytes, so that it is in one place: the next node, the previous one, the deadline. */
const NODE_WORDS = 4;
const PREVIOUS = 1;
const NODE_NUMBERS = 2;
const DEADLINE = 1;

/**
 * Deadlines of many timers, in ticks. Setting and clearing one costs the same however many there are,
 * and nothing is allocated. Each slot has a ring of timers, linked both ways, that begins and ends with
 * the slot's head.
 */
export class TimerWheel {
  #links: Int32Array;
  /** The same memory. */
  #deadlines: Float64Array;
  /** Handles given back, to be used again. */
  readonly #free: number[] = [];
  #used = 0;
  #set = 0;
  /** All ticks up to this one have been worked off. */
  #currentTick: number;

  constructor(startTick: number) {
    this.#currentTick = startTick;
    this.#deadlines = new Float64Array((HEADS + 64) * NODE_NUMBERS);
    this.#links = new Int32Array(this.#deadlines.buffer);
    this.#begin(0);
  }

  /** A new timer, not set; the answer is its handle: the lowest numbers that there are, from zero on. */
  add(): number {
    const free = this.#free.pop();
    if (free !== undefined) {
      return free;
    }
    const handle = this.#used;
    this.#used += 1;
    if (HEADS + handle >= this.#deadlines.length / NODE_NUMBERS) {
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
    const node = HEADS + handle;
    const due = Math.max(tick, this.#currentTick + 1);
    this.#deadlines[node * NODE_NUMBERS + DEADLINE] = due;
    // A deadline beyond the wheel waits in the last slot before the current one, and is looked at there.
    const seat = Math.min(due, this.#currentTick + SLOT_MASK);
    this.#link(node, seat & SLOT_MASK);
    this.#set += 1;
  }

  clear(handle: number): void {
    const node = HEADS + handle;
    if (this.#deadlineOf(node) !== NOT_SET) {
      this.#deadlines[node * NODE_NUMBERS + DEADLINE] = NOT_SET;
      this.#unlink(node);
      this.#set -= 1;
    }
  }

  /** The tick of a timer; null when it is not set. */
  deadline(handle: number): number | null {
    const tick = this.#deadlineOf(HEADS + handle);
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
      if (this.#nextOf(at & SLOT_MASK) !== (at & SLOT_MASK)) {
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
      if (this.#nextOf(tick & SLOT_MASK) !== (tick & SLOT_MASK)) {
        return tick;
      }
    }
    return null;
  }

  #workOff(slot: number, tick: number, fire: (handle: number) => void): void {
    this.#moveAll(slot, WORK);
    for (let node = this.#nextOf(WORK); node !== WORK; node = this.#nextOf(WORK)) {
      const due = this.#deadlineOf(node);
      if (due <= tick) {
        this.clear(node - HEADS);
        fire(node - HEADS);
      } else {
        this.set(node - HEADS, due);
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
  #link(node: number, head: number): void {
    this.#join(this.#previousOf(head), node);
    this.#join(node, head);
  }

  #unlink(node: number): void {
    this.#join(this.#previousOf(node), this.#nextOf(node));
    this.#join(node, node);
  }

  #join(left: number, right: number): void {
    this.#links[left * NODE_WORDS] = right;
    this.#links[right * NODE_WORDS + PREVIOUS] = left;
  }

  #nextOf(node: number): number {
    return this.#links[node * NODE_WORDS] ?? node;
  }

  #previousOf(node: number): number {
    return this.#links[node * NODE_WORDS + PREVIOUS] ?? node;
  }

  #deadlineOf(node: number): number {
    return this.#deadlines[node * NODE_NUMBERS + DEADLINE] ?? NOT_SET;
  }

  #grow(): void {
    const former = this.#deadlines;
    this.#deadlines = new Float64Array(former.length * 2);
    this.#deadlines.set(former);
    this.#links = new Int32Array(this.#deadlines.buffer);
    this.#begin(former.length / NODE_NUMBERS);
  }

  /** Makes the nodes from this one on rings of their own. */
  #begin(first: number): void {
    for (let node = first; node < this.#deadlines.length / NODE_NUMBERS; node += 1) {
      this.#join(node, node);
      this.#deadlines[node * NODE_NUMBERS + DEADLINE] = NOT_SET;
    }
  }
}
