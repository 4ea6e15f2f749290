import type { DownRecord, MplsEvent, SessionKey, StateName } from '../messages.js';
import type { TunnelState } from '../../mpls/tunnels/tunnel-state.js';
import type { DeletionReason, SessionKind } from './event-line.js';

/** A session as a feed has told of it. It is never changed, only replaced: snapshots share it. */
export interface ToldSession {
  readonly key: SessionKey;
  readonly kind: SessionKind;
  readonly interface: string | null;
  readonly source: string | null;
  readonly destination: string;
  readonly fec: string | null;
  readonly state: StateName;
  /** Code of RFC 5880 §4.1. */
  readonly diagnostic: number;
  readonly sinceMs: number;
  readonly localDiscriminator: number;
  readonly remoteDiscriminator: number | null;
}

/** A tunnel as a feed has told of it, likewise. */
export interface ToldTunnel {
  readonly fec: string;
  readonly state: TunnelState;
  readonly sinceMs: number;
}

/** What happens to sessions and tunnels. */
export type Change =
  | { readonly type: 'session-created'; readonly timeMs: number; readonly session: ToldSession }
  | {
      readonly type: 'session-state';
      readonly timeMs: number;
      readonly session: ToldSession;
      readonly from: StateName;
      /** Where it went down from Up. */
      readonly downRecord: DownRecord | undefined;
    }
  | {
      readonly type: 'session-deleted';
      readonly timeMs: number;
      readonly session: ToldSession;
      readonly reason: DeletionReason;
    }
  | { readonly type: 'tunnel-created'; readonly timeMs: number; readonly tunnel: ToldTunnel }
  | {
      readonly type: 'tunnel-state';
      readonly timeMs: number;
      readonly tunnel: ToldTunnel;
      readonly from: TunnelState;
    }
  | { readonly type: 'tunnel-deleted'; readonly timeMs: number; readonly tunnel: ToldTunnel }
  | Extract<MplsEvent, { type: 'bootstrap-failed' | 'session-limit' }>;
