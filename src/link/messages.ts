/**
 * What the agent and the engine say to one another. The agent sends the desired state: whole when it
 * connects (`plan`), differences afterwards (`change`). The engine reconciles and answers `applied`;
 * it never needs to know how a state was reached. State is read on request; events come by themselves.
 * Long lists come in parts, so that neither side holds its event loop for long; `last` ends them.
 */

import type { DesiredSession, RefusedSession, SessionKey } from '../bfd/engine/session-model.js';
import type { StateName } from '../bfd/packet/session-state.js';
import type { EngineEvent, EngineStatus, SessionReport } from '../mpls/engine-model.js';
import type {
  DesiredMpls,
  DesiredTunnel,
  MplsAction,
  MplsActionResult,
  TunnelReport,
} from '../mpls/mpls-model.js';
import type { TunnelKey } from '../mpls/tunnels/tunnel.js';

export type {
  AuthenticationKey,
  DesiredAuthentication,
  DesiredIpMhSession,
  DesiredIpShSession,
  DesiredSession,
  RefusedSession,
  SessionKey,
} from '../bfd/engine/session-model.js';
export type { EngineEvent, EngineStatus, SessionReport, StateChangeEvent } from '../mpls/engine-model.js';
export type * from '../mpls/mpls-model.js';
export type { TunnelKey } from '../mpls/tunnels/tunnel.js';
export { VERDICTS, type DownRecord, type Verdict } from '../bfd/recorder/down-record.js';
export { downText } from '../bfd/recorder/down-text.js';
export { diagnosticName } from '../bfd/packet/diagnostic.js';
export type { SessionRole } from '../bfd/session/parameters.js';
export type { StateName };

/** Both sides refuse a link whose version is another. */
export const LINK_VERSION = 10;

/** Elements of a list in one message at most. */
export const PART_MAX = 256;

/** Keys of one session at most: a part of a change with as many for each session is no longer than a frame. */
export const KEYS_MAX = 32;

/** Of a session the state alone, for who counts thousands of them. */
export interface SessionState {
  readonly key: SessionKey;
  readonly localState: StateName;
  /** Whether it is of an LSP. */
  readonly ofLsp: boolean;
}

/** Agent to engine. */
export type AgentMessage =
  | { readonly type: 'hello'; readonly version: number }
  /**
   * All sessions and tunnels there shall be: what is not named is removed. What concerns LSPs is done when
   * the last part has come; `mpls` is in one of them at most, and null when it is in none.
   */
  | {
      readonly type: 'plan';
      readonly revision: number;
      readonly sessions: readonly DesiredSession[];
      readonly tunnels: readonly DesiredTunnel[];
      readonly mpls?: DesiredMpls | null;
      readonly last: boolean;
    }
  /** Sessions and tunnels to create or change, and keys to remove; `mpls` where it is another. */
  | {
      readonly type: 'change';
      readonly revision: number;
      readonly set: readonly DesiredSession[];
      readonly remove: readonly SessionKey[];
      readonly tunnels?: { readonly set: readonly DesiredTunnel[]; readonly remove: readonly TunnelKey[] };
      readonly mpls?: DesiredMpls | null;
      readonly last: boolean;
    }
  /** The state of the named sessions, or of all (null). */
  | { readonly type: 'read'; readonly request: number; readonly keys: readonly SessionKey[] | null }
  /** The states of all sessions, without all else that there is to tell. */
  | { readonly type: 'read-states'; readonly request: number }
  /** The named tunnels, or all (null). */
  | { readonly type: 'read-tunnels'; readonly request: number; readonly keys: readonly TunnelKey[] | null }
  /** Something is to be done at once; the answer comes when it is done. */
  | { readonly type: 'act'; readonly request: number; readonly action: MplsAction }
  /** The engine as a whole. */
  | { readonly type: 'status'; readonly request: number };

/** Engine to agent. */
export type EngineMessage =
  /** `engines` is how many share the sessions of the host, this one included; absent: it is alone. */
  | { readonly type: 'hello'; readonly version: number; readonly pid: number; readonly engines?: number }
  /** The revision is in force, but for the sessions refused for want of a resource. */
  | {
      readonly type: 'applied';
      readonly revision: number;
      readonly refused: readonly RefusedSession[];
      readonly last: boolean;
    }
  | {
      readonly type: 'state';
      readonly request: number;
      readonly sessions: readonly SessionReport[];
      readonly last: boolean;
    }
  | {
      readonly type: 'states';
      readonly request: number;
      readonly sessions: readonly SessionState[];
      readonly last: boolean;
    }
  | {
      readonly type: 'tunnels';
      readonly request: number;
      readonly tunnels: readonly TunnelReport[];
      readonly last: boolean;
    }
  | { readonly type: 'acted'; readonly request: number; readonly result: MplsActionResult }
  | { readonly type: 'status'; readonly request: number; readonly status: EngineStatus }
  | { readonly type: 'event'; readonly event: EngineEvent }
  /** The engine ends the connection, and why: another version, a second agent, a malformed message. */
  | { readonly type: 'goodbye'; readonly reason: string };
