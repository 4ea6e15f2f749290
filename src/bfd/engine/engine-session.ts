import type { TransmitChannel, TransmitPath } from '../../net/transmitter.js';
import { stateName } from '../packet/session-state.js';
import type { DownRecord } from '../recorder/down-record.js';
import { Refusals, type RefusedPackets } from '../recorder/refusals.js';
import { NUMBER, WORD, type RowBlock, type SessionRow } from '../session/session-rows.js';
import type { Session } from '../session/session.js';
import type { ExternalSession, ExternalWay } from './external-way.js';
import { beginCounters, countFailedSends, readStatistics, resetCounters } from './session-counters.js';
import type { EchoChannels } from './session-echoes.js';
import type { DesiredSession, SessionReport } from './session-model.js';
import type { Endpoints } from './session-path.js';

/** A session with all that the engine keeps of it. Owned and changed by the engine alone. */
export class EngineSession implements SessionRow {
  /** Null without a path. First of all, as it is asked for with every packet. */
  channel: TransmitChannel | null = null;
  readonly session: Session;
  /** Its place in the engine's tables: its row, its timer, its record. */
  readonly slot: number;
  /** Its row. */
  readonly block: RowBlock;
  readonly at: number;
  readonly endpoints: Endpoints;
  /** Why it last went down; null: it never did. */
  downRecord: DownRecord | null = null;
  /** Null: the engine finds the way of its packets itself. */
  external: ExternalWay | null = null;
  #desired: DesiredSession | ExternalSession;
  #path: TransmitPath | null = null;
  /** Null: none of its packets was ever refused. */
  #refusals: Refusals | null = null;
  /** Null while no Echo packets are sent or looped back. */
  echoes: EchoChannels | null = null;
  /** Why there are none although they are wanted; null: they are not wanted, or travel. */
  echoObstacle: string | null = null;
  /** The session's name among those that find packets without Your Discriminator; null without a path. */
  demultiplexingKey: string | null = null;
  obstacle: string | null = null;

  constructor(
    desired: DesiredSession | ExternalSession,
    endpoints: Endpoints,
    session: Session,
    slot: number,
    row: SessionRow,
    createdMs: number,
  ) {
    this.#desired = desired;
    this.endpoints = endpoints;
    this.session = session;
    this.slot = slot;
    this.block = row.block;
    this.at = row.at;
    beginCounters(row, createdMs);
    this.retryAtUs = Infinity;
    this.removeAtUs = Infinity;
    this.keysChangeAtUs = Infinity;
    this.#setArrival();
  }

  /** When the path is tried again; Infinity: when the host's interfaces change. */
  get retryAtUs(): number {
    return this.#number(NUMBER.retryAtUs);
  }

  set retryAtUs(timeUs: number) {
    this.#setNumber(NUMBER.retryAtUs, timeUs);
  }

  /** When it vanishes, told to be removed; Infinity: it stays. */
  get removeAtUs(): number {
    return this.#number(NUMBER.removeAtUs);
  }

  set removeAtUs(timeUs: number) {
    this.#setNumber(NUMBER.removeAtUs, timeUs);
  }

  /** When other keys may be valid than those it has; Infinity: never. */
  get keysChangeAtUs(): number {
    return this.#number(NUMBER.keysChangeAtUs);
  }

  set keysChangeAtUs(timeUs: number) {
    this.#setNumber(NUMBER.keysChangeAtUs, timeUs);
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
    return Math.min(this.session.pollTimeout(), this.otherDeadlineUs);
  }

  /** When it next needs attention for anything but packets. */
  get otherDeadlineUs(): number {
    return Math.min(this.retryAtUs, this.removeAtUs, this.keysChangeAtUs);
  }

  /** Its packets that were refused since it last received one that was not; null: none. */
  get refused(): RefusedPackets | null {
    return this.#refusals?.since(this.#number(NUMBER.lastReceivedRecordedUs)) ?? null;
  }

  /** Notes why a packet that names this session is thrown away. */
  refuse(reason: string): void {
    this.#refusals ??= new Refusals();
    this.#refusals.note(reason, this.#number(NUMBER.lastReceivedRecordedUs));
  }

  closeEchoes(): void {
    this.echoes?.own?.close();
    this.echoes?.peers?.looped.close();
    this.echoes?.peers?.reflected.close();
    this.echoes = null;
  }

  /** There is no way out any more. */
  closeChannel(): void {
    this.closeEchoes();
    if (this.channel !== null) {
      countFailedSends(this, this.channel.failedSends);
      this.channel.close();
      this.channel = null;
    }
  }

  /** What packets must be that come for it: the UDP port (0 without a path), the interface (0: any), the TTL. */
  get arrivalPort(): number {
    return this.#word(WORD.portAndTtl) >> 8;
  }

  get arrivalInterface(): number {
    return this.#word(WORD.interfaceIndex);
  }

  get leastTtl(): number {
    return this.#word(WORD.portAndTtl) & 0xff;
  }

  #setArrival(): void {
    const { desired, endpoints, path } = this;
    const ttl = desired.type === 'ip-mh' ? desired.requiredTtl : (endpoints.type.requiredTtl ?? 0);
    const { block, at } = this;
    block.words[2 * at + WORD.portAndTtl] = ((path?.destinationPort ?? 0) << 8) | ttl;
    block.words[2 * at + WORD.interfaceIndex] = path?.interface?.index ?? 0;
  }

  #number(index: number): number {
    return this.block.numbers[this.at + index] ?? 0;
  }

  #setNumber(index: number, value: number): void {
    this.block.numbers[this.at + index] = value;
  }

  #word(index: number): number {
    return this.block.words[2 * this.at + index] ?? 0;
  }

  /** How many packets it has handed to its channel. */
  get sentPackets(): number {
    return this.#number(NUMBER.sentPackets);
  }

  /** Counts from zero again; when it was Up and Down stays known. */
  resetStatistics(): void {
    resetCounters(this, this.channel?.failedSends ?? 0);
  }

  report(): SessionReport {
    const { session } = this;
    const statistics = readStatistics(this);
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
      // One by one: members that are copied and then set anew take longer than all the rest.
      createdMs: statistics.createdMs,
      lastUpMs: statistics.lastUpMs,
      lastDownMs: statistics.lastDownMs,
      upCount: statistics.upCount,
      downCount: statistics.downCount,
      adminDownCount: statistics.adminDownCount,
      receivedPackets: statistics.receivedPackets,
      sentPackets: statistics.sentPackets - failedNow,
      invalidPackets: statistics.invalidPackets,
      failedSends: statistics.failedSends + failedNow,
      ...(this.echoObstacle === null ? {} : { echoObstacle: this.echoObstacle }),
      ...(this.downRecord === null ? {} : { downRecord: this.downRecord }),
    };
  }
}

const NO_KEY = 'its key chain has no key that may be sent with now';
