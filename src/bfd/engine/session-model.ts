import type { StateName } from '../packet/session-state.js';
import type { DownRecord } from '../recorder/down-record.js';
import type { SessionRole } from '../session/parameters.js';

/** Sessions as the engine's owner sees them: what is wanted of one, and what is told of it. */

/** Names a session to its owner, for example `ip-sh/eth0/192.0.2.1`. */
export type SessionKey = string;

/** What every session has, whatever its packets travel on. Intervals are microseconds. */
export interface DesiredSessionBase {
  readonly key: SessionKey;
  /** RFC 5880 §6.1: a passive session sends nothing before it has heard its peer. */
  readonly role: SessionRole;
  /** Canonical text of the peer's address; a link-local one has no zone, its interface says it. */
  readonly destination: string;
  readonly detectMult: number;
  readonly desiredMinTxIntervalUs: number;
  readonly requiredMinRxIntervalUs: number;
  readonly adminDown: boolean;
  /** RFC 5880 §6.6: the peer is asked to send no periodic packet while both are Up. */
  readonly demand: boolean;
  /** Null: packets carry no authentication section, and are accepted without one alone. */
  readonly authentication: DesiredAuthentication | null;
}

/** A session over one IP hop (RFC 5881) as the operator wants it. */
export interface DesiredIpShSession extends DesiredSessionBase {
  readonly type: 'ip-sh';
  readonly interface: string;
  /** Canonical text of the local address; null: the interface's address towards the peer. */
  readonly source: string | null;
  /** How often Echo packets are wanted to be sent (RFC 5880 §6.8.9); 0: none is. */
  readonly desiredMinEchoTxIntervalUs: number;
  /** bfd.RequiredMinEchoRxInterval; 0: the peer's Echo packets are not looped back. */
  readonly requiredMinEchoRxIntervalUs: number;
}

/** A session over several IP hops (RFC 5883) as the operator wants it. */
export interface DesiredIpMhSession extends DesiredSessionBase {
  readonly type: 'ip-mh';
  /** Canonical text of the local address. */
  readonly source: string;
  /** The TTL or Hop Limit of packets sent. */
  readonly transmitTtl: number;
  /** Packets received with a lower TTL or Hop Limit are discarded. */
  readonly requiredTtl: number;
}

/** Any session as the operator wants it. */
export type DesiredSession = DesiredIpShSession | DesiredIpMhSession;

/** RFC 5880 §6.7: the keys of a session. Several may be accepted at once, so that they change without loss. */
export interface DesiredAuthentication {
  /** The digest types count a sequence number up with every packet instead of now and then. */
  readonly meticulous: boolean;
  readonly keys: readonly AuthenticationKey[];
}

/** A key with the times of its use: milliseconds since 1970; null: since ever, or for ever. */
export interface AuthenticationKey {
  /** The Auth Key ID: 0 to 255. */
  readonly keyId: number;
  readonly algorithm: 'simple-password' | 'md5' | 'sha1';
  /** The bytes of the secret in hexadecimal: 1 to 16 of them, for SHA1 to 20. */
  readonly secretHex: string;
  readonly sendFromMs: number | null;
  readonly sendUntilMs: number | null;
  readonly acceptFromMs: number | null;
  readonly acceptUntilMs: number | null;
}

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
  /** The Auth Type (RFC 5880 §4.1) of the packets that are accepted; null: they are not authenticated. */
  readonly remoteAuthType: number | null;
  /** The peer is asked to send nothing periodic: it is found silent by polls alone (RFC 5880 §6.6). */
  readonly demandActive: boolean;
  /** How often Echo packets are sent; null: none is. */
  readonly echoTxIntervalUs: number | null;
  readonly sourcePort: number | null;
  readonly destinationPort: number;
  /** What keeps the session from sending at all (an interface or address that is absent, a key), else null. */
  readonly obstacle: string | null;
  /** What keeps Echo packets that are wanted from being sent and looped back; absent: nothing does. */
  readonly echoObstacle?: string;
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
  /** What was known when the session last went down from Up; absent: it never did. */
  readonly downRecord?: DownRecord;
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
