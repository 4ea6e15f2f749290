/**
 * BFD for LSPs as the engine's owner sees it: what is wanted of the ingress, the egress and the tunnels,
 * and what is told of them. Sessions of LSPs are the engine's own: it plans them from this, and creates
 * those that an echo request asks for. Texts of addresses and prefixes are canonical; intervals are
 * microseconds, times milliseconds since 1970.
 */
import type { DesiredAuthentication, SessionKey } from '../bfd/engine/session-model.js';
import type { BootstrapFailure } from './ingress/bootstrap-effects.js';
import type { BootstrapState } from './ingress/bootstrap-record.js';
import type { LabelStackEntry } from './label-stack.js';
import type { IneligibleReason, RemovalReason } from './tunnels/plan-sessions.js';
import type { PassiveRemovalReason } from './egress/egress-effects.js';
import type { TunnelState } from './tunnels/tunnel-state.js';
import type { TunnelKey, TunnelLsp, TunnelSource } from './tunnels/tunnel.js';

/** What all LSP sessions of a role are made with. */
export interface LspSessionParameters {
  readonly detectMult: number;
  readonly desiredMinTxIntervalUs: number;
  readonly requiredMinRxIntervalUs: number;
  /** Null: packets carry no authentication section. */
  readonly authentication: DesiredAuthentication | null;
}

/** An entry of a prefix list; see `PrefixListEntry`. */
export interface DesiredPrefixListEntry {
  readonly index: number;
  readonly action: 'permit' | 'deny';
  readonly prefix: string;
  readonly greaterEqual: number | null;
  readonly lessEqual: number | null;
}

/** Which tunnels get sessions; see `TriggerPolicy`. */
export type DesiredTrigger =
  | { readonly type: 'none' }
  | { readonly type: 'host' }
  | {
      readonly type: 'ip-prefix';
      readonly name: string;
      readonly entries: readonly DesiredPrefixListEntry[];
    };

/** The ingress as the operator wants it. */
export interface DesiredIngress {
  readonly enabled: boolean;
  readonly trigger: DesiredTrigger;
  /** Where echo requests and BFD packets come from; null: tunnels of the family have no session. */
  readonly sourceIpv4: string | null;
  readonly sourceIpv6: string | null;
  readonly session: LspSessionParameters;
  /** Of every label stack entry of OAM packets: 0 to 7. */
  readonly trafficClass: number;
  /** How long a session stays in Init before it says Up, for a path that has only just come: 0 to 600. */
  readonly delayUpSeconds: number;
  readonly pingIntervalUs: number;
  readonly retryIntervalUs: number;
  readonly replyMode: 'do-not-reply' | 'reply-udp';
  /** The TTL of the inner label is 1 (RFC 5884 §7). */
  readonly innerLabelTtlOne: boolean;
  /** Requests that may be outstanding at a time. */
  readonly maxOutstanding: number;
  /** Null: as many as there are tunnels. */
  readonly maxSessions: number | null;
}

/** An ingress that does not do as the standard says, or wants another multiplier. */
export interface DesiredPassivePeer {
  readonly peer: string;
  readonly destinationPort: 3784 | 4784;
  readonly detectMult: number;
}

/** The egress as the operator wants it. */
export interface DesiredEgress {
  /** `mpls-passive`: sessions are created for who asks by LSP ping. */
  readonly passive: boolean;
  readonly session: LspSessionParameters;
  readonly deleteDelayUs: number;
  readonly maxSessions: number;
  readonly passivePeers: readonly DesiredPassivePeer[];
  /** All labels that end here; null: they are another program's business, and any is taken to be right. */
  readonly labelBindings: readonly { readonly label: number; readonly fec: string }[] | null;
}

/** Both roles of the device. */
export interface DesiredMpls {
  /** Interfaces on which MPLS is enabled: labelled packets leave and are taken there alone. */
  readonly interfaces: readonly string[];
  readonly ingress: DesiredIngress;
  readonly egress: DesiredEgress;
}

/** A tunnel as the operator has configured it. */
export interface DesiredTunnel {
  /** The canonical text of its FEC. */
  readonly key: TunnelKey;
  readonly lsps: readonly DesiredLsp[];
}

/** See `TunnelLsp`; whether it is usable, the engine finds out. */
export type DesiredLsp = Omit<TunnelLsp, 'usable'>;

/** A tunnel as it is. */
export interface TunnelReport {
  readonly key: TunnelKey;
  readonly source: TunnelSource;
  readonly state: TunnelState;
  /** Null: it is eligible, and has or gets a session. */
  readonly ineligibleReason: IneligibleReason | null;
  readonly session: SessionKey | null;
  readonly lsps: readonly {
    readonly role: 'primary' | 'backup';
    readonly nextHop: string;
    readonly outInterface: string;
    /** With the Traffic Class that echo requests and BFD packets have. */
    readonly labels: readonly LabelStackEntry[];
    readonly usable: boolean;
    /** Packets of its session take this one. */
    readonly active: boolean;
  }[];
  readonly lastChangeMs: number;
}

/** What a session of an LSP has besides what every session has. */
export interface LspSessionReport {
  readonly role: 'ingress' | 'egress';
  /** The FEC's prefix. */
  readonly fec: string;
  /** Ingress: of the FEC's egress. Egress: where the echo requests come from. */
  readonly peer: string;
  readonly sourceAddress: string | null;
  /** Ingress: the 127/8 destination of its packets. Egress: the peer. */
  readonly destinationAddress: string;
  readonly sendersHandle: number;
  /** Null at the egress, which waits for nothing. */
  readonly bootstrap: BootstrapState | null;
  readonly echoRequestsSent: number;
  readonly echoRequestsReceived: number;
  readonly echoRepliesSent: number;
  readonly echoRepliesReceived: number;
  readonly lastReturnCode: number | null;
  readonly lastReturnSubcode: number | null;
  readonly lastRoundTripUs: number | null;
  readonly lastEchoMs: number | null;
  /** Why it is not Up, for the operator to read; null while it is. */
  readonly notUpReason: string | null;
}

/** What has been thrown away on LSPs, and why: since the engine started or the counters were reset. */
export interface MplsStatistics {
  readonly echoRequestsSent: number;
  readonly echoRequestsReceived: number;
  readonly echoRepliesSent: number;
  readonly echoRepliesReceived: number;
  readonly discardedEchoRequests: readonly Count[];
  readonly discardedEchoReplies: readonly Count[];
  readonly discardedBfdPackets: readonly Count[];
}

export interface Count {
  /** The name of the rule, as `ECHO_REQUEST_DISCARDS`, `REPLY_DISCARDS` and the BFD discards have it. */
  readonly reason: string;
  readonly count: number;
}

/** What the engine tells of LSPs unasked. */
export type MplsEvent =
  | {
      readonly type: 'lsp-session-created';
      readonly timeMs: number;
      readonly key: SessionKey;
      readonly localDiscriminator: number;
      readonly lsp: LspSessionReport;
    }
  | {
      readonly type: 'lsp-session-deleted';
      readonly timeMs: number;
      readonly key: SessionKey;
      readonly localDiscriminator: number;
      readonly lsp: LspSessionReport;
      readonly reason: RemovalReason | PassiveRemovalReason;
    }
  | {
      readonly type: 'bootstrap-failed';
      readonly timeMs: number;
      readonly key: SessionKey;
      readonly fec: string;
      /** Whether the session was Up: its path is no longer confirmed. */
      readonly up: boolean;
      readonly failure: BootstrapFailure;
    }
  | {
      readonly type: 'tunnel-state-change';
      readonly timeMs: number;
      readonly fec: TunnelKey;
      readonly from: TunnelState;
      readonly to: TunnelState;
      readonly session: SessionKey | null;
    }
  | {
      readonly type: 'session-limit';
      readonly timeMs: number;
      readonly role: 'ingress' | 'egress';
      readonly limit: number;
      readonly reached: boolean;
    };

/** What an operator has done at once. */
export type MplsAction =
  | {
      readonly type: 'lsp-ping';
      readonly fec: TunnelKey;
      readonly count: number;
      readonly timeoutMs: number;
      readonly replyMode: 'do-not-reply' | 'reply-udp';
      /** Bytes of the whole UDP payload at least; what is short of that is padded. */
      readonly size: number | null;
    }
  /** Ends a session; its tunnel, or its ingress, may have it made again. Graceful: the peer is told first. */
  | { readonly type: 'clear'; readonly key: SessionKey; readonly graceful: boolean }
  /** Null: of all sessions, and the statistics of the device. */
  | { readonly type: 'reset-statistics'; readonly key: SessionKey | null };

/** What came of an action. */
export type MplsActionResult =
  | { readonly type: 'done' }
  | { readonly type: 'refused'; readonly reason: string }
  | {
      readonly type: 'lsp-ping';
      readonly sent: number;
      readonly replies: readonly {
        readonly sequenceNumber: number;
        readonly from: string;
        readonly returnCode: number;
        readonly returnSubcode: number;
        readonly roundTripUs: number;
      }[];
    };
