import type { ChannelListener, LinkChannel } from './channel.js';
import type { AgentMessage, EngineMessage } from './messages.js';

/** Both ends of a connection within one process. */
export interface MemoryLink {
  readonly agentEnd: LinkChannel<EngineMessage, AgentMessage>;
  readonly engineEnd: LinkChannel<AgentMessage, EngineMessage>;
}

/** Connects an agent and an engine that live in one process, with the same ordering as a socket. */
export function createMemoryLink(): MemoryLink {
  const agentEnd = new MemoryChannel<EngineMessage, AgentMessage>();
  const engineEnd = new MemoryChannel<AgentMessage, EngineMessage>();
  agentEnd.connect(engineEnd);
  engineEnd.connect(agentEnd);
  return { agentEnd, engineEnd };
}

type Delivery<Incoming> = (listener: ChannelListener<Incoming>) => void;

class MemoryChannel<Incoming, Outgoing> implements LinkChannel<Incoming, Outgoing> {
  #other: MemoryChannel<Outgoing, Incoming> | null = null;
  #listener: ChannelListener<Incoming> | null = null;
  #waiting: Delivery<Incoming>[] = [];
  #open = true;

  connect(other: MemoryChannel<Outgoing, Incoming>): void {
    this.#other = other;
  }

  send(message: Outgoing): void {
    if (this.#open) {
      this.#other?.deliver((listener) => listener.message(message));
    }
  }

  listen(listener: ChannelListener<Incoming>): void {
    this.#listener = listener;
    this.#schedule();
  }

  close(): void {
    if (this.#open) {
      this.#open = false;
      this.#other?.deliver((listener) => listener.closed('the other end has closed the connection'));
    }
  }

  /** What the other end sends comes later, never within the call that sent it. */
  deliver(delivery: Delivery<Incoming>): void {
    this.#waiting.push(delivery);
    this.#schedule();
  }

  #schedule(): void {
    void Promise.resolve().then(() => this.#deliverWaiting());
  }

  #deliverWaiting(): void {
    while (this.#listener !== null && this.#waiting.length > 0 && this.#open) {
      this.#waiting.shift()?.(this.#listener);
    }
  }
}
