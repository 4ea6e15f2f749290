/** The range that RFC 5881 §4 prescribes for source ports. */
export const FIRST_SOURCE_PORT = 49152;
export const LAST_SOURCE_PORT = 65535;

const COUNT = LAST_SOURCE_PORT - FIRST_SOURCE_PORT + 1;

/** Hands out source ports, each to one session at a time. */
export class SourcePorts {
  /** The free ports are the first `#count` of these, in no order. */
  readonly #free = Uint16Array.from({ length: COUNT }, (_, index) => FIRST_SOURCE_PORT + index);
  #count = COUNT;
  readonly #random: () => number;

  /** @param random answers a random integer from 0 to 2^32 - 1, by which a port is picked */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** A port that is not handed out, which is now; null when there is none. */
  take(): number | null {
    if (this.#count === 0) {
      return null;
    }
    const index = this.#random() % this.#count;
    const port = this.#free[index];
    const last = this.#free[this.#count - 1];
    if (port === undefined || last === undefined) {
      return null;
    }
    this.#count -= 1;
    this.#free[index] = last;
    return port;
  }

  /** A port that was taken may be handed out again. */
  release(port: number): void {
    this.#free[this.#count] = port;
    this.#count += 1;
  }
}
