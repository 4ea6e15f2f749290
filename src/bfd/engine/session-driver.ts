import { MAX_CONTROL_PACKET_BYTES } from '../auth/authenticator.js';
import type { ControlPacket } from '../packet/control-packet.js';
import { SessionState, stateName } from '../packet/session-state.js';
import type { FlightRecorder } from '../recorder/flight-recorder.js';
import { NOTHING_NEW, type SessionEffect } from '../session/effects.js';
import type { SessionCommand } from '../session/parameters.js';
import type { DiscardCounters } from './discard-counters.js';
import type { EngineSession } from './engine-session.js';
import { count, countTransition, lastChangeMs } from './session-counters.js';
import type { SessionEchoes } from './session-echoes.js';
import type { EngineEvent } from './session-model.js';
import type { SteadyPath } from './steady-path.js';
import { tickBefore, tickFor, type TimerWheel } from './timer-wheel.js';

/** How long a session that may have spoken is let alone at most. */
const RETRY_MAX_US = 20_000;

/** What a driver works with. */
export interface DriverOptions {
  readonly wheel: TimerWheel;
  readonly discards: DiscardCounters;
  readonly recorder: FlightRecorder;
  readonly echoes: SessionEchoes;
  readonly steady: SteadyPath;
  /** Milliseconds since 1970, for what operators read. */
  readonly wallClockMs: () => number;
  readonly onEvent: (event: EngineEvent) => void;
}

/** Hands packets, time and commands to sessions, and carries out what they ask for. */
export class SessionDriver {
  readonly #options: DriverOptions;
  readonly #packet = new Uint8Array(MAX_CONTROL_PACKET_BYTES);

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  command(entry: EngineSession, command: SessionCommand, nowUs: number): void {
    this.#obey(entry, entry.session.command(command, nowUs), nowUs);
  }

  /** @param bytes what the packet was read from */
  handlePacket(entry: EngineSession, packet: ControlPacket, bytes: Uint8Array, nowUs: number): void {
    const effects = entry.session.handlePacket(packet, bytes, nowUs);
    count(entry, 'receivedPackets');
    if (effects !== NOTHING_NEW) {
      this.#obey(entry, effects, nowUs);
      if (effects[0]?.type === 'discarded') {
        return;
      }
    }
    this.#options.recorder.received(entry.slot, nowUs);
    this.#options.steady.learn(entry, packet, bytes);
  }

  /** Packets have been handed over as far as they had arrived at `receivedUntilUs`. */
  handleTimer(entry: EngineSession, nowUs: number, receivedUntilUs: number): void {
    if (mayHaveSpoken(entry, nowUs, receivedUntilUs)) {
      // The further reading is behind, the later: thousands that are looked at each tick would keep it there.
      const laterUs = Math.min((nowUs - receivedUntilUs) / 2, RETRY_MAX_US);
      this.#options.wheel.set(entry.slot, tickBefore(nowUs + laterUs) + 1);
    } else {
      this.#obey(entry, entry.session.handleTimeout(nowUs), nowUs);
    }
  }

  /** Sends what the session has to say, now. */
  transmit(entry: EngineSession, final: boolean): void {
    if (entry.channel !== null) {
      const length = entry.session.writeControlPacket(this.#packet, 0, final);
      entry.channel.send(this.#packet, length);
      count(entry, 'sentPackets');
    }
  }

  /**
   * Sees to the next deadline of the session. A timer that is set for an earlier tick stays: it is cheaper
   * to look at the session once too often than to move its timer with every packet.
   */
  schedule(entry: EngineSession): void {
    const { wheel } = this.#options;
    const { deadlineUs } = entry;
    const urgent = deadlineUs === entry.session.detectionDeadlineUs;
    const tick = tickFor(deadlineUs, urgent);
    const set = wheel.deadline(entry.slot);
    if (tick !== Infinity && (set === null || set > tick)) {
      wheel.set(entry.slot, tick);
    }
  }

  #obey(entry: EngineSession, effects: readonly SessionEffect[], nowUs: number): void {
    const { recorder } = this.#options;
    let repeats = false;
    for (const effect of effects) {
      switch (effect.type) {
        case 'transmit':
          this.transmit(entry, effect.final);
          recorder.sent(entry.slot, nowUs);
          repeats = !effect.final;
          break;
        case 'state-changed':
          this.#tellChange(entry, effect.from, effect.to, nowUs);
          break;
        case 'discarded':
          this.#options.discards.count(effect.reason);
          count(entry, 'invalidPackets');
          entry.refuse(effect.reason);
          break;
        case 'interval-changed':
          recorder.intervalsChanged(entry.slot, entry.session);
          break;
        case 'transmit-echo':
          this.#options.echoes.transmit(entry);
          break;
      }
    }
    this.#options.steady.expect(entry, repeats);
    this.schedule(entry);
  }

  #tellChange(entry: EngineSession, from: SessionState, to: SessionState, nowUs: number): void {
    const { recorder } = this.#options;
    const timeMs = this.#options.wallClockMs();
    recorder.changed(entry.slot, from, to, entry.session, nowUs);
    if (from === SessionState.Up) {
      entry.downRecord = recorder.freeze(entry.slot, entry.session, entry.refused, timeMs, nowUs);
    }
    const previousChangeMs = lastChangeMs(entry);
    countTransition(entry, from, to, timeMs);
    if (!entry.leaving) {
      this.#options.onEvent({
        type: 'state-change',
        key: entry.desired.key,
        timeMs,
        from: stateName(from),
        to: stateName(to),
        localDiagnostic: entry.session.localDiagnostic,
        previousChangeMs,
        sourceAddress: entry.path?.source.text ?? null,
        report: entry.report(),
      });
    }
  }
}

/** The peer seems silent, but a packet from it may have arrived that has not been read. */
function mayHaveSpoken(entry: EngineSession, nowUs: number, receivedUntilUs: number): boolean {
  const silentAtUs = entry.session.detectionDeadlineUs;
  return silentAtUs <= nowUs && silentAtUs > receivedUntilUs;
}
