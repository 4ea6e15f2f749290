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

  /** Work that was due at `dueUs` is done at `nowUs`. */
  worked(dueUs: number, nowUs: number): void {
    if (nowUs - dueUs > NOTEWORTHY_US) {
      const index = this.#standstills % KEPT;
      this.#standstillEndUs[index] = nowUs;
      this.#standstillUs[index] = nowUs - dueUs;
      this.#standstills += 1;
    }
  }

  /** A socket tells that it has lost packets. */
  dropped(packets: number, nowUs: number): void {
    const index = this.#drops % KEPT;
    this.#dropUs[index] = nowUs;
    this.#dropped[index] = packets;
    this.#drops += 1;
  }

  /** The standstills that reach into the time from `fromUs` to `nowUs`, the latest first. */
  standstills(fromUs: number, nowUs: number): Standstill[] {
    return latestFirst(this.#standstills, (index) => ({
      agoUs: Math.round(nowUs - (this.#standstillEndUs[index] ?? 0)),
      lengthUs: Math.round(this.#standstillUs[index] ?? 0),
    })).filter(({ agoUs }) => agoUs < nowUs - fromUs);
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
