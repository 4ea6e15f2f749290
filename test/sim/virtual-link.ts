import type { SessionHost } from './session-host.js';
import type { VirtualTime } from './virtual-time.js';

/** What one direction of a link does to packets. Delays are microseconds, rates 0 to 1. */
export interface LinkConditions {
  readonly lossRate: number;
  readonly duplicateRate: number;
  /** Packets that draw different delays overtake one another. */
  readonly minDelayUs: number;
  readonly maxDelayUs: number;
}

/** A link that loses, doubles and reorders nothing. */
export function perfect(delayUs: number): LinkConditions {
  return { lossRate: 0, duplicateRate: 0, minDelayUs: delayUs, maxDelayUs: delayUs };
}

export const CUT: LinkConditions = { lossRate: 1, duplicateRate: 0, minDelayUs: 0, maxDelayUs: 0 };

/** Joins two hosts. The conditions of either direction can be changed while it runs. */
export class VirtualLink {
  forward: LinkConditions;
  backward: LinkConditions;
  readonly #time: VirtualTime;
  readonly #random: () => number;

  constructor(
    time: VirtualTime,
    left: SessionHost,
    right: SessionHost,
    conditions: LinkConditions,
    random: () => number,
  ) {
    this.#time = time;
    this.#random = random;
    this.forward = conditions;
    this.backward = conditions;
    this.join(left, right);
  }

  /** Replaces what is at the ends. Packets under way arrive where they were sent to. */
  join(left: SessionHost, right: SessionHost): void {
    left.onTransmit = (bytes) => this.#carry(this.forward, () => right.receive(bytes));
    right.onTransmit = (bytes) => this.#carry(this.backward, () => left.receive(bytes));
    // The far system loops Echo packets back without looking at them.
    left.onTransmitEcho = (bytes) =>
      this.#carry(this.forward, () => this.#carry(this.backward, () => left.receiveEcho(bytes)));
    right.onTransmitEcho = (bytes) =>
      this.#carry(this.backward, () => this.#carry(this.forward, () => right.receiveEcho(bytes)));
  }

  #carry(conditions: LinkConditions, arrive: () => void): void {
    if (this.#random() < conditions.lossRate) return;
    this.#deliver(conditions, arrive);
    if (this.#random() < conditions.duplicateRate) {
      this.#deliver(conditions, arrive);
    }
  }

  #deliver({ minDelayUs, maxDelayUs }: LinkConditions, arrive: () => void): void {
    const delay = minDelayUs + Math.floor(this.#random() * (maxDelayUs - minDelayUs));
    this.#time.at(this.#time.nowUs + delay, 'delivery', arrive);
  }
}
