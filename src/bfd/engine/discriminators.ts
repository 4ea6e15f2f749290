import { ALONE, shardOfDiscriminator, type Shard } from '../../net/shard-steering.js';

/** Attempts to draw a number that is free; with fewer sessions than half of all numbers, one in 2^64 fails. */
const ATTEMPTS = 64;

const LARGEST = 0xffff_ffff;

/**
 * Hands out local discriminators (RFC 5880 §6.8.1: unique, not zero, SHOULD be random), so that nobody
 * off the path can guess one.
 */
export class Discriminators {
  /** Those that no session has yet. */
  readonly #reserved = new Set<number>();
  readonly #random: () => number;
  readonly #shard: Shard;
  readonly #inUse: (discriminator: number) => boolean;

  /**
   * @param random answers a random integer from 0 to 2^32 - 1, from a generator that cannot be foretold
   * @param shard of several engines, the one that hands out: a discriminator tells whose it is
   * @param inUse whether a session has it: what sessions have is kept by whoever looks for them by it
   */
  constructor(
    random: () => number,
    shard: Shard = ALONE,
    inUse: (discriminator: number) => boolean = () => false,
  ) {
    this.#random = random;
    this.#shard = shard;
    this.#inUse = inUse;
  }

  /**
   * A number that no session has, and that nobody else is given before it is `settled`, and `inUse` no longer.
   * @throws Error when the generator only answers numbers that are taken: it is broken
   */
  take(): number {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const drawn = this.#own(this.#random() >>> 0);
      if (drawn !== 0 && !this.#reserved.has(drawn) && !this.#inUse(drawn)) {
        this.#reserved.add(drawn);
        return drawn;
      }
    }
    throw new Error('the random number generator repeats itself');
  }

  /** The nearest number not above `drawn` that is of this engine; zero where there is none. */
  #own(drawn: number): number {
    const { count, index } = this.#shard;
    const own = drawn - shardOfDiscriminator(drawn, count) + index;
    return own <= LARGEST ? own : 0;
  }

  /** A session has the number now, as `inUse` tells; when it is gone the number may be used again. */
  settled(discriminator: number): void {
    this.#reserved.delete(discriminator);
  }
}
