/**
 * What a follower of the event socket reads: lines of JSON, one object each, told apart by `type`. First
 * the snapshot: `snapshot`, then a `session` and a `tunnel` line for each that there is, then
 * `snapshot-end`. From there on what changes, numbered without a gap; `end` says why nothing more comes.
 * Members are added in later versions, never taken away: a follower ignores what it does not know.
 */
import type { SessionKey, StateName, Verdict } from '../messages.js';
import type { PassiveRemovalReason } from '../../mpls/egress/egress-effects.js';
import type { RemovalReason } from '../../mpls/tunnels/plan-sessions.js';
import type { TunnelState } from '../../mpls/tunnels/tunnel-state.js';

/** Goes up when a member of a line goes away or means something else. */
export const EVENT_LINES_VERSION = 1;

/** What a session's packets travel on, and on which end of an LSP it is. */
export type SessionKind = 'ip-sh' | 'ip-mh' | 'lsp-ingress' | 'lsp-egress';

/** A session as it is. Times are yang:date-and-time in UTC. */
export interface SessionFacts {
  readonly key: SessionKey;
  readonly kind: SessionKind;
  /** Of a session over one hop. */
  readonly interface: string | null;
  readonly source: string | null;
  readonly destination: string;
  /** The prefix of a session of an LSP. */
  readonly fec: string | null;
  readonly state: StateName;
  /** By its name of iana-bfd-types; null for one without. */
  readonly diagnostic: string | null;
  /** When it came to this state. */
  readonly since: string;
  readonly localDiscriminator: number;
  readonly remoteDiscriminator: number | null;
}

/** A tunnel as it is. */
export interface TunnelFacts {
  readonly fec: string;
  readonly state: TunnelState;
  readonly since: string;
}

/** Why a session goes: `removed` and `other-addresses` are what its owner has done to one over IP. */
export type DeletionReason = 'removed' | 'other-addresses' | RemovalReason | PassiveRemovalReason;

/** When something happened, and its number: one more than that of the change before it. */
export interface Happened {
  readonly sequence: number;
  readonly time: string;
}

/** The head of the snapshot. */
export interface SnapshotLine {
  readonly type: 'snapshot';
  readonly version: number;
  /** Of the last change that the snapshot has in it. */
  readonly sequence: number;
  readonly time: string;
  /** How many lines of each there are. */
  readonly sessions: number;
  readonly tunnels: number;
}

/** The snapshot, line by line. */
export type SnapshotPart =
  | SnapshotLine
  | ({ readonly type: 'session' } & SessionFacts)
  | ({ readonly type: 'tunnel' } & TunnelFacts)
  | { readonly type: 'snapshot-end' };

/** A session has another state. */
export interface SessionStateLine extends SessionFacts, Happened {
  readonly type: 'session-state';
  readonly from: StateName;
  /** Why it went down from Up, as the flight recorder judges it. */
  readonly verdict?: Verdict;
  readonly explanation?: string;
}

/** What changes. */
export type ChangeLine =
  | ({ readonly type: 'session-created' } & Happened & SessionFacts)
  | SessionStateLine
  | ({ readonly type: 'session-deleted'; readonly reason: DeletionReason } & Happened & SessionFacts)
  | ({ readonly type: 'tunnel-created' } & Happened & TunnelFacts)
  | ({ readonly type: 'tunnel-state'; readonly from: TunnelState } & Happened & TunnelFacts)
  | ({ readonly type: 'tunnel-deleted' } & Happened & TunnelFacts)
  /** The path of a session of an LSP is not confirmed; `up`: it was. */
  | ({
      readonly type: 'bootstrap-failed';
      readonly key: SessionKey;
      readonly fec: string;
      readonly up: boolean;
      readonly cause: string;
      readonly returnCode?: number;
      readonly returnSubcode?: number;
      readonly from?: string;
    } & Happened)
  | ({
      readonly type: 'session-limit';
      readonly role: 'ingress' | 'egress';
      readonly limit: number;
      readonly reached: boolean;
    } & Happened);

/** The last line. */
export interface EndLine {
  readonly type: 'end';
  readonly reason: string;
}

/** Any line. */
export type EventLine = SnapshotPart | ChangeLine | EndLine;
