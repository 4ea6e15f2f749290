import type { SocketDrop, Standstill } from './down-record.js';

/** Less than this is the granularity of timers, and delays nothing that matters. */
const NOTEWORTHY_US = 2_000;
const KEPT = 32;

/** What befell the host as a whole, in rings of fixed size: when it stood still, and lost packets. */
export class HostRecorder {
  readonly #standstillEndUs = new Float64Array(KEPT).fill(-Infinity);
  readonly #standstillUs = new Float64Array(KEPT);
  #standstills = 0;
  readonly #dropUs = new Float64Array(KEPT).fill(-Infinity);
  readonly #dropped = new Float64Array(KEPT);
  #drops = 0;
  /** When the work is due that has not been done; Infinity: none is known of. */
  #dueUs = Infinity;

  /** Work is due at `dueUs`, and none earlier. */
  awaits(dueUs: number): void {
    this.#dueUs = dueUs;
  }

  /** What was due is done now. */
  worked(nowUs: number): void {
    if (nowUs - this.#dueUs > NOTEWORTHY_US) {
      const index = this.#standstills % KEPT;
      this.#standstillEndUs[index] = nowUs;
      this.#standstillUs[index] = nowUs - this.#dueUs;
      this.#standstills += 1;
    }
    this.#dueUs = Infinity;
  }

  /** A socket tells that it has lost packets. */
  dropped(packets: number, nowUs: number): void {
    const index = this.#drops % KEPT;
    this.#dropUs[index] = nowUs;
    this.#dropped[index] = packets;
    this.#drops += 1;
  }

  /**
   * The standstills that reach into the time from `fromUs` to `nowUs`, the latest first. One may end just
   * now: a host that wakes up reads its packets before it does what was due.
   */
  standstills(fromUs: number, nowUs: number): Standstill[] {
    const lateUs = Math.round(nowUs - this.#dueUs);
    const past = latestFirst(this.#standstills, (index) => ({
      agoUs: Math.round(nowUs - (this.#standstillEndUs[index] ?? 0)),
      lengthUs: Math.round(this.#standstillUs[index] ?? 0),
    })).filter(({ agoUs }) => agoUs < nowUs - fromUs);
    return lateUs > NOTEWORTHY_US ? [{ agoUs: 0, lengthUs: lateUs }, ...past] : past;
  }

  /** The losses noticed since `fromUs`, the latest first. */
  drops(fromUs: number, nowUs: number): SocketDrop[] {
    return latestFirst(this.#drops, (index) => ({
      agoUs: Math.round(nowUs - (this.#dropUs[index] ?? 0)),
      packets: this.#dropped[index] ?? 0,
    })).filter(({ agoUs }) => agoUs <= nowUs - fromUs);
  }
}

/** The entries of a ring of which `written` have been written. */
function latestFirst<T>(written: number, entry: (index: number) => T): T[] {
  const count = Math.min(written, KEPT);
  return Array.from({ length: count }, (_, back) => entry((written - 1 - back) % KEPT));
}
