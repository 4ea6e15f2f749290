import type { PacketArrival, SessionType } from '../types/session-type.js';
import { DiscriminatorIndex, wordOf } from './discriminator-index.js';
import type { EngineSession } from './engine-session.js';
import type { SessionKey } from './session-model.js';

/** The sessions of an engine, by each of the names under which one is looked for. */
export class SessionTable {
  readonly #byKey = new Map<SessionKey, EngineSession>();
  readonly #slots = new DiscriminatorIndex();
  readonly #bySlot: (EngineSession | null)[] = [];
  readonly #byDemultiplexingKey = new Map<string, EngineSession>();
  /** Those that are no longer wanted and still tell their peer, by the key they had. */
  readonly #leaving = new Map<string, EngineSession>();

  /** Of those that were asked for; external ones are not among them. */
  keys(): readonly SessionKey[] {
    return [...this.#byKey].flatMap(([key, { external }]) => (external === null ? [key] : []));
  }

  get(key: SessionKey): EngineSession | null {
    return this.#byKey.get(key) ?? null;
  }

  /** The wanted ones and those that are leaving. */
  all(): readonly EngineSession[] {
    return this.#bySlot.filter((entry) => entry !== null);
  }

  byDiscriminator(discriminator: number): EngineSession | null {
    return this.bySlot(this.slotOf(wordOf(discriminator)));
  }

  /** The slot of a discriminator, given as `DiscriminatorIndex` takes it; -1: there is none. */
  slotOf(discriminatorWord: number): number {
    return this.#slots.find(discriminatorWord);
  }

  bySlot(slot: number): EngineSession | null {
    return this.#bySlot[slot] ?? null;
  }

  /** The session whose packets arrive like this when they have no Your Discriminator. */
  byDemultiplexingKey(type: SessionType, arrival: PacketArrival): EngineSession | null {
    return this.bound(arrivalKey(type, arrival));
  }

  /** The session that packets without Your Discriminator are of which arrive under this key. */
  bound(demultiplexingKey: string): EngineSession | null {
    return this.#byDemultiplexingKey.get(demultiplexingKey) ?? null;
  }

  /** The session that left these endpoints last, and still says so. */
  leaving(demultiplexingKey: string): EngineSession | null {
    return this.#leaving.get(demultiplexingKey) ?? null;
  }

  add(entry: EngineSession): void {
    this.#byKey.set(entry.desired.key, entry);
    this.#slots.add(entry.session.localDiscriminator, entry.slot);
    while (this.#bySlot.length < entry.slot) {
      this.#bySlot.push(null);
    }
    this.#bySlot[entry.slot] = entry;
  }

  /** Packets without Your Discriminator that arrive under this key are the session's. */
  bind(entry: EngineSession, demultiplexingKey: string): void {
    entry.demultiplexingKey = demultiplexingKey;
    this.#byDemultiplexingKey.set(demultiplexingKey, entry);
  }

  unbind(entry: EngineSession): void {
    const key = entry.demultiplexingKey;
    if (key !== null) {
      entry.demultiplexingKey = null;
      if (this.#byDemultiplexingKey.get(key) === entry) {
        this.#byDemultiplexingKey.delete(key);
      }
      if (this.#leaving.get(key) === entry) {
        this.#leaving.delete(key);
      }
    }
  }

  /** The session gives its names to whoever comes next, and is found by its discriminator alone. */
  letLeave(entry: EngineSession): void {
    this.#byKey.delete(entry.desired.key);
    const key = entry.demultiplexingKey;
    if (key !== null) {
      this.#byDemultiplexingKey.delete(key);
      this.#leaving.set(key, entry);
    }
  }

  delete(entry: EngineSession): void {
    this.unbind(entry);
    if (this.#byKey.get(entry.desired.key) === entry) {
      this.#byKey.delete(entry.desired.key);
    }
    this.#slots.delete(entry.session.localDiscriminator);
    this.#bySlot[entry.slot] = null;
  }
}

/** The name by which a session is found when a packet carries no Your Discriminator. */
export function arrivalKey(type: SessionType, arrival: PacketArrival): string {
  // Joined, as texts that are added up keep all their parts.
  return [type.name, type.demultiplexingKey(arrival)].join(' ');
}
