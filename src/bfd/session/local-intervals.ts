import { POLL_RX, POLL_TX } from './poll-sequence.js';

/**
 * The two intervals that this system announces, and those that it goes by. They differ while a change
 * that makes packets rarer, or detection quicker, waits for the peer's Final (RFC 5880 §6.8.3); any other
 * change is in force at once. All values are microseconds.
 */
export class LocalIntervals {
  /** bfd.DesiredMinTxInterval, as sent. */
  announcedTxUs: number;
  /** bfd.RequiredMinRxInterval, as sent. */
  announcedRxUs: number;
  /** What the transmit interval is computed from. */
  effectiveTxUs: number;
  /** What the detection time is computed from. */
  effectiveRxUs: number;

  constructor(txUs: number, rxUs: number) {
    this.announcedTxUs = txUs;
    this.announcedRxUs = rxUs;
    this.effectiveTxUs = txUs;
    this.effectiveRxUs = rxUs;
  }

  /** Whether these intervals are announced already. */
  announces(txUs: number, rxUs: number): boolean {
    return this.announcedTxUs === txUs && this.announcedRxUs === rxUs;
  }

  /**
   * Announces other intervals. No earlier change may be waiting for its Final.
   *
   * @param up whether the session is Up, which is when a change can have to wait
   * @returns the changes that a Poll Sequence has to tell, as its bits
   */
  announce(txUs: number, rxUs: number, up: boolean): number {
    const changes = (txUs === this.announcedTxUs ? 0 : POLL_TX) | (rxUs === this.announcedRxUs ? 0 : POLL_RX);
    this.announcedTxUs = txUs;
    this.announcedRxUs = rxUs;
    if (!up || txUs < this.effectiveTxUs) {
      this.effectiveTxUs = txUs;
    }
    if (!up || rxUs > this.effectiveRxUs) {
      this.effectiveRxUs = rxUs;
    }
    return changes;
  }

  /** The peer knows of these changes (bits of a Poll Sequence): they are in force. */
  acknowledge(changes: number): void {
    if (changes & POLL_TX) {
      this.effectiveTxUs = this.announcedTxUs;
    }
    if (changes & POLL_RX) {
      this.effectiveRxUs = this.announcedRxUs;
    }
  }
}
