import type { TransmitChannel } from './transmitter.js';

/** A socket that somebody hears by. */
export interface Listening {
  /** Nobody does any more on behalf of who has asked; to be called once. */
  release(): void;
}

/** A way out whose answers are heard as long as it is open. */
export class HeardChannel implements TransmitChannel {
  readonly #channel: TransmitChannel;
  readonly #heardBy: Listening;

  constructor(channel: TransmitChannel, heardBy: Listening) {
    this.#channel = channel;
    this.#heardBy = heardBy;
  }

  get sourcePort(): number {
    return this.#channel.sourcePort;
  }

  get failedSends(): number {
    return this.#channel.failedSends;
  }

  setTtl(ttl: number): void {
    this.#channel.setTtl(ttl);
  }

  send(packet: Uint8Array, length: number): void {
    this.#channel.send(packet, length);
  }

  repeat(): boolean {
    return this.#channel.repeat?.() ?? false;
  }

  close(): void {
    this.#channel.close();
    this.#heardBy.release();
  }
}
