/**
 * The BFD engine: all sessions of this host, without any I/O. Packets, time and what is wanted come in
 * by calls; packets go out through a `Transmitter`, news through `onEvent`. It reconciles: whatever the
 * former state was, after `set` and `remove` the wanted sessions exist and run with the wanted values.
 * Sessions are made by their owner alone, never by a packet.
 *
 * Times are absolute microseconds of one monotonic clock, except where the name says `Ms`.
 */
import { InterfaceTable, type Interfaces } from '../../net/interface-table.js';
import type { ReceivedDatagram } from '../../net/received-datagram.js';
import type { Transmitter } from '../../net/transmitter.js';
import type { Digest } from '../auth/authentication.js';
import { MAX_CONTROL_PACKET_BYTES } from '../auth/authenticator.js';
import { CONTROL_PACKET_BYTES, type ControlPacket } from '../packet/control-packet.js';
import type { DiscardReason } from '../packet/discard-reason.js';
import { stateName, type SessionState } from '../packet/session-state.js';
import type { SessionEffect } from '../session/effects.js';
import { Session } from '../session/session.js';
import { Demultiplexer } from './demultiplexer.js';
import { DiscardCounters } from './discard-counters.js';
import { Discriminators } from './discriminators.js';
import { EngineSession, sessionParameters } from './engine-session.js';
import { jitterDraw } from './jitter-draw.js';
import type {
  DesiredSession,
  EngineEvent,
  RefusedSession,
  SessionKey,
  SessionReport,
} from './session-model.js';
import {
  ipv4Text,
  readEndpoints,
  resolvePath,
  sameEndpoints,
  samePath,
  type Endpoints,
} from './session-path.js';
import { SessionTable } from './session-table.js';
import { findWay, type Way } from './session-way.js';
import { TimerWheel } from './timer-wheel.js';

/** What an engine is made from. */
export interface EngineOptions {
  readonly transmitter: Transmitter;
  /** A random integer from 0 to 2^32 - 1, from a generator that cannot be foretold. */
  readonly random: () => number;
  /** For sessions with authentication. */
  readonly digest: Digest;
  /** Milliseconds since 1970, for what operators read. */
  readonly wallClockMs: () => number;
  /** Called for every change of state of a wanted session, within the call that caused it. */
  readonly onEvent: (event: EngineEvent) => void;
  readonly nowUs: number;
}

/** Deadlines are met within one tick of the timer wheel. */
const TICK_US = 1000;
/** A path that could not be opened for want of something that no news will tell of is tried again. */
const RETRY_US = 1_000_000;

/** See the top of the file. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #table = new SessionTable();
  readonly #discriminators: Discriminators;
  readonly #wheel: TimerWheel;
  readonly #discards = new DiscardCounters();
  readonly #demultiplexer = new Demultiplexer(this.#table, this.#discards);
  readonly #packet = new Uint8Array(MAX_CONTROL_PACKET_BYTES);
  readonly #plainPacket = this.#packet.subarray(0, CONTROL_PACKET_BYTES);
  #interfaces: Interfaces = new InterfaceTable();

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#discriminators = new Discriminators(options.random);
    this.#wheel = new TimerWheel(tickBefore(options.nowUs));
  }

  /** The keys of the wanted sessions. */
  keys(): readonly SessionKey[] {
    return this.#table.keys();
  }

  /** Null: there is no such session. */
  report(key: SessionKey): SessionReport | null {
    return this.#table.get(key)?.report() ?? null;
  }

  /** Packets thrown away so far, by reason. */
  discards(): ReadonlyMap<DiscardReason, number> {
    return this.#discards.snapshot();
  }

  /**
   * Creates and changes sessions until they are as wanted. One whose endpoints change is made anew.
   * A session that is refused leaves what had its key before as it was.
   */
  set(sessions: readonly DesiredSession[], nowUs: number): readonly RefusedSession[] {
    const refused: RefusedSession[] = [];
    for (const desired of sessions) {
      const reason = this.#setOne(desired, nowUs);
      if (reason !== null) {
        refused.push({ key: desired.key, reason });
      }
    }
    return refused;
  }

  /**
   * The sessions are wanted no more: each goes to AdminDown, tells its peer for a detection time
   * (RFC 5880 §6.8.16) and vanishes. Its key and endpoints are free at once.
   */
  remove(keys: readonly SessionKey[], nowUs: number): void {
    for (const key of keys) {
      const entry = this.#table.get(key);
      if (entry !== null) {
        this.#leave(entry, nowUs);
      }
    }
  }

  /** All sessions tell their peers AdminDown, now, and no more comes: the engine is about to end. */
  shutDown(nowUs: number): void {
    for (const entry of this.#table.all()) {
      this.#obey(entry, entry.session.command({ type: 'admin-down' }, nowUs));
    }
  }

  /** Says AdminDown once more, as a packet may be lost. To be called after `shutDown`. */
  repeatShutDown(): void {
    for (const entry of this.#table.all()) {
      this.#transmit(entry, false);
    }
  }

  /** The host's interfaces or addresses are others: paths appear, move and go. */
  interfacesChanged(interfaces: Interfaces, nowUs: number): void {
    this.#interfaces = interfaces;
    for (const entry of this.#table.all()) {
      this.#updatePath(entry, nowUs);
    }
  }

  /** A datagram for the BFD port. */
  handleDatagram(datagram: ReceivedDatagram, nowUs: number): void {
    const entry = this.#demultiplexer.accept(datagram);
    if (entry !== null) {
      this.#handlePacket(entry, this.#demultiplexer.packet, datagram.bytes, nowUs);
    }
  }

  /**
   * Does what is due at `nowUs`. Packets have been handed over as far as they had arrived at
   * `receivedUntilUs`: nobody is declared silent for a time beyond that.
   */
  handleTimers(nowUs: number, receivedUntilUs: number): void {
    this.#wheel.advance(tickBefore(nowUs), (timer) => {
      const entry = this.#table.byTimer(timer);
      if (entry !== null) {
        this.#handleTimer(entry, nowUs, receivedUntilUs);
      }
    });
  }

  /** When `handleTimers` is next to be called; null: only packets and calls can bring work. */
  nextDeadlineUs(): number | null {
    const tick = this.#wheel.nextTick();
    return tick === null ? null : tick * TICK_US;
  }

  /** Null: done; else why not. */
  #setOne(desired: DesiredSession, nowUs: number): string | null {
    const endpoints = readEndpoints(desired);
    if (!endpoints.ok) {
      return endpoints.error;
    }
    const present = this.#table.get(desired.key);
    if (present !== null && sameEndpoints(present.endpoints, endpoints.value)) {
      present.desired = desired;
      const parameters = sessionParameters(desired, this.#options.wallClockMs());
      this.#obey(present, present.session.command({ type: 'set-parameters', parameters }, nowUs));
      return null;
    }
    return this.#replace(present, desired, endpoints.value, nowUs);
  }

  #replace(
    present: EngineSession | null,
    desired: DesiredSession,
    endpoints: Endpoints,
    nowUs: number,
  ): string | null {
    const way = this.#findWay(desired.key, endpoints);
    if (way.type === 'none' && way.refuse) {
      return way.reason;
    }
    if (present !== null) {
      this.#leave(present, nowUs);
    }
    const entry = this.#create(desired, endpoints, nowUs);
    this.#table.add(entry);
    this.#useWay(entry, way, nowUs);
    this.#schedule(entry);
    return null;
  }

  #create(desired: DesiredSession, endpoints: Endpoints, nowUs: number): EngineSession {
    const session: Session = new Session({
      localDiscriminator: this.#discriminators.take(),
      parameters: sessionParameters(desired, this.#options.wallClockMs()),
      random: () => jitterDraw(session, this.#options.random(), TICK_US),
      randomUint32: this.#options.random,
      digest: this.#options.digest,
      nowUs,
    });
    return new EngineSession(desired, endpoints, session, this.#wheel.add(), this.#options.wallClockMs());
  }

  #findWay(key: SessionKey, endpoints: Endpoints): Way {
    const { transmitter } = this.#options;
    return findWay(key, endpoints, { interfaces: this.#interfaces, table: this.#table, transmitter });
  }

  #useWay(entry: EngineSession, way: Way, nowUs: number): void {
    if (way.type === 'none') {
      entry.obstacle = way.reason;
      entry.retryAtUs = way.retry ? nowUs + RETRY_US : Infinity;
      if (!entry.session.pathDown) {
        this.#obey(entry, entry.session.command({ type: 'path-down' }, nowUs));
      }
      return;
    }
    // Two sessions that speak to one peer would contradict each other: the one that leaves falls silent.
    const former = this.#table.leaving(way.demultiplexingKey);
    if (former !== null) {
      this.#vanish(former);
    }
    entry.path = way.path;
    entry.channel = way.channel;
    entry.obstacle = null;
    entry.retryAtUs = Infinity;
    this.#table.bind(entry, way.demultiplexingKey);
    this.#obey(entry, entry.session.command({ type: 'path-up' }, nowUs));
  }

  /** Keeps the way out if it still is the right one, else closes it and looks for another. */
  #updatePath(entry: EngineSession, nowUs: number): void {
    const resolved = resolvePath(entry.endpoints, this.#interfaces);
    if (entry.path !== null && resolved.ok && samePath(entry.path, resolved.value.path)) {
      return;
    }
    if (entry.leaving) {
      this.#vanish(entry);
      return;
    }
    if (entry.channel !== null) {
      this.#closeWay(entry);
      this.#obey(entry, entry.session.command({ type: 'path-down' }, nowUs));
    }
    this.#useWay(entry, this.#findWay(entry.desired.key, entry.endpoints), nowUs);
    this.#schedule(entry);
  }

  #closeWay(entry: EngineSession): void {
    entry.channel?.close();
    entry.channel = null;
    entry.path = null;
    this.#table.unbind(entry);
  }

  #leave(entry: EngineSession, nowUs: number): void {
    const heard = entry.session.remoteDiscriminator !== 0;
    entry.removeAtUs = nowUs;
    this.#table.letLeave(entry);
    this.#obey(entry, entry.session.command({ type: 'admin-down' }, nowUs));
    if (entry.channel === null || !heard) {
      this.#vanish(entry);
      return;
    }
    entry.removeAtUs = nowUs + entry.session.remoteDetectionTimeUs;
    this.#schedule(entry);
  }

  #vanish(entry: EngineSession): void {
    this.#table.delete(entry);
    entry.channel?.close();
    entry.channel = null;
    this.#wheel.remove(entry.timer);
    this.#discriminators.release(entry.session.localDiscriminator);
  }

  #handlePacket(entry: EngineSession, packet: ControlPacket, bytes: Uint8Array, nowUs: number): void {
    const effects = entry.session.handlePacket(packet, bytes, nowUs);
    entry.statistics.receivedPackets += 1;
    if (effects[0]?.type !== 'discarded') {
      entry.lastReceivedUs = nowUs;
    }
    this.#obey(entry, effects);
  }

  #handleTimer(entry: EngineSession, nowUs: number, receivedUntilUs: number): void {
    if (entry.removeAtUs <= nowUs) {
      this.#vanish(entry);
      return;
    }
    if (entry.retryAtUs <= nowUs) {
      this.#updatePath(entry, nowUs);
    }
    if (mayHaveSpoken(entry, nowUs, receivedUntilUs)) {
      this.#wheel.set(entry.timer, tickBefore(nowUs) + 1);
    } else if (entry.session.pollTimeout() <= nowUs) {
      this.#obey(entry, entry.session.handleTimeout(nowUs));
    } else {
      this.#schedule(entry);
    }
  }

  /** Carries out what the session asks for, and sees to its next deadline. */
  #obey(entry: EngineSession, effects: readonly SessionEffect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'transmit':
          this.#transmit(entry, effect.final);
          break;
        case 'state-changed':
          this.#tellChange(entry, effect.from, effect.to);
          break;
        case 'discarded':
          this.#discards.count(effect.reason);
          entry.statistics.invalidPackets += 1;
          break;
        case 'interval-changed':
        case 'transmit-echo':
          break;
      }
    }
    this.#schedule(entry);
  }

  #transmit(entry: EngineSession, final: boolean): void {
    if (entry.channel === null) {
      return;
    }
    const length = entry.session.writeControlPacket(this.#packet, 0, final);
    const packet = length === CONTROL_PACKET_BYTES ? this.#plainPacket : this.#packet.subarray(0, length);
    if (entry.channel.send(packet)) {
      entry.statistics.sentPackets += 1;
    } else {
      entry.statistics.failedSends += 1;
    }
  }

  #tellChange(entry: EngineSession, from: SessionState, to: SessionState): void {
    const timeMs = this.#options.wallClockMs();
    const previousChangeMs = entry.lastChangeMs;
    entry.countTransition(from, to, timeMs);
    if (!entry.leaving) {
      this.#options.onEvent({
        type: 'state-change',
        key: entry.desired.key,
        timeMs,
        from: stateName(from),
        to: stateName(to),
        localDiagnostic: entry.session.localDiagnostic,
        previousChangeMs,
        sourceAddress: entry.path === null ? null : ipv4Text(entry.path.source),
        report: entry.report(),
      });
    }
  }

  /**
   * A timer that is set for an earlier tick stays: it is cheaper to look at the session once too often
   * than to move its timer with every packet.
   */
  #schedule(entry: EngineSession): void {
    const tick = Math.ceil(entry.deadlineUs / TICK_US);
    const set = this.#wheel.deadline(entry.timer);
    if (tick !== Infinity && (set === null || set > tick)) {
      this.#wheel.set(entry.timer, tick);
    }
  }
}

function tickBefore(timeUs: number): number {
  return Math.floor(timeUs / TICK_US);
}

/** The peer seems silent, but a packet from it may have arrived that has not been read. */
function mayHaveSpoken(entry: EngineSession, nowUs: number, receivedUntilUs: number): boolean {
  const silentAtUs = entry.session.detectionDeadlineUs;
  return silentAtUs <= nowUs && silentAtUs > receivedUntilUs;
}
