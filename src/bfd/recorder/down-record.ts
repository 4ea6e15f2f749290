import type { StateName } from '../packet/session-state.js';

/** Why a session went down, as far as this host can tell. */
export const VERDICTS = [
  /** Nothing of the peer has arrived for the detection time, and this host was there to hear it. */
  'peer-silent',
  /** The peer has said that the session is down, and this host had sent as it should. */
  'peer-said-so',
  /** This host stood still: it was too late to hear the peer, or to be heard by it. */
  'host-late',
  /** Packets had reached this host, and were lost in it: the buffer of a socket was full. */
  'packets-dropped-here',
  /** Packets of the peer have arrived, and were thrown away for what they were: authentication, TTL, source. */
  'packets-refused',
  /** Echo packets have not come back, and this host was there to see them. */
  'echo-lost',
  /** The interface, the address or the way out is gone. */
  'path-down',
  /** The session was taken down by its owner, or has no key to send with. */
  'by-command',
] as const;

/** One of {@link VERDICTS}. */
export type Verdict = (typeof VERDICTS)[number];

/** A time in which this host stood still: `agoUs` is its end, before the session went down. */
export interface Standstill {
  readonly agoUs: number;
  readonly lengthUs: number;
}

/** Packets that a socket of this host has lost, as it was noticed. */
export interface SocketDrop {
  readonly agoUs: number;
  readonly packets: number;
}

/** A former change of state. */
export interface RecordedChange {
  readonly agoUs: number;
  readonly from: StateName;
  readonly to: StateName;
  /** The local diagnostic, RFC 5880 §4.1. */
  readonly diagnostic: number;
}

/** What a verdict is found from. Times are microseconds before the session went down, the latest first. */
export interface Evidence {
  readonly localDiagnostic: number;
  /** What the peer said last; down and 0 of a peer that has been forgotten, as it fell silent. */
  readonly remoteState: StateName;
  readonly remoteDiagnostic: number;
  /** How long nothing had been received; null: nothing ever was. */
  readonly silentForUs: number | null;
  /** The detection time of this host, and the one that it knows the peer to have. */
  readonly detectionTimeUs: number;
  readonly remoteDetectionTimeUs: number;
  readonly sentAgoUs: readonly number[];
  readonly standstills: readonly Standstill[];
  readonly drops: readonly SocketDrop[];
  /** Packets that named the session since the last that was taken, and were refused; why the last was. */
  readonly refusedPackets: number;
  readonly refusedFor: string | null;
  /** No key was valid to send with. */
  readonly keyMissing: boolean;
}

/** A verdict with the numbers that it rests on. */
export interface Judgement {
  readonly verdict: Verdict;
  /** The part of the time that decided in which this host stood still, and the longest standstill in it. */
  readonly lateUs: number;
  readonly longestLateUs: number;
  /** Packets lost in this host in that time. */
  readonly droppedPackets: number;
  /** The longest time without a packet sent within the peer's last detection times. */
  readonly longestSendGapUs: number;
}

/** What was known when a session went down, frozen then; of standstills and drops the latest few. */
export interface DownRecord extends Evidence, Judgement {
  /** When the session went down: milliseconds since 1970. */
  readonly timeMs: number;
  readonly receivedAgoUs: readonly number[];
  readonly changes: readonly RecordedChange[];
}
