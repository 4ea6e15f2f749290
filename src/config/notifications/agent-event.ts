import type { LspSessionReport, MplsEvent, StateChangeEvent } from '../../link/messages.js';
import type { ConfirmEvent } from '../commit/commit-event.js';
import type { HealthVerdict } from '../commit/health-gate.js';
import type { ConfiguredSession } from '../handlers/configured-session.js';
import type { ConfigEdit } from './config-edit.js';

/** A NETCONF session and whose it is, for common-session-parms of RFC 6470. */
export interface SessionIdentity {
  readonly sessionId: number;
  readonly user: string;
  /** Text of the client's address. */
  readonly sourceHost?: string;
}

/** Why a session ended (the termination-reason of RFC 6470). */
export type TerminationReason = 'closed' | 'killed' | 'dropped' | 'timeout' | 'bad-hello' | 'other';

/** The running configuration has changed. */
export interface ConfigChangeEvent {
  readonly type: 'config-change';
  readonly timeMs: number;
  /** The session behind it; null: the server itself. */
  readonly by: SessionIdentity | null;
  readonly edits: readonly ConfigEdit[];
}

/** What the server can do is not what it could do in its previous run. */
export interface CapabilityChangeEvent extends CapabilityDifference {
  readonly type: 'capability-change';
  readonly timeMs: number;
}

/** Capabilities that came, went, or have other parameters now: URIs. */
export interface CapabilityDifference {
  readonly added: readonly string[];
  readonly deleted: readonly string[];
  readonly modified: readonly string[];
}

export interface SessionStartEvent {
  readonly type: 'session-start';
  readonly timeMs: number;
  readonly session: SessionIdentity;
}

export interface SessionEndEvent {
  readonly type: 'session-end';
  readonly timeMs: number;
  readonly session: SessionIdentity;
  readonly reason: TerminationReason;
  /** The session that killed it. */
  readonly killedBy: number | null;
}

/** The course of a confirmed commit (RFC 6241 §8.4). */
export interface ConfirmedCommitEvent {
  readonly type: 'confirmed-commit';
  readonly timeMs: number;
  readonly event: 'start' | 'cancel' | 'timeout' | 'extend' | 'complete';
  /** The session behind it; not told of a time-out. */
  readonly session: SessionIdentity;
  /** Time left to confirm, in seconds: of `start` and `extend`. */
  readonly timeoutSeconds: number | null;
}

/** A health-gated commit has decided by itself (bfd-agent-commit). */
export interface HealthGateEvent {
  readonly type: 'health-gate';
  readonly timeMs: number;
  readonly commit: NonNullable<ConfirmEvent['commit']>;
  readonly health: HealthVerdict;
}

/** A BFD session has changed its state. */
export interface SessionStateEvent {
  readonly type: 'session-state';
  readonly timeMs: number;
  readonly session: ConfiguredSession;
  readonly change: StateChangeEvent;
}

/** A session of an LSP has changed its state. */
export interface LspSessionStateEvent {
  readonly type: 'lsp-session-state';
  readonly timeMs: number;
  readonly change: StateChangeEvent;
  readonly lsp: LspSessionReport;
}

/** Something else has become of LSPs. */
export interface LspEvent {
  readonly type: 'lsp';
  readonly timeMs: number;
  readonly event: MplsEvent;
  /** The local discriminator of the session that it is about, where there is one and it is known. */
  readonly discriminator: number | undefined;
}

/** What happened in the agent, as data. */
export type AgentEvent =
  | ConfigChangeEvent
  | CapabilityChangeEvent
  | SessionStartEvent
  | SessionEndEvent
  | ConfirmedCommitEvent
  | HealthGateEvent
  | SessionStateEvent
  | LspSessionStateEvent
  | LspEvent;
