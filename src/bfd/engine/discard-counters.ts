import { DISCARD_REASONS, type DiscardReason } from '../packet/discard-reason.js';

/** How many received packets were thrown away, by the rule that did it. */
export class DiscardCounters {
  readonly #counts = new Map<DiscardReason, number>(DISCARD_REASONS.map((reason) => [reason, 0]));

  count(reason: DiscardReason): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  /** The counts as they stand: one for every reason. */
  snapshot(): ReadonlyMap<DiscardReason, number> {
    return new Map(this.#counts);
  }
}
