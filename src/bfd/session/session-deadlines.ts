import { SessionState } from '../packet/session-state.js';
import { SessionVariables } from './session-variables.js';
import { ECHO_CONTROL_RX_INTERVAL_US, jitterFactor } from './timing.js';

/**
 * When something of a session is due, and what it is to announce. No deadline is stored, so that a change
 * of any variable moves what depends on it without further ado (RFC 5880 §6.8.3: changes of timing
 * parameters "MUST be effected immediately" but for those that wait for a Final).
 */
export abstract class SessionDeadlines extends SessionVariables {
  /**
   * When packets that are missing, control or Echo, will have been missing for too long (RFC 5880 §6.8.4,
   * §6.8.5); Infinity while none is. In Down and AdminDown that costs the peer's discriminator alone.
   */
  get detectionDeadlineUs(): number {
    return Math.min(this.controlDeadlineUs(), this.echoFailureDeadlineUs());
  }

  /**
   * bfd.RequiredMinRxInterval as it is to be: Echo packets make frequent packets needless (§6.8.3). That
   * is so until the next Up: a change while not Up is in force at once, and the peer, which still sends at
   * the slow pace, would be missed before it can know.
   */
  protected targetRxUs(): number {
    const required = this.wanted.requiredMinRxIntervalUs;
    return this.slowedByEcho && required !== 0 ? Math.max(required, ECHO_CONTROL_RX_INTERVAL_US) : required;
  }

  /** The Demand bit as it is to be. A peer that takes no periodic packet cannot be polled. */
  protected targetDemand(): boolean {
    return this.wanted.demand && this.bothUp && this.remote.requiredMinRxIntervalUs !== 0;
  }

  /** Whether Echo packets may be sent, and are wanted (RFC 5880 §6.8.9). */
  protected targetEcho(): boolean {
    return (
      this.wanted.desiredMinEchoTxIntervalUs !== 0 &&
      this.state === SessionState.Up &&
      this.remote.requiredMinEchoRxIntervalUs !== 0
    );
  }

  /** When a change that waits for an earlier one can be announced, or a Poll Sequence begun. */
  protected announceDeadlineUs(): number {
    const settled =
      this.intervals.announces(this.targetTxUs(), this.targetRxUs()) &&
      this.demand.announced === this.targetDemand();
    return settled ? this.poll.beginDeadlineUs : this.poll.openFromUs;
  }

  /**
   * When a Poll Sequence is to find out whether a peer that is silent by agreement is there. Echo packets
   * that come back do not tell: they verify the path, and a peer whose session is Down loops them back all
   * the same. One in the passive role that has lost this system says nothing by itself (§6.8.7).
   */
  protected verifyDeadlineUs(): number {
    const { demandPollIntervalUs } = this.wanted;
    if (!this.demand.silenceExpected || this.poll.active) {
      return Infinity;
    }
    if (this.verifyWanted) {
      return this.poll.openFromUs;
    }
    return demandPollIntervalUs === 0
      ? Infinity
      : Math.max(this.lastReceivedUs + demandPollIntervalUs, this.poll.openFromUs);
  }

  /** When the next Echo packet is due, RFC 5880 §6.8.9. */
  protected echoDeadlineUs(): number {
    return this.echo === null
      ? Infinity
      : this.echo.transmitDeadlineUs(this.echoTxIntervalUs, this.detectMult);
  }

  /** When too many Echo packets will be missing, RFC 5880 §6.8.5. */
  protected echoFailureDeadlineUs(): number {
    return this.echo === null
      ? Infinity
      : this.echo.failureDeadlineUs(this.echoTxIntervalUs, this.detectMult);
  }

  /** When the peer's silence will have lasted too long, RFC 5880 §6.8.4. */
  protected controlDeadlineUs(): number {
    if (this.remote.discriminator === 0) {
      return Infinity;
    }
    if (!this.demand.silenceExpected) {
      return Math.max(this.lastReceivedUs, this.demand.endedUs) + this.detectionTimeUs;
    }
    // While Demand mode is being left the peer may send again, and is not asked to answer alone.
    const sinceUs = this.demandActive ? this.poll.clockUs : Math.max(this.poll.clockUs, this.lastReceivedUs);
    return sinceUs + this.detectionTimeUs;
  }

  /** When the next periodic packet is due, RFC 5880 §6.8.7. */
  protected transmitDeadlineUs(): number {
    if (!this.transmitsPeriodically()) {
      return Infinity;
    }
    // The peer counts with the multiplier of the last packet, or with the present one, if a Final told it.
    const multiplier = Math.min(this.wanted.detectMult, this.lastSentMultiplier);
    const factor = jitterFactor(multiplier, this.jitterDraw);
    return Math.max(this.createdUs, this.lastSentUs + this.negotiatedTxIntervalUs * factor);
  }

  /**
   * Whether the session is Up in asynchronous mode with nothing under way: then packets that say what they
   * said before, and the time for the next one, change nothing but the times of both.
   */
  protected isSteady(): boolean {
    return (
      this.bothUp &&
      this.wanted.authentication === null &&
      this.echo === null &&
      !this.wanted.demand &&
      !this.remote.demand &&
      this.remote.requiredMinRxIntervalUs !== 0 &&
      !this.demand.silenceExpected &&
      this.demand.endedUs <= this.lastReceivedUs &&
      !this.poll.active &&
      this.announceDeadlineUs() === Infinity &&
      this.lastSentMultiplier === this.wanted.detectMult
    );
  }

  /**
   * RFC 5880 §6.8.7: a passive system sends nothing, but for a Final, to a peer that it does not know. And
   * without a key nothing is sent at all.
   */
  protected mayTransmit(): boolean {
    return (this.wanted.role === 'active' || this.remote.discriminator !== 0) && !this.keyMissing;
  }

  /** RFC 5880 §6.8: "Demand mode is active" on the remote system. */
  protected remoteDemandActive(): boolean {
    return this.remote.demand && this.bothUp;
  }

  private transmitsPeriodically(): boolean {
    return (
      this.mayTransmit() &&
      this.remote.requiredMinRxIntervalUs !== 0 &&
      (this.poll.active || !this.remoteDemandActive())
    );
  }
}
