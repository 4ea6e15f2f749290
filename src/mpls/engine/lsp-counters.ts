import type { Count, MplsStatistics } from '../mpls-model.js';

/** What has been sent and thrown away on all LSPs together. */
export class LspCounters {
  echoRequestsSent = 0;
  echoRequestsReceived = 0;
  echoRepliesSent = 0;
  echoRepliesReceived = 0;
  readonly discardedEchoRequests = new ReasonCounts();
  readonly discardedEchoReplies = new ReasonCounts();
  readonly discardedBfdPackets = new ReasonCounts();

  /** The counts as they stand. */
  snapshot(): MplsStatistics {
    return {
      echoRequestsSent: this.echoRequestsSent,
      echoRequestsReceived: this.echoRequestsReceived,
      echoRepliesSent: this.echoRepliesSent,
      echoRepliesReceived: this.echoRepliesReceived,
      discardedEchoRequests: this.discardedEchoRequests.snapshot(),
      discardedEchoReplies: this.discardedEchoReplies.snapshot(),
      discardedBfdPackets: this.discardedBfdPackets.snapshot(),
    };
  }

  reset(): void {
    this.echoRequestsSent = 0;
    this.echoRequestsReceived = 0;
    this.echoRepliesSent = 0;
    this.echoRepliesReceived = 0;
    this.discardedEchoRequests.reset();
    this.discardedEchoReplies.reset();
    this.discardedBfdPackets.reset();
  }
}

/** Counts by the name of a rule; there are as many names as rules. */
export class ReasonCounts {
  readonly #counts = new Map<string, number>();

  count(reason: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  snapshot(): Count[] {
    return [...this.#counts].map(([reason, count]) => ({ reason, count }));
  }

  reset(): void {
    this.#counts.clear();
  }
}
