/** What a client does to running. */
export type Step = 'commit' | 'confirmed-commit' | 'cancel' | 'restart';

/** What must be found after the agent has died. Configurations are XML, as get-config gives them. */
export interface Expected {
  /** What running may be. */
  readonly running: readonly string[];
  /** The number of the newest commit that was acknowledged. */
  readonly acknowledged: number;
  /** What commits resulted in, by number, for as many as are known; where it depends, all that it may be. */
  readonly results: ReadonlyMap<number, readonly string[]>;
}

/**
 * What one client knows of running and of the history of commits: what was acknowledged to it, and what is
 * in flight. It tells what must be found whenever the agent dies.
 */
export class CommitLedger {
  #running: string;
  /** The configuration before the commit that waits for its confirmation. */
  #base: string | undefined;
  #number: number;
  readonly #results = new Map<number, readonly string[]>();
  #inFlight: { readonly step: Step; readonly result: string } | undefined;

  /** @param number of the commit that `running` is the result of */
  constructor(running: string, number: number) {
    this.#running = running;
    this.#number = number;
    this.#results.set(number, [running]);
  }

  /** Whether a commit waits for its confirmation. */
  get isPending(): boolean {
    return this.#base !== undefined;
  }

  /** Of the newest commit that is known. */
  get number(): number {
    return this.#number;
  }

  /** A request goes out that makes `candidate` running, or the base where it is no commit. */
  begin(step: Step, candidate?: string): void {
    const result = step === 'cancel' || step === 'restart' ? (this.#base ?? this.#running) : candidate;
    if (result === undefined) throw new Error(`what does a ${step} result in?`);
    this.#inFlight = { step, result };
  }

  /** The request was done, and the client was told. */
  acknowledge(): void {
    if (this.#inFlight === undefined) throw new Error('nothing was in flight');
    const { step, result } = this.#inFlight;
    this.#base = step === 'confirmed-commit' ? (this.#base ?? this.#running) : undefined;
    if (result !== this.#running) {
      this.#number += 1;
      this.#results.set(this.#number, [result]);
    }
    this.#running = result;
    this.#inFlight = undefined;
  }

  expected(): Expected {
    const before = this.#base ?? this.#running;
    const { step, result } = this.#inFlight ?? { step: 'restart', result: before };
    // A commit that asks for its confirmation is taken back, whatever has become of it.
    const running = step === 'confirmed-commit' ? [before] : [before, result];
    const results = new Map(this.#results);
    results.set(this.#number + 1, [result, before]);
    return { running, acknowledged: this.#number, results };
  }

  /** The agent was started again, with what `expected` tells; `number` is that of the newest commit. */
  restarted(running: string, number: number): void {
    this.#running = running;
    this.#number = number;
    this.#base = undefined;
    this.#inFlight = undefined;
    this.#results.clear();
    this.#results.set(number, [running]);
  }
}
