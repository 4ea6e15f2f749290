/**
 * The BFD engine: all sessions of this host, without any I/O. Packets, time and what is wanted come in
 * by calls; packets go out through a `Transmitter`, news through `onEvent`. It reconciles: whatever the
 * former state was, after `set` and `remove` the wanted sessions exist and run with the wanted values.
 * Sessions are made by their owner alone, never by a packet.
 *
 * Times are absolute microseconds of one monotonic clock, except where the name says `Ms`.
 */
import type { AddressFamily } from '../../net/host-address.js';
import type { Interfaces } from '../../net/interface-table.js';
import type { GlancedDatagram, ReceivedDatagram } from '../../net/received-datagram.js';
import { ALONE, type Shard } from '../../net/shard-steering.js';
import type { Transmitter } from '../../net/transmitter.js';
import type { Digest } from '../auth/authentication.js';
import type { DiscardReason } from '../packet/discard-reason.js';
import { FlightRecorder } from '../recorder/flight-recorder.js';
import { SessionRows } from '../session/session-rows.js';
import { Demultiplexer } from './demultiplexer.js';
import { DiscardCounters } from './discard-counters.js';
import type { EngineSession } from './engine-session.js';
import { ExternalSessions } from './external-sessions.js';
import { SessionDriver } from './session-driver.js';
import { ECHO_PORT, SessionEchoes } from './session-echoes.js';
import type {
  DesiredSession,
  EngineEvent,
  RefusedSession,
  SessionKey,
  SessionReport,
} from './session-model.js';
import { readEndpoints, sameEndpoints, type Endpoints } from './session-path.js';
import { SessionRoster } from './session-roster.js';
import { SessionTable } from './session-table.js';
import { SessionWays } from './session-ways.js';
import { SteadyPath } from './steady-path.js';
import { TICK_US, tickBefore, TimerWheel } from './timer-wheel.js';

/** What an engine is made from. */
export interface EngineOptions {
  readonly transmitter: Transmitter;
  /** Whether the kernel forwards packets of a family that come in by an interface. */
  readonly forwards: (interfaceName: string, family: AddressFamily) => boolean;
  /** A random integer from 0 to 2^32 - 1, from a generator that cannot be foretold. */
  readonly random: () => number;
  /** For sessions with authentication. */
  readonly digest: Digest;
  /** Milliseconds since 1970, for what operators read and the lifetimes of keys. */
  readonly wallClockMs: () => number;
  /** How many packets have found the buffers of the host's BFD sockets full so far. */
  readonly lostPackets: () => number;
  /** Called for every change of state of a wanted session, within the call that caused it. */
  readonly onEvent: (event: EngineEvent) => void;
  readonly nowUs: number;
  /** Which of several engines this is; the only one when not given. */
  readonly shard?: Shard;
}

/** See the top of the file. */
export class Engine {
  /** Sessions whose packets travel by ways that their makers provide. */
  readonly external: ExternalSessions;
  readonly #transmitter: Transmitter;
  readonly #table = new SessionTable();
  readonly #discards = new DiscardCounters();
  readonly #demultiplexer = new Demultiplexer(this.#table, this.#discards);
  readonly #recorder: FlightRecorder;
  readonly #wheel: TimerWheel;
  readonly #driver: SessionDriver;
  readonly #roster: SessionRoster;
  readonly #echoes: SessionEchoes;
  readonly #steady: SteadyPath;
  readonly #ways: SessionWays;

  constructor(options: EngineOptions) {
    const { digest, onEvent, random, transmitter, wallClockMs } = options;
    const table = this.#table;
    const rows = new SessionRows();
    const recorder = new FlightRecorder(rows, options.lostPackets);
    this.#recorder = recorder;
    const wheel = new TimerWheel(tickBefore(options.nowUs));
    const echoes = new SessionEchoes({ table, transmitter, forwards: options.forwards });
    const steady = new SteadyPath(table, rows, wheel, random);
    const driver = new SessionDriver({
      wheel,
      steady,
      discards: this.#discards,
      echoes,
      recorder,
      wallClockMs,
      onEvent,
    });
    const roster = new SessionRoster({
      table,
      wheel,
      driver,
      rows,
      random,
      digest,
      wallClockMs,
      carriesEcho: transmitter.echoObstacle === null,
      shard: options.shard ?? ALONE,
    });
    this.#echoes = echoes;
    this.#steady = steady;
    this.#transmitter = transmitter;
    this.#wheel = wheel;
    this.#driver = driver;
    this.#roster = roster;
    this.external = new ExternalSessions({ demultiplexer: this.#demultiplexer, driver, roster });
    this.#ways = new SessionWays({ transmitter, table, driver, roster, echoes });
  }

  /** The keys of the wanted sessions, without external ones. */
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
        this.#roster.leave(entry, nowUs);
      }
    }
  }

  /** All sessions tell their peers AdminDown, now, and no more comes: the engine is about to end. */
  shutDown(nowUs: number): void {
    for (const entry of this.#table.all()) {
      this.#driver.command(entry, { type: 'admin-down' }, nowUs);
    }
  }

  /** Says AdminDown once more, as a packet may be lost. To be called after `shutDown`. */
  repeatShutDown(): void {
    for (const entry of this.#table.all()) {
      this.#driver.transmit(entry, false);
    }
  }

  /** The host's interfaces or addresses are others: paths appear, move and go. */
  interfacesChanged(interfaces: Interfaces, nowUs: number): void {
    this.#ways.interfacesChanged(interfaces, nowUs);
  }

  /**
   * A datagram, at a glance: false when it is to be handed to `handleDatagram`. True: it was one more of a
   * session that runs steadily, and is done with.
   */
  handleRepeated(datagram: GlancedDatagram, nowUs: number): boolean {
    this.#recorder.datagram(datagram, datagram.four, nowUs);
    return this.#steady.receive(datagram, nowUs);
  }

  /** A datagram for one of the BFD ports. */
  handleDatagram(datagram: ReceivedDatagram, nowUs: number): void {
    this.#recorder.datagram(datagram, datagram.source.length === 4, nowUs);
    if (datagram.destinationPort === ECHO_PORT) {
      this.#handleEcho(datagram, nowUs);
      return;
    }
    const entry = this.#demultiplexer.accept(datagram, nowUs);
    if (entry !== null) {
      this.#driver.handlePacket(entry, this.#demultiplexer.packet, datagram.bytes, nowUs);
    }
  }

  /**
   * Does what is due at `nowUs`. Packets have been handed over as far as they had arrived at
   * `receivedUntilUs`: nobody is declared silent for a time beyond that.
   */
  handleTimers(nowUs: number, receivedUntilUs: number): void {
    this.#recorder.worked(nowUs);
    this.#wheel.advance(tickBefore(nowUs), (slot) => {
      const entry = this.#steady.handleTimer(slot, nowUs) ? null : this.#table.bySlot(slot);
      if (entry !== null) {
        this.#handleTimer(entry, nowUs, receivedUntilUs);
      }
    });
  }

  /** When `handleTimers` is next to be called; null: only packets and calls can bring work. */
  nextDeadlineUs(): number | null {
    const tick = this.#wheel.nextTick();
    const deadlineUs = tick === null ? null : tick * TICK_US;
    // Who comes later than that is late.
    this.#recorder.awaits(deadlineUs ?? Infinity);
    return deadlineUs;
  }

  /** Hands to the kernel what was sent and still waits: to be called after any of the other calls. */
  flush(): void {
    this.#transmitter.flush();
  }

  #handleEcho(datagram: ReceivedDatagram, nowUs: number): void {
    const entry = this.#echoes.accept(datagram, nowUs);
    if (entry !== null) {
      this.#driver.schedule(entry);
    }
  }

  /** Null: done; else why not. */
  #setOne(desired: DesiredSession, nowUs: number): string | null {
    const endpoints = readEndpoints(desired);
    if (!endpoints.ok) {
      return endpoints.error;
    }
    const present = this.#table.get(desired.key);
    if (present === null || !sameEndpoints(present.endpoints, endpoints.value)) {
      return this.#replace(present, desired, endpoints.value, nowUs);
    }
    present.desired = desired;
    present.channel?.setTtl(present.transmitTtl);
    this.#echoes.update(present);
    this.#roster.setParameters(present, nowUs);
    return null;
  }

  #replace(
    present: EngineSession | null,
    desired: DesiredSession,
    endpoints: Endpoints,
    nowUs: number,
  ): string | null {
    const way = this.#ways.find(desired.key, endpoints);
    if (way.type === 'none' && way.refuse) {
      return way.reason;
    }
    if (present !== null) {
      this.#roster.leave(present, nowUs);
    }
    const entry = this.#roster.create(desired, endpoints, nowUs);
    this.#ways.use(entry, way, nowUs);
    this.#driver.schedule(entry);
    return null;
  }

  #handleTimer(entry: EngineSession, nowUs: number, receivedUntilUs: number): void {
    if (entry.removeAtUs <= nowUs) {
      this.#roster.vanish(entry);
      return;
    }
    if (entry.retryAtUs <= nowUs) {
      this.#ways.update(entry, nowUs);
    }
    if (entry.keysChangeAtUs <= nowUs) {
      this.#roster.setParameters(entry, nowUs);
    }
    this.#driver.handleTimer(entry, nowUs, receivedUntilUs);
  }
}
