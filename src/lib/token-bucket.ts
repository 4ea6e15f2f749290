const SECOND_US = 1_000_000;

/** What a bucket lets through: so many a second over time, and so many at once. */
export interface TokenRate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Limits a rate: the bucket holds `burst` tokens at most, starts full and fills with time. */
export class TokenBucket {
  #rate: TokenRate;
  #tokens: number;
  #filledUs: number;

  constructor(rate: TokenRate, nowUs: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledUs = nowUs;
  }

  /** Whether there is a token; if so it is taken. */
  take(nowUs: number): boolean {
    this.#fill(nowUs);
    if (this.#tokens < 1) {
      return false;
    }
    this.#tokens -= 1;
    return true;
  }

  /** Another rate from now on. */
  setRate(rate: TokenRate, nowUs: number): void {
    this.#fill(nowUs);
    this.#rate = rate;
    this.#tokens = Math.min(this.#tokens, rate.burst);
  }

  #fill(nowUs: number): void {
    const passedUs = Math.max(0, nowUs - this.#filledUs);
    const { perSecond, burst } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + (passedUs * perSecond) / SECOND_US);
    this.#filledUs = Math.max(nowUs, this.#filledUs);
  }
}
