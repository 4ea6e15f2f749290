import type { TransmitChannel, TransmitPath } from '../../net/transmitter.js';
import { SessionState, stateName } from '../packet/session-state.js';
import type { DownRecord } from '../recorder/down-record.js';
import type { Session } from '../session/session.js';
import type { ExternalSession, ExternalWay } from './external-way.js';
import type { EchoChannels } from './session-echoes.js';
import type { DesiredSession, SessionReport } from './session-model.js';
import type { Endpoints } from './session-path.js';

/** A session with all that the engine keeps of it. Owned and changed by the engine alone. */
export class EngineSession {
  readonly endpoints: Endpoints;
  readonly session: Session;
  /** Its handle in the timer wheel. */
  readonly timer: number;
  readonly statistics: SessionStatistics;
  /** What packets must be that come for it, kept together as it is asked with every packet. */
  readonly arrival: ArrivalRule = { port: 0, interfaceIndex: 0, ttl: 0 };
  /** Its place in the flight recorder. */
  readonly recorderSlot: number;
  /** Why it last went down; null: it never did. */
  downRecord: DownRecord | null = null;
  /** Null: the engine finds the way of its packets itself. */
  external: ExternalWay | null = null;
  #desired: DesiredSession | ExternalSession;
  #path: TransmitPath | null = null;
  channel: TransmitChannel | null = null;
  /** Null while no Echo packets are sent or looped back. */
  echoes: EchoChannels | null = null;
  /** The session's name among those that find packets without Your Discriminator; null without a path. */
  demultiplexingKey: string | null = null;
  obstacle: string | null = null;
  /** When its state last changed; null: not since it was created. */
  lastChangeMs: number | null = null;
  /** When the path is tried again; Infinity: when the host's interfaces change. */
  retryAtUs = Infinity;
  /** When it vanishes, told to be removed; Infinity: it stays. */
  removeAtUs = Infinity;
  /** When other keys may be valid than those it has; Infinity: never. */
  keysChangeAtUs = Infinity;

  constructor(
    desired: DesiredSession | ExternalSession,
    endpoints: Endpoints,
    session: Session,
    timer: number,
    recorderSlot: number,
    createdMs: number,
  ) {
    this.#desired = desired;
    this.endpoints = endpoints;
    this.#setArrival();
    this.session = session;
    this.timer = timer;
    this.recorderSlot = recorderSlot;
    this.statistics = createStatistics(createdMs);
  }

  get desired(): DesiredSession | ExternalSession {
    return this.#desired;
  }

  set desired(desired: DesiredSession | ExternalSession) {
    this.#desired = desired;
    this.#setArrival();
  }

  /** Null while there is an obstacle. */
  get path(): TransmitPath | null {
    return this.#path;
  }

  set path(path: TransmitPath | null) {
    this.#path = path;
    this.#setArrival();
  }

  /** The TTL or Hop Limit of packets sent. */
  get transmitTtl(): number {
    const { desired, endpoints } = this;
    return desired.type === 'ip-mh' ? desired.transmitTtl : endpoints.type.transmitTtl;
  }

  /** No longer wanted; it only tells its peer so. */
  get leaving(): boolean {
    return this.removeAtUs !== Infinity;
  }

  /** When it next needs attention. */
  get deadlineUs(): number {
    return Math.min(this.session.pollTimeout(), this.retryAtUs, this.removeAtUs, this.keysChangeAtUs);
  }

  closeEchoes(): void {
    this.echoes?.own.close();
    this.echoes?.looped.close();
    this.echoes = null;
  }

  /** There is no way out any more. */
  closeChannel(): void {
    this.closeEchoes();
    if (this.channel !== null) {
      this.statistics.sentPackets -= this.channel.failedSends;
      this.statistics.failedSends += this.channel.failedSends;
      this.channel.close();
      this.channel = null;
    }
  }

  /** Counts a change of state. */
  countTransition(from: SessionState, to: SessionState, timeMs: number): void {
    const { statistics } = this;
    this.lastChangeMs = timeMs;
    if (to === SessionState.Up) {
      statistics.upCount += 1;
      statistics.lastUpMs = timeMs;
    } else if (from === SessionState.Up) {
      statistics.lastDownMs = timeMs;
    }
    if (to === SessionState.AdminDown) {
      statistics.adminDownCount += 1;
    } else if (to === SessionState.Down && from !== SessionState.AdminDown) {
      statistics.downCount += 1;
    }
  }

  #setArrival(): void {
    const { arrival, desired, endpoints, path } = this;
    arrival.port = path?.destinationPort ?? 0;
    arrival.interfaceIndex = path?.interface?.index ?? 0;
    arrival.ttl = desired.type === 'ip-mh' ? desired.requiredTtl : (endpoints.type.requiredTtl ?? 0);
  }

  /** Counts from zero again; when it was Up and Down stays known. */
  resetStatistics(): void {
    const { statistics } = this;
    const failedNow = this.channel?.failedSends ?? 0;
    statistics.receivedPackets = 0;
    statistics.invalidPackets = 0;
    statistics.sentPackets = failedNow;
    statistics.failedSends = -failedNow;
    statistics.upCount = 0;
    statistics.downCount = 0;
    statistics.adminDownCount = 0;
  }

  report(): SessionReport {
    const { session, statistics } = this;
    const heard = session.remoteDiscriminator !== 0;
    const failedNow = this.channel?.failedSends ?? 0;
    return {
      key: this.desired.key,
      localDiscriminator: session.localDiscriminator,
      remoteDiscriminator: heard ? session.remoteDiscriminator : null,
      localState: stateName(session.localState),
      remoteState: stateName(session.remoteState),
      localDiagnostic: session.localDiagnostic,
      remoteDiagnostic: session.remoteDiagnostic,
      remoteMultiplier: heard ? session.remoteMultiplier : null,
      negotiatedTxIntervalUs: heard ? session.negotiatedTxIntervalUs : null,
      negotiatedRxIntervalUs: heard ? session.negotiatedRxIntervalUs : null,
      detectionTimeUs: heard ? session.detectionTimeUs : null,
      remoteAuthType: heard ? session.remoteAuthType : null,
      demandActive: session.demandActive,
      echoTxIntervalUs: session.echoActive ? session.echoTxIntervalUs : null,
      sourcePort: this.channel?.sourcePort ?? null,
      destinationPort: this.endpoints.type.destinationPort,
      obstacle: this.obstacle ?? (session.keyMissing ? NO_KEY : null),
      ...statistics,
      sentPackets: statistics.sentPackets - failedNow,
      failedSends: statistics.failedSends + failedNow,
      ...(this.downRecord === null ? {} : { downRecord: this.downRecord }),
    };
  }
}

const NO_KEY = 'its key chain has no key that may be sent with now';

/** What a packet must be to be taken for a session's own. */
interface ArrivalRule {
  /** The UDP port that it comes to; 0 while there is no path. */
  port: number;
  /** The interface that it comes in by; 0: any. */
  interfaceIndex: number;
  /** The least TTL or Hop Limit. */
  ttl: number;
}

/** The counters and times of a report, as they stand. */
type SessionStatistics = {
  -readonly [
    Name in
      | 'createdMs'
      | 'lastUpMs'
      | 'lastDownMs'
      | 'upCount'
      | 'downCount'
      | 'adminDownCount'
      | 'receivedPackets'
      | 'sentPackets'
      | 'invalidPackets'
      | 'failedSends'
  ]: SessionReport[Name];
};

function createStatistics(createdMs: number): SessionStatistics {
  return {
    createdMs,
    lastUpMs: null,
    lastDownMs: null,
    upCount: 0,
    downCount: 0,
    adminDownCount: 0,
    receivedPackets: 0,
    sentPackets: 0,
    invalidPackets: 0,
    failedSends: 0,
  };
}
