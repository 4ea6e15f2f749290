/**
 * Time that passes as fast as the events in it can be run. Of events at the same time deliveries come
 * before timers, as a real engine empties its receive queue first, and otherwise the older ones first.
 */
export class VirtualTime {
  nowUs = 1_000_000_000;
  #events: Event[] = [];
  #sequence = 0;

  /** Runs `action` when the time has come. */
  at(atUs: number, kind: 'delivery' | 'timer', action: () => void): void {
    const rank = kind === 'delivery' ? 0 : 1;
    push(this.#events, { atUs: Math.max(atUs, this.nowUs), rank, sequence: this.#sequence++, action });
  }

  /** Runs all that is due until `untilUs`, which is then the time. */
  runUntil(untilUs: number): void {
    let standing = 0;
    for (let next = this.#events[0]; next !== undefined && next.atUs <= untilUs; next = this.#events[0]) {
      pop(this.#events);
      standing = next.atUs === this.nowUs ? standing + 1 : 0;
      if (standing > MAX_EVENTS_AT_ONCE) throw new Error(`the time does not pass ${this.nowUs}`);
      this.nowUs = next.atUs;
      next.action();
    }
    this.nowUs = untilUs;
  }

  runFor(us: number): void {
    this.runUntil(this.nowUs + us);
  }
}

/** More than any honest moment holds: what exceeds it is a deadline that is served and stays. */
const MAX_EVENTS_AT_ONCE = 10_000;

interface Event {
  readonly atUs: number;
  readonly rank: number;
  readonly sequence: number;
  readonly action: () => void;
}

function before(left: Event, right: Event): boolean {
  return (left.atUs - right.atUs || left.rank - right.rank || left.sequence - right.sequence) < 0;
}

/** The events are a binary heap. */
function push(heap: Event[], event: Event): void {
  let index = heap.length;
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex];
    if (parent === undefined || !before(event, parent)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const childIndex = smallerChild(heap, index);
    const child = heap[childIndex];
    if (child === undefined || !before(child, last)) break;
    heap[index] = child;
    index = childIndex;
  }
  heap[index] = last;
}

function smallerChild(heap: Event[], index: number): number {
  const left = heap[2 * index + 1];
  const right = heap[2 * index + 2];
  return left !== undefined && right !== undefined && before(right, left) ? 2 * index + 2 : 2 * index + 1;
}
