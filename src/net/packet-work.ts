import type { GlancedDatagram, ReceivedDatagram } from './received-datagram.js';

/** What is done with packets and time. */
export interface PacketWork {
  /** Deals with a datagram at a glance; false: it is to be handed over whole. */
  handleRepeated(datagram: GlancedDatagram, nowUs: number): boolean;
  handleDatagram(datagram: ReceivedDatagram, nowUs: number): void;
  /**
   * Does what is due at `nowUs`. All packets that had arrived at `receivedUntilUs` have been handed
   * over: silence can be judged up to there, and not beyond.
   */
  handleTimers(nowUs: number, receivedUntilUs: number): void;
  /** When the next work is due; null: nothing is. */
  nextDeadlineUs(): number | null;
  /** Hands over to the kernel what the work has sent. */
  flush(): void;
}
