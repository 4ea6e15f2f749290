/**
 * Sets up the BFD sessions of the ingress by LSP ping, RFC 5884 §6, for all tunnels together: a pure
 * machine. While a session is not Up, requests with its discriminator go out at the retry interval, and
 * sooner at first where nobody answers; once Up, at the much longer ping interval, to verify the FEC (§4) and
 * for an egress that has lost the session.
 *
 * No more requests are outstanding than the settings allow, so that thousands of tunnels that come at once,
 * or fail at once, do not flood the network or their egress. Those that have not been tried come first.
 *
 * All times are absolute microseconds of one monotonic clock.
 */
import { DeadlineQueue } from '../../lib/deadline-queue.js';
import { TokenBucket } from '../../lib/token-bucket.js';
import { ReplyMode, ReturnCode } from '../lsp-ping/codepoints.js';
import { bfdDiscriminatorOf } from '../lsp-ping/message.js';
import type { LspPingMessage } from '../lsp-ping/message.js';
import type { BootstrapEffect, BootstrapFailure, BootstrapKey, ReplyDiscard } from './bootstrap-effects.js';
import { BootstrapRecord } from './bootstrap-record.js';
import { requestIntervalUs, type BootstrapSettings } from './bootstrap-settings.js';

/** Requests that wait for the rate are sent some at a time. */
const TOKEN_WAIT_US = 5000;

/** See the top of the file. */
export class IngressBootstrap {
  #settings: BootstrapSettings;
  readonly #random: () => number;
  readonly #records = new Map<BootstrapKey, BootstrapRecord>();
  readonly #byHandle = new Map<number, BootstrapRecord>();
  /** Records without a deadline that wait for room, in the order of their coming. */
  readonly #untried = new Set<BootstrapRecord>();
  readonly #again = new Set<BootstrapRecord>();
  readonly #outstanding = new Set<BootstrapRecord>();
  /** For an outstanding request when it is given up, for a resting session when the next one is due. */
  readonly #deadlines = new DeadlineQueue<BootstrapRecord>();
  readonly #rate: TokenBucket;
  /** When there may be a token again for those that wait; Infinity: it is not that which they wait for. */
  #tokenUs = Infinity;

  /** @param random random numbers, 0 ≤ r < 1, that spread requests over time */
  constructor(settings: BootstrapSettings, random: () => number) {
    this.#settings = settings;
    this.#random = random;
    this.#rate = new TokenBucket(settings.requestRate, 0);
  }

  /** How many requests are outstanding. */
  get outstanding(): number {
    return this.#outstanding.size;
  }

  /** What is known of a session; not to be changed. */
  record(key: BootstrapKey): Readonly<BootstrapRecord> | null {
    return this.#records.get(key) ?? null;
  }

  /**
   * A session is to be set up.
   *
   * @param localDiscriminator which is the handle of its requests too
   * @throws RangeError when the key or the discriminator is in use
   */
  add(key: BootstrapKey, localDiscriminator: number, nowUs: number): readonly BootstrapEffect[] {
    if (this.#records.has(key) || this.#byHandle.has(localDiscriminator)) {
      throw new RangeError(`${key} or its discriminator ${localDiscriminator} is in use`);
    }
    const record = new BootstrapRecord(key, localDiscriminator);
    this.#records.set(key, record);
    this.#byHandle.set(localDiscriminator, record);
    this.#untried.add(record);
    return this.#sendAsAllowed([], nowUs);
  }

  /** A session is gone; an answer that is under way finds nobody. */
  remove(key: BootstrapKey, nowUs: number): readonly BootstrapEffect[] {
    const record = this.#records.get(key);
    if (record === undefined) {
      return [];
    }
    this.#records.delete(key);
    this.#byHandle.delete(record.sendersHandle);
    this.#settle(record);
    return this.#sendAsAllowed([], nowUs);
  }

  /** Other settings: they hold from the next request on, and the waiting for it is begun anew. */
  setSettings(settings: BootstrapSettings, nowUs: number): readonly BootstrapEffect[] {
    this.#settings = settings;
    this.#rate.setRate(settings.requestRate, nowUs);
    for (const record of this.#records.values()) {
      if (record.state === 'confirmed' || record.state === 'failed') {
        this.#deadlines.set(record, this.#nextRequestUs(record));
      }
    }
    return this.#sendAsAllowed([], nowUs);
  }

  /** The session has come Up, or has gone from Up to another state. */
  sessionChanged(key: BootstrapKey, up: boolean, nowUs: number): readonly BootstrapEffect[] {
    const record = this.#records.get(key);
    if (record === undefined || record.up === up) {
      return [];
    }
    record.up = up;
    record.silences = 0;
    if (up) {
      this.#confirmByBfd(record, nowUs);
    } else {
      record.remoteDiscriminator = null;
      this.#hurry(record, nowUs);
    }
    return this.#sendAsAllowed([], nowUs);
  }

  /** A BFD packet of a session that is not Up has come in: its egress knows of it. */
  packetReceived(key: BootstrapKey, myDiscriminator: number, nowUs: number): readonly BootstrapEffect[] {
    const record = this.#records.get(key);
    if (record === undefined) {
      return [];
    }
    record.remoteDiscriminator = myDiscriminator;
    record.silences = 0;
    if (record.state === 'requested' && this.#settings.replyMode === ReplyMode.DoNotReply) {
      this.#rest(record, 'confirmed');
    }
    return this.#sendAsAllowed([], nowUs);
  }

  /**
   * An echo reply has come in (RFC 8029 §4.6).
   *
   * @param from canonical text of its source address
   */
  handleReply(reply: LspPingMessage, from: string, nowUs: number): readonly BootstrapEffect[] {
    const { sendersHandle, sequenceNumber, returnCode, returnSubcode } = reply.header;
    const record = this.#byHandle.get(sendersHandle);
    const discard = replyDiscard(record, sequenceNumber);
    if (record === undefined || discard !== null) {
      return [{ type: 'reply-discarded', reason: discard ?? 'unknown-senders-handle' }];
    }
    record.answered = true;
    record.silences = 0;
    record.repliesReceived += 1;
    record.lastReturnCode = returnCode;
    record.lastReturnSubcode = returnSubcode;
    record.lastRoundTripUs = nowUs - record.lastSentUs;
    const confirmed = returnCode === ReturnCode.Egress;
    const effects = confirmed
      ? this.#learn(record, bfdDiscriminatorOf(reply))
      : failureEffects(record, { cause: 'return-code', returnCode, returnSubcode, from });
    record.toldFailure = confirmed ? null : record.toldFailure;
    this.#rest(record, confirmed ? 'confirmed' : 'failed');
    return this.#sendAsAllowed(effects, nowUs);
  }

  /** To be called at `pollTimeout()` or later; earlier it does nothing. */
  handleTimeout(nowUs: number): readonly BootstrapEffect[] {
    const effects: BootstrapEffect[] = [];
    for (let record = this.#deadlines.take(nowUs); record !== null; record = this.#deadlines.take(nowUs)) {
      if (record.state === 'requested') {
        effects.push(...this.#giveUp(record));
      } else {
        record.state = 'queued';
        this.#again.add(record);
      }
    }
    return this.#sendAsAllowed(effects, nowUs);
  }

  /** When `handleTimeout` is next to be called; Infinity when nothing is waited for. */
  pollTimeout(): number {
    return Math.min(this.#deadlines.next(), this.#tokenUs);
  }

  /** No answer has come. A session that is Up and asked for none is well all the same. */
  #giveUp(record: BootstrapRecord): BootstrapEffect[] {
    const well = record.up && this.#settings.replyMode === ReplyMode.DoNotReply;
    record.silences += record.up ? 0 : 1;
    const effects = well ? [] : failureEffects(record, { cause: 'no-answer' });
    this.#rest(record, well ? 'confirmed' : 'failed');
    return effects;
  }

  #learn(record: BootstrapRecord, discriminator: number | null): BootstrapEffect[] {
    if (discriminator === null || record.up || record.remoteDiscriminator !== null) {
      return [];
    }
    record.remoteDiscriminator = discriminator;
    return [{ type: 'discriminator-learned', key: record.key, discriminator }];
  }

  /** The session is Up: what was queued for it need not be sent, nor an answer waited for that none asked. */
  #confirmByBfd(record: BootstrapRecord, nowUs: number): void {
    record.toldFailure = null;
    if (record.state !== 'requested' || this.#settings.replyMode === ReplyMode.DoNotReply) {
      record.lastSentUs = Math.max(record.lastSentUs, nowUs - this.#settings.pingIntervalUs);
      this.#rest(record, 'confirmed');
    }
  }

  /** A session that was Up is set up again at once, but for one that was pinged a moment ago. */
  #hurry(record: BootstrapRecord, nowUs: number): void {
    if (record.state === 'requested') {
      return;
    }
    const earliestUs = record.lastSentUs + this.#settings.retryIntervalUs;
    this.#settle(record);
    if (earliestUs > nowUs) {
      this.#deadlines.set(record, earliestUs);
    } else {
      record.state = 'queued';
      this.#untried.add(record);
    }
  }

  #rest(record: BootstrapRecord, state: 'confirmed' | 'failed'): void {
    this.#settle(record);
    record.state = state;
    this.#deadlines.set(record, this.#nextRequestUs(record));
  }

  /** The record waits for nothing. */
  #settle(record: BootstrapRecord): void {
    this.#outstanding.delete(record);
    this.#untried.delete(record);
    this.#again.delete(record);
    this.#deadlines.clear(record);
  }

  /** Up to a quarter early, so that requests that went out together do not do so for ever. */
  #nextRequestUs(record: BootstrapRecord): number {
    const intervalUs = requestIntervalUs(record, this.#settings);
    return record.lastSentUs + intervalUs * (1 - 0.25 * this.#random());
  }

  #sendAsAllowed(before: readonly BootstrapEffect[], nowUs: number): readonly BootstrapEffect[] {
    const effects = [...before];
    this.#tokenUs = Infinity;
    for (const queue of [this.#untried, this.#again]) {
      for (const record of queue) {
        if (this.#outstanding.size >= this.#settings.maxOutstanding) {
          return effects;
        }
        if (!this.#rate.take(nowUs)) {
          this.#tokenUs = nowUs + TOKEN_WAIT_US;
          return effects;
        }
        queue.delete(record);
        effects.push(this.#send(record, nowUs));
      }
    }
    return effects;
  }

  #send(record: BootstrapRecord, nowUs: number): BootstrapEffect {
    record.state = 'requested';
    // Zero stands for no request.
    record.sequenceNumber = record.sequenceNumber === 0xffff_ffff ? 1 : record.sequenceNumber + 1;
    record.lastSentUs = nowUs;
    record.answered = false;
    record.requestsSent += 1;
    this.#outstanding.add(record);
    this.#deadlines.set(record, nowUs + this.#settings.answerTimeoutUs);
    const { key, sendersHandle, sequenceNumber } = record;
    const { replyMode } = this.#settings;
    return { type: 'send-echo-request', key, sendersHandle, sequenceNumber, replyMode };
  }
}

function replyDiscard(record: BootstrapRecord | undefined, sequenceNumber: number): ReplyDiscard | null {
  if (record === undefined) return 'unknown-senders-handle';
  // A late answer to the last request is as good as one in time.
  if (record.sequenceNumber !== sequenceNumber || sequenceNumber === 0) return 'unknown-sequence-number';
  return record.answered ? 'repeated-reply' : null;
}

function failureEffects(record: BootstrapRecord, failure: BootstrapFailure): BootstrapEffect[] {
  const type = record.up ? 'verification-failed' : 'bootstrap-failed';
  return record.noteFailure(failure) ? [{ type, key: record.key, failure }] : [];
}
