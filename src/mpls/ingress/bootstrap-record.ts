import type { BootstrapFailure, BootstrapKey } from './bootstrap-effects.js';

/**
 * How far the bootstrap of a session is: waiting for room to send, waiting for the answer, or resting until
 * the next request after the last has been confirmed by the egress or has failed.
 */
export type BootstrapState = 'queued' | 'requested' | 'confirmed' | 'failed';

/** What the bootstrap knows of a session. */
export class BootstrapRecord {
  readonly key: BootstrapKey;
  readonly sendersHandle: number;
  state: BootstrapState = 'queued';
  /** Whether the session is Up. */
  up = false;
  /** As the egress has told it in a reply or a BFD packet; null while it has not. */
  remoteDiscriminator: number | null = null;
  /** Of the last request; 0: none has been sent. */
  sequenceNumber = 0;
  lastSentUs = -Infinity;
  /** Whether the last request has been answered. */
  answered = false;
  /** How many of the last requests nobody has answered, while the session was not Up. */
  silences = 0;
  requestsSent = 0;
  repliesReceived = 0;
  lastReturnCode: number | null = null;
  lastReturnSubcode: number | null = null;
  lastRoundTripUs: number | null = null;
  /** What was told to be wrong, as text to compare; null after a confirmation. */
  toldFailure: string | null = null;

  constructor(key: BootstrapKey, sendersHandle: number) {
    this.key = key;
    this.sendersHandle = sendersHandle;
  }

  /** Whether this failure is news; it is not next time. */
  noteFailure(failure: BootstrapFailure): boolean {
    const text = failure.cause === 'no-answer' ? failure.cause : `${failure.returnCode} ${failure.from}`;
    const news = text !== this.toldFailure;
    this.toldFailure = text;
    return news;
  }
}
