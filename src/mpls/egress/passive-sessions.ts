/**
 * The sessions that the egress holds because an ingress asked for them, and how long: RFC 7726 §2.1 and §2.3.
 * A session is known by its ingress, its FECs and the discriminator that the ingress gave it, so that a FEC
 * may have several. One that is not Up is given up a while after it was last asked for.
 */
import { DeadlineQueue } from '../../lib/deadline-queue.js';
import { formatPrefix } from '../../lib/ip-prefix.js';
import type { Fec } from '../lsp-ping/message.js';
import { sameFec } from '../lsp-ping/target-fec-stack.js';

/** What tells a session from others. */
export interface PassiveSessionIdentity {
  /** Canonical text of the ingress's address: the source of its echo requests. */
  readonly peer: string;
  /** As its echo requests name them, top first. */
  readonly fecs: readonly Fec[];
  readonly remoteDiscriminator: number;
}

/** A session of the egress. */
export interface PassiveSession extends PassiveSessionIdentity {
  readonly localDiscriminator: number;
}

/**
 * A session is `coming` until it has been Up once; `withdrawn` once its ingress has said that it wants it no
 * more.
 */
export type PassivePhase = 'coming' | 'up' | 'down' | 'withdrawn';

interface Entry {
  readonly session: PassiveSession;
  readonly key: string;
  readonly createdUs: number;
  phase: PassivePhase;
}

/** How long a session may take to come Up before another may have its place. */
const COMING_GRACE_US = 10_000_000;

/** See the top of the file. */
export class PassiveSessions {
  /** Without those withdrawn: their ingress may ask for the same again. */
  readonly #byKey = new Map<string, Entry>();
  readonly #byDiscriminator = new Map<number, Entry>();
  readonly #perPeer = new Map<string, number>();
  /** In the order in which they became so. */
  readonly #coming = new Set<Entry>();
  readonly #withdrawn = new Set<Entry>();
  readonly #deletions = new DeadlineQueue<Entry>();
  #deleteDelayUs: number;

  /** @param deleteDelayUs how long a session that is not Up is kept */
  constructor(deleteDelayUs: number) {
    this.#deleteDelayUs = deleteDelayUs;
  }

  /** How many there are, withdrawn ones included. */
  get size(): number {
    return this.#byDiscriminator.size;
  }

  /** How many a peer has, withdrawn ones not included. */
  countOf(peer: string): number {
    return this.#perPeer.get(peer) ?? 0;
  }

  /** The session that an echo request asks for; null when there is none, or the ingress has withdrawn it. */
  find(identity: PassiveSessionIdentity): PassiveSession | null {
    return this.#byKey.get(keyOf(identity))?.session ?? null;
  }

  /** A session by its local discriminator, withdrawn or not. */
  get(localDiscriminator: number): PassiveSession | null {
    return this.#byDiscriminator.get(localDiscriminator)?.session ?? null;
  }

  /** Null when there is no such session. */
  phaseOf(localDiscriminator: number): PassivePhase | null {
    return this.#byDiscriminator.get(localDiscriminator)?.phase ?? null;
  }

  /** All sessions, withdrawn ones included. */
  all(): PassiveSession[] {
    return [...this.#byDiscriminator.values()].map(({ session }) => session);
  }

  /** The sessions that name a FEC. */
  withFec(fec: Fec): PassiveSession[] {
    return this.all().filter(({ fecs }) => fecs.some((one) => sameFec(one, fec)));
  }

  /** The session that is missed least where one has to make room: withdrawn, or coming for too long. */
  leastMissed(nowUs: number): PassiveSession | null {
    const [withdrawn] = this.#withdrawn;
    const [coming] = this.#coming;
    const overdue = coming !== undefined && nowUs - coming.createdUs >= COMING_GRACE_US ? coming : null;
    return (withdrawn ?? overdue)?.session ?? null;
  }

  /** Adds a session, for which there is none yet. */
  add(session: PassiveSession, nowUs: number): void {
    const entry: Entry = { session, key: keyOf(session), createdUs: nowUs, phase: 'coming' };
    this.#byKey.set(entry.key, entry);
    this.#byDiscriminator.set(session.localDiscriminator, entry);
    this.#perPeer.set(session.peer, this.countOf(session.peer) + 1);
    this.#coming.add(entry);
    this.#keep(entry, nowUs);
  }

  /** An echo request has asked for the session again: its time begins anew. */
  refresh(session: PassiveSession, nowUs: number): void {
    const entry = this.#byDiscriminator.get(session.localDiscriminator);
    if (entry !== undefined && entry.phase !== 'up') {
      this.#keep(entry, nowUs);
    }
  }

  /** The session has come Up, or is Up no more. */
  changed(localDiscriminator: number, up: boolean, nowUs: number): void {
    const entry = this.#byDiscriminator.get(localDiscriminator);
    if (entry === undefined || entry.phase === 'withdrawn') {
      return;
    }
    if (up) {
      entry.phase = 'up';
      this.#coming.delete(entry);
      this.#deletions.clear(entry);
    } else if (entry.phase === 'up') {
      entry.phase = 'down';
      this.#keep(entry, nowUs);
    }
  }

  /**
   * RFC 7726 §2.3: the ingress has said Down with diagnostic 7. The session is kept for a while to be seen;
   * an echo request with the same identity makes another.
   *
   * @returns whether that is news
   */
  withdraw(localDiscriminator: number, nowUs: number): boolean {
    const entry = this.#byDiscriminator.get(localDiscriminator);
    if (entry === undefined || entry.phase === 'withdrawn') {
      return false;
    }
    this.#stopCounting(entry);
    entry.phase = 'withdrawn';
    this.#withdrawn.add(entry);
    this.#keep(entry, nowUs);
    return true;
  }

  /** Removes a session; null when there is none. */
  remove(localDiscriminator: number): PassiveSession | null {
    const entry = this.#byDiscriminator.get(localDiscriminator);
    if (entry === undefined) {
      return null;
    }
    if (entry.phase !== 'withdrawn') {
      this.#stopCounting(entry);
    }
    this.#withdrawn.delete(entry);
    this.#byDiscriminator.delete(localDiscriminator);
    this.#deletions.clear(entry);
    return entry.session;
  }

  /** Another delay: it holds for what begins to wait from now on. */
  setDeleteDelay(deleteDelayUs: number): void {
    this.#deleteDelayUs = deleteDelayUs;
  }

  /** A session whose time is over, or null; to be removed. */
  takeExpired(nowUs: number): PassiveSession | null {
    return this.#deletions.take(nowUs)?.session ?? null;
  }

  /** When the next session's time is over; Infinity when none is waiting. */
  nextExpiry(): number {
    return this.#deletions.next();
  }

  /** The session is its ingress's no more: not found by what it asks for, not counted for its peer. */
  #stopCounting(entry: Entry): void {
    const { peer } = entry.session;
    this.#byKey.delete(entry.key);
    this.#coming.delete(entry);
    const left = this.countOf(peer) - 1;
    if (left > 0) {
      this.#perPeer.set(peer, left);
    } else {
      this.#perPeer.delete(peer);
    }
  }

  #keep(entry: Entry, nowUs: number): void {
    this.#deletions.set(entry, nowUs + this.#deleteDelayUs);
  }
}

function keyOf({ peer, fecs, remoteDiscriminator }: PassiveSessionIdentity): string {
  return `${peer} ${fecs.map(fecText).join(' ')} ${remoteDiscriminator}`;
}

function fecText(fec: Fec): string {
  return fec.type === 'nil' ? `nil:${fec.label}` : `${fec.type}:${formatPrefix(fec.prefix)}`;
}
