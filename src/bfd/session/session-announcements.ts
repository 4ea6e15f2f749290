import { SessionState } from '../packet/session-state.js';
import { POLL_CONTENTS, POLL_DEMAND, POLL_RX, POLL_TX, POLL_VERIFY } from './poll-sequence.js';
import { SessionDeadlines } from './session-deadlines.js';

/** How a session brings what its packets say in line with what it wants, by Poll Sequences. */
export abstract class SessionAnnouncements extends SessionDeadlines {
  /**
   * What packets said last, but for the intervals and the Demand bit, whose changes are kept elsewhere,
   * and for the authentication section, which is never the same twice.
   */
  #toldFlags = -1;
  #toldYourDiscriminator = -1;
  #toldEchoRxIntervalUs = -1;

  /**
   * Brings what packets say in line with parameters and state, by a Poll Sequence when there is a peer to
   * poll; while an earlier sequence has not ended for certain, later (RFC 5880 §6.8.3).
   */
  protected announce(nowUs: number): void {
    this.echo?.setActive(this.targetEcho());
    const up = this.state === SessionState.Up;
    if (up) {
      this.slowedByEcho = this.echoActive;
    }
    if (nowUs >= this.poll.openFromUs) {
      this.#announceChanges(up);
    }
    if (!up) {
      this.intervals.acknowledge(POLL_TX | POLL_RX);
      this.demand.reset(nowUs);
      this.verifyWanted = false;
    }
    if (this.#tellsOtherwise() && (this.remoteDemandActive() || this.demandActive)) {
      this.poll.request(POLL_CONTENTS);
    }
    this.poll.begin(nowUs);
  }

  #announceChanges(up: boolean): void {
    const demand = this.targetDemand();
    let changes = this.intervals.announce(this.targetTxUs(), this.targetRxUs(), up);
    if (demand !== this.demand.announced) {
      this.demand.announced = demand;
      changes |= POLL_DEMAND;
    }
    if (this.remote.discriminator !== 0) {
      this.poll.request(changes);
    }
  }

  /** The peer has answered the Poll that told these changes. */
  protected acknowledge(changes: number, nowUs: number): void {
    this.intervals.acknowledge(changes);
    if (changes & POLL_DEMAND) {
      this.demand.acknowledged(nowUs);
    }
  }

  protected requestVerification(): void {
    this.verifyWanted = false;
    this.poll.request(POLL_VERIFY);
  }

  /** Whether packets say something else now; while Demand mode is active, that needs a Poll (§6.6). */
  #tellsOtherwise(): boolean {
    const flags = (this.detectMult << 7) | (this.diagnostic << 2) | this.state;
    const { requiredMinEchoRxIntervalUs } = this.wanted;
    if (
      flags === this.#toldFlags &&
      this.remote.discriminator === this.#toldYourDiscriminator &&
      requiredMinEchoRxIntervalUs === this.#toldEchoRxIntervalUs
    ) {
      return false;
    }
    this.#toldFlags = flags;
    this.#toldYourDiscriminator = this.remote.discriminator;
    this.#toldEchoRxIntervalUs = requiredMinEchoRxIntervalUs;
    return true;
  }
}
