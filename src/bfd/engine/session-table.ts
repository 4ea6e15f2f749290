import type { PacketArrival, SessionType } from '../types/session-type.js';
import type { EngineSession } from './engine-session.js';
import type { SessionKey } from './session-model.js';

/** The sessions of an engine, by each of the names under which one is looked for. */
export class SessionTable {
  readonly #byKey = new Map<SessionKey, EngineSession>();
  /** Discriminators as signed numbers: those are small integers to the virtual machine, all 32 bits of them. */
  readonly #byDiscriminator = new Map<number, EngineSession>();
  readonly #byTimer = new Map<number, EngineSession>();
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
  all(): IterableIterator<EngineSession> {
    return this.#byTimer.values();
  }

  byDiscriminator(discriminator: number): EngineSession | null {
    return this.#byDiscriminator.get(discriminator | 0) ?? null;
  }

  byTimer(timer: number): EngineSession | null {
    return this.#byTimer.get(timer) ?? null;
  }

  /** The session whose packets arrive like this when they have no Your Discriminator. */
  byDemultiplexingKey(type: SessionType, arrival: PacketArrival): EngineSession | null {
    return this.#byDemultiplexingKey.get(arrivalKey(type, arrival)) ?? null;
  }

  /** The session that left these endpoints last, and still says so. */
  leaving(demultiplexingKey: string): EngineSession | null {
    return this.#leaving.get(demultiplexingKey) ?? null;
  }

  add(entry: EngineSession): void {
    this.#byKey.set(entry.desired.key, entry);
    this.#byDiscriminator.set(entry.session.localDiscriminator | 0, entry);
    this.#byTimer.set(entry.timer, entry);
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
    this.#byDiscriminator.delete(entry.session.localDiscriminator | 0);
    this.#byTimer.delete(entry.timer);
  }
}

/** The name by which a session is found when a packet carries no Your Discriminator. */
export function arrivalKey(type: SessionType, arrival: PacketArrival): string {
  return `${type.name} ${type.demultiplexingKey(arrival)}`;
}
