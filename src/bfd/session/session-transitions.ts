import type { Digest } from '../auth/authentication.js';
import { Authenticator } from '../auth/authenticator.js';
import { Diagnostic } from '../packet/diagnostic.js';
import { SessionState } from '../packet/session-state.js';
import { DemandMode, NEVER_IN_DEMAND } from './demand-mode.js';
import { EchoFunction } from './echo-function.js';
import { assertParameters, type SessionCommand, type SessionParameters } from './parameters.js';
import { SessionAnnouncements } from './session-announcements.js';
import type { SessionOptions } from './session-variables.js';
import { nextState } from './state-table.js';

/** What changes the state of a session: its owner, its peer, and time. */
export abstract class SessionTransitions extends SessionAnnouncements {
  readonly #randomUint32: () => number;
  readonly #digest: Digest;

  /** @throws RangeError when a parameter or the discriminator is one that no packet can carry */
  constructor(options: SessionOptions) {
    super(options);
    this.#randomUint32 = options.randomUint32;
    this.#digest = options.digest;
    this.#useParameters();
  }

  /** Does what the owner wants; what follows from it for packets is up to `announce`. */
  protected obey(change: SessionCommand): void {
    switch (change.type) {
      case 'set-parameters':
        this.#setParameters(change.parameters);
        break;
      case 'verify':
        this.verifyWanted = this.demand.silenceExpected;
        break;
      case 'forwarding-plane-reset':
        if (this.state !== SessionState.AdminDown) {
          this.goDown(SessionState.Down, Diagnostic.ForwardingPlaneReset);
        }
        break;
      case 'concatenated-path-down':
        this.diagnostic = change.diagnostic;
        break;
      case 'admin-down':
        this.wanted = { ...this.wanted, adminDown: true };
        this.goDown(SessionState.AdminDown, change.diagnostic ?? Diagnostic.AdministrativelyDown);
        break;
      case 'admin-up':
        this.wanted = { ...this.wanted, adminDown: false };
        this.#enable();
        break;
      case 'peer-withdrew':
        this.wanted = { ...this.wanted, adminDown: true };
        this.remote.withdraw();
        this.goDown(SessionState.AdminDown, Diagnostic.AdministrativelyDown);
        break;
      case 'path-down':
        this.held = true;
        if (this.state !== SessionState.AdminDown) {
          this.goDown(SessionState.Down, change.diagnostic ?? Diagnostic.PathDown);
        }
        break;
      case 'path-up':
        this.held = false;
        break;
      case 'learn':
        // What it takes is the time, which `command` knows.
        break;
    }
  }

  /** RFC 5880 §6.2: the peer is in this state. */
  protected step(received: SessionState): void {
    const next = nextState(this.state, received);
    if (next === SessionState.Down && this.state !== SessionState.Down) {
      this.goDown(SessionState.Down, Diagnostic.NeighborSignaledSessionDown);
    }
    this.state = next;
  }

  /**
   * Control packets have been missing for a Detection Time. A peer that answers no Poll may yet be heard
   * otherwise, and is known then.
   */
  protected missPackets(nowUs: number): void {
    this.lostDetectionTimeUs = this.detectionTimeUs;
    if (nowUs >= this.lastReceivedUs + this.detectionTimeUs) {
      this.remote.forget();
    }
    this.poll.cancel();
    // A session held Down for a better reason keeps that one.
    if (this.state !== SessionState.AdminDown && !this.heldDown) {
      this.goDown(SessionState.Down, Diagnostic.ControlDetectionTimeExpired);
    }
  }

  /** A Poll Sequence of the session that was asks nothing any more: what waited is in force when not Up. */
  protected goDown(
    state: typeof SessionState.Down | typeof SessionState.AdminDown,
    diagnostic: Diagnostic,
  ): void {
    if (this.state === SessionState.Up) {
      this.poll.cancel();
    }
    this.state = state;
    this.diagnostic = diagnostic;
  }

  #setParameters(parameters: SessionParameters): void {
    assertParameters(parameters);
    const before = this.wanted;
    this.wanted = parameters;
    this.#useParameters();
    if (parameters.detectMult < before.detectMult) {
      this.poll.restartClock();
    }
    if (parameters.adminDown && !before.adminDown) {
      this.goDown(SessionState.AdminDown, Diagnostic.AdministrativelyDown);
    } else if (!parameters.adminDown) {
      this.#enable();
      if (this.keyMissing && this.state !== SessionState.Down) {
        this.goDown(SessionState.Down, Diagnostic.AdministrativelyDown);
      }
    }
  }

  /** Makes what the parameters ask for the first time. */
  #useParameters(): void {
    if (this.wanted.desiredMinEchoTxIntervalUs !== 0) {
      this.echo ??= new EchoFunction(this.localDiscriminator, this.#randomUint32);
    }
    if (this.wanted.demand && this.demand === NEVER_IN_DEMAND) {
      this.demand = new DemandMode();
    }
    if (this.wanted.authentication !== null) {
      this.authenticator ??= new Authenticator(this.#digest, this.#randomUint32());
    }
  }

  #enable(): void {
    if (this.state === SessionState.AdminDown) {
      this.state = SessionState.Down;
    }
  }
}
