/** Packets that named a session and were thrown away all the same. */
export interface RefusedPackets {
  readonly packets: number;
  /** The rule that the last of them has not satisfied; it has a counter of that name. */
  readonly reason: string;
}

/** The packets of a session that were refused since the last one that was not. */
export class Refusals {
  #heardUs = Number.NaN;
  #packets = 0;
  #reason: string | null = null;

  /** @param heardUs when the last packet had come that was not refused */
  note(reason: string, heardUs: number): void {
    this.#packets = this.#heardUs === heardUs ? this.#packets + 1 : 1;
    this.#heardUs = heardUs;
    this.#reason = reason;
  }

  /** Those since `heardUs`, which is when the last packet came that was not refused; null: none. */
  since(heardUs: number): RefusedPackets | null {
    return this.#reason === null || this.#heardUs !== heardUs
      ? null
      : { packets: this.#packets, reason: this.#reason };
  }
}
