import type { AgentEvent } from './agent-event.js';

/** Where all that happens in the agent is told, and heard. */
export class EventHub {
  readonly #listeners = new Set<(event: AgentEvent) => void>();

  /** Tells every listener, at once and in the order of the calls. */
  publish(event: AgentEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Calls `listener` for every event; the answer ends that. */
  listen(listener: (event: AgentEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
