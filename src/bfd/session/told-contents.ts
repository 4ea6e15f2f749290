import type { SessionVariables } from './session-variables.js';

/**
 * What packets said last, but for the intervals and the Demand bit, whose changes are kept elsewhere, and
 * for the authentication section, which is never the same twice. While Demand mode is active on either
 * side, a change is told by a Poll Sequence (RFC 5880 §6.6).
 */
export class ToldContents {
  #state = -1;
  #diagnostic = -1;
  #detectMult = -1;
  #yourDiscriminator = -1;
  #requiredMinEchoRxIntervalUs = -1;

  /** Takes over what packets say now. @returns whether it is something else than before */
  update(session: SessionVariables): boolean {
    const { requiredMinEchoRxIntervalUs } = session.parameters;
    if (
      this.#state === session.localState &&
      this.#diagnostic === session.localDiagnostic &&
      this.#detectMult === session.detectMult &&
      this.#yourDiscriminator === session.remoteDiscriminator &&
      this.#requiredMinEchoRxIntervalUs === requiredMinEchoRxIntervalUs
    ) {
      return false;
    }
    this.#state = session.localState;
    this.#diagnostic = session.localDiagnostic;
    this.#detectMult = session.detectMult;
    this.#yourDiscriminator = session.remoteDiscriminator;
    this.#requiredMinEchoRxIntervalUs = requiredMinEchoRxIntervalUs;
    return true;
  }
}
