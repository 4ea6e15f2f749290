/**
 * Keeps what an engine needs to say why a session went down: per session the times of its last packets
 * and changes, for the whole host when it stood still and lost packets. Nothing is allocated while
 * sessions run; a record is made when one goes down.
 */
import { stateName, type SessionState } from '../packet/session-state.js';
import type { SessionRows } from '../session/session-rows.js';
import type { Session } from '../session/session.js';
import type { DownRecord } from './down-record.js';
import { HostRecorder } from './host-recorder.js';
import { LossWatch, type CountedDatagram } from './loss-watch.js';
import type { RefusedPackets } from './refusals.js';
import { SessionRings } from './session-rings.js';
import { judge } from './verdict.js';

/** So much before the fall is recorded of what befell the host, at least. */
const HISTORY_US = 1_000_000;
/** So many standstills and drops are told at most, the latest; all count for the verdict. */
const TOLD = 8;

/** See the top of the file. All times are microseconds of the engine's clock. */
export class FlightRecorder {
  readonly #rings: SessionRings;
  readonly #host = new HostRecorder();
  readonly #losses: LossWatch;

  /**
   * @param rows with a row for every session, named by its slot
   * @param lostPackets how many packets have found the buffers of this host's sockets full so far
   */
  constructor(rows: SessionRows, lostPackets: () => number) {
    this.#rings = new SessionRings(rows);
    this.#losses = new LossWatch(lostPackets);
  }

  /** A datagram has come in, by IPv4 or not; it may tell that others were lost. */
  datagram(datagram: CountedDatagram, four: boolean, nowUs: number): void {
    this.#noteLoss(this.#losses.datagram(datagram, four, nowUs), nowUs);
  }

  /** Work is due at `dueUs`, and none earlier; Infinity: none is. */
  awaits(dueUs: number): void {
    this.#host.awaits(dueUs);
  }

  /** What was due is done now. */
  worked(nowUs: number): void {
    this.#host.worked(nowUs);
  }

  /** The session has received a packet, and not discarded it. */
  received(slot: number, nowUs: number): void {
    this.#rings.received(slot, nowUs);
  }

  /** The session has sent a control packet. */
  sent(slot: number, nowUs: number): void {
    this.#rings.sent(slot, nowUs);
  }

  /** The intervals of the session are others. */
  intervalsChanged(slot: number, session: Session): void {
    this.#rings.setDetectionTimes(slot, session.detectionTimeUs, session.remoteDetectionTimeUs);
  }

  /** The session has changed its state; its intervals are recorded as they were before. */
  changed(slot: number, from: SessionState, to: SessionState, session: Session, nowUs: number): void {
    this.#rings.changed(slot, from, to, session.localDiagnostic, nowUs);
  }

  /**
   * What is known of a session that has just gone down, after `changed`.
   *
   * @param refused its packets that were refused since the last one that was not
   */
  freeze(
    slot: number,
    session: Session,
    refused: RefusedPackets | null,
    timeMs: number,
    nowUs: number,
  ): DownRecord {
    this.#noteLoss(this.#losses.look(nowUs), nowUs);
    const rings = this.#rings;
    const receivedAgoUs = rings.receivedAgoUs(slot, nowUs);
    const detectionTimeUs = rings.detectionTimeUs(slot);
    const remoteDetectionTimeUs = rings.remoteDetectionTimeUs(slot);
    const fromUs = nowUs - Math.max(HISTORY_US, 2 * detectionTimeUs, 2 * remoteDetectionTimeUs);
    const evidence = {
      localDiagnostic: session.localDiagnostic,
      remoteState: stateName(session.remoteState),
      remoteDiagnostic: session.remoteDiagnostic,
      silentForUs: receivedAgoUs[0] ?? null,
      detectionTimeUs,
      remoteDetectionTimeUs,
      sentAgoUs: rings.sentAgoUs(slot, nowUs),
      standstills: this.#host.standstills(fromUs, nowUs),
      drops: this.#host.drops(fromUs, nowUs),
      refusedPackets: refused?.packets ?? 0,
      refusedFor: refused?.reason ?? null,
      keyMissing: session.keyMissing,
    };
    return {
      timeMs,
      ...evidence,
      ...judge(evidence),
      standstills: evidence.standstills.slice(0, TOLD),
      drops: evidence.drops.slice(0, TOLD),
      receivedAgoUs,
      changes: rings.changes(slot, nowUs),
    };
  }

  #noteLoss(packets: number, nowUs: number): void {
    if (packets > 0) {
      this.#host.dropped(packets, nowUs);
    }
  }
}
