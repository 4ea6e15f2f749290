import type { StateName } from '../packet/session-state.js';

/** Sessions as the engine's owner sees them: what is wanted of one, and what is told of it. */

/** Names a session to its owner, for example `ip-sh/eth0/192.0.2.1`. */
export type SessionKey = string;

/** A session over one IP hop (RFC 5881) as the operator wants it. */
export interface DesiredIpShSession {
  readonly type: 'ip-sh';
  readonly key: SessionKey;
  readonly interface: string;
  /** Canonical text of the peer's address. */
  readonly destination: string;
  /** Canonical text of the local address; null: the interface's address towards the peer. */
  readonly source: string | null;
  readonly detectMult: number;
  readonly desiredMinTxIntervalUs: number;
  readonly requiredMinRxIntervalUs: number;
  readonly adminDown: boolean;
}

/** Any session as the operator wants it. */
export type DesiredSession = DesiredIpShSession;

/** A session that the engine cannot hold, and why, for the operator to read. */
export interface RefusedSession {
  readonly key: SessionKey;
  readonly reason: string;
}

/** A session as it is. Times are milliseconds since 1970, intervals microseconds. */
export interface SessionReport {
  readonly key: SessionKey;
  readonly localDiscriminator: number;
  /** Null while the peer's is not known. */
  readonly remoteDiscriminator: number | null;
  readonly localState: StateName;
  readonly remoteState: StateName;
  /** Diagnostic codes of RFC 5880 §4.1. */
  readonly localDiagnostic: number;
  readonly remoteDiagnostic: number;
  readonly remoteMultiplier: number | null;
  readonly negotiatedTxIntervalUs: number | null;
  readonly negotiatedRxIntervalUs: number | null;
  readonly detectionTimeUs: number | null;
  readonly sourcePort: number | null;
  readonly destinationPort: number;
  /** What keeps the session from sending at all (an interface that is absent, an address), else null. */
  readonly obstacle: string | null;
  readonly createdMs: number;
  readonly lastUpMs: number | null;
  readonly lastDownMs: number | null;
  readonly upCount: number;
  readonly downCount: number;
  readonly adminDownCount: number;
  readonly receivedPackets: number;
  readonly sentPackets: number;
  readonly invalidPackets: number;
  readonly failedSends: number;
}

/** A session changed its state. */
export interface StateChangeEvent {
  readonly type: 'state-change';
  readonly key: SessionKey;
  readonly timeMs: number;
  readonly from: StateName;
  readonly to: StateName;
  readonly localDiagnostic: number;
  /** When it had changed its state the time before; null: never since it was created. */
  readonly previousChangeMs: number | null;
  /** Canonical text of the local address of its packets; null while there is none. */
  readonly sourceAddress: string | null;
  readonly report: SessionReport;
}

/** What the engine tells unasked. */
export type EngineEvent = StateChangeEvent;
