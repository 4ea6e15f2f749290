/**
 * What sessions of both ends of an LSP have in common: who their packets may come from, and what is known
 * of how they came to be.
 */
import type { EngineSession } from '../../bfd/engine/engine-session.js';
import type { Admission, ExternalWay } from '../../bfd/engine/external-way.js';
import type { SessionKey } from '../../bfd/engine/session-model.js';
import type { MutableControlPacket } from '../../bfd/packet/control-packet.js';
import { SessionState } from '../../bfd/packet/session-state.js';
import type { TransmitChannel } from '../../net/transmitter.js';
import { acceptsArrival, type LspSessionRules } from '../lsp-encapsulation.js';
import type { LspSessionReport } from '../mpls-model.js';
import { SessionPeer, type PeerMismatch } from '../session-peer.js';
import type { ReasonCounts } from './lsp-counters.js';

/** See the top of the file. */
export abstract class LspSession implements ExternalWay {
  readonly key: SessionKey;
  readonly rules: LspSessionRules;
  readonly channel: TransmitChannel;
  /** Whether the session has been Up once. */
  hasBeenUp = false;
  /** It is wanted no more: it says farewell, and hears nothing. */
  leaving = false;
  readonly #peer: SessionPeer;
  readonly #discards: ReasonCounts;
  #entry: EngineSession | null = null;
  /** Where the last packet came from that was let through while the session was not Up. */
  #lastSource = new Uint8Array(0);
  /** The peer's discriminator when the session was last Up, or as an echo request has told it; 0: none. */
  #knownDiscriminator: number;

  /** @param remoteDiscriminator what the peer said in an echo request; null at the ingress */
  constructor(
    key: SessionKey,
    rules: LspSessionRules,
    channel: TransmitChannel,
    remoteDiscriminator: number | null,
    discards: ReasonCounts,
  ) {
    this.key = key;
    this.rules = rules;
    this.channel = channel;
    this.#peer = new SessionPeer(remoteDiscriminator);
    this.#knownDiscriminator = remoteDiscriminator ?? 0;
    this.#discards = discards;
  }

  /** The session as it runs. To be set once, when it has been made. */
  get entry(): EngineSession {
    if (this.#entry === null) {
      throw new Error(`${this.key} has not been made`);
    }
    return this.#entry;
  }

  set entry(entry: EngineSession) {
    this.#entry = entry;
  }

  get up(): boolean {
    return this.entry.session.localState === SessionState.Up;
  }

  /** The peer's discriminator, for what has to be said after it was forgotten; 0: it was never known. */
  get lastKnownDiscriminator(): number {
    return this.entry.session.remoteDiscriminator || this.#knownDiscriminator;
  }

  admits(
    packet: MutableControlPacket,
    source: Uint8Array,
    destinationPort: number,
    onPath: boolean,
    nowUs: number,
  ): Admission {
    if (this.leaving) {
      return 'dealt-with';
    }
    if (!acceptsArrival(this.rules, destinationPort, onPath)) {
      return this.#refuse('arrival');
    }
    const mismatch = this.#peer.mismatch(packet.myDiscriminator, source);
    if (mismatch !== null) {
      return this.#refuse(mismatch);
    }
    if (this.up) {
      return this.admitsOfPeer(packet, nowUs);
    }
    this.#noteSource(source);
    return this.admitsOfPeer(packet, nowUs);
  }

  /** The session has come Up (RFC 5884 §7), or is Up no more. */
  noteUp(up: boolean): void {
    if (up) {
      this.hasBeenUp = true;
      this.#knownDiscriminator = this.entry.session.remoteDiscriminator;
      this.#peer.bind(this.#knownDiscriminator, this.#lastSource);
    } else {
      this.#peer.release();
    }
  }

  abstract get localDiscriminator(): number;

  /** What has been counted since it was made, anew from zero. */
  abstract resetStatistics(): void;

  abstract report(): LspSessionReport;

  /** What is to become of a packet that is the peer's. */
  protected abstract admitsOfPeer(packet: MutableControlPacket, nowUs: number): Admission;

  #refuse(reason: 'arrival' | PeerMismatch): Admission {
    this.#discards.count(reason);
    this.entry.refuse(reason);
    return 'refused';
  }

  #noteSource(source: Uint8Array): void {
    if (this.#lastSource.length === source.length) {
      this.#lastSource.set(source);
    } else {
      this.#lastSource = source.slice();
    }
  }
}
