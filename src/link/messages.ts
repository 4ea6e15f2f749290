/**
 * What the agent and the engine say to one another. The agent sends the desired state: whole when it
 * connects (`plan`), differences afterwards (`change`). The engine reconciles and answers `applied`;
 * it never needs to know how a state was reached. State is read on request; events come by themselves.
 * Long lists come in parts, so that neither side holds its event loop for long; `last` ends them.
 */

import type { EngineStatus } from '../bfd/engine/engine-status.js';
import type {
  DesiredSession,
  EngineEvent,
  RefusedSession,
  SessionKey,
  SessionReport,
} from '../bfd/engine/session-model.js';

export type {
  AuthenticationKey,
  DesiredAuthentication,
  DesiredIpMhSession,
  DesiredIpShSession,
  DesiredSession,
  EngineEvent,
  RefusedSession,
  SessionKey,
  SessionReport,
  StateChangeEvent,
} from '../bfd/engine/session-model.js';
export type { EngineStatus } from '../bfd/engine/engine-status.js';
export { VERDICTS, type DownRecord, type Verdict } from '../bfd/recorder/down-record.js';
export { downText } from '../bfd/recorder/down-text.js';
export type { SessionRole } from '../bfd/session/parameters.js';
export type { StateName } from '../bfd/packet/session-state.js';

/** Both sides refuse a link whose version is another. */
export const LINK_VERSION = 6;

/** Elements of a list in one message at most. */
export const PART_MAX = 256;

/** Keys of one session at most: a part of a change with as many for each session is no longer than a frame. */
export const KEYS_MAX = 32;

/** Agent to engine. */
export type AgentMessage =
  | { readonly type: 'hello'; readonly version: number }
  /** All sessions there shall be: what is not named is removed. */
  | {
      readonly type: 'plan';
      readonly revision: number;
      readonly sessions: readonly DesiredSession[];
      readonly last: boolean;
    }
  /** Sessions to create or change, and keys to remove. */
  | {
      readonly type: 'change';
      readonly revision: number;
      readonly set: readonly DesiredSession[];
      readonly remove: readonly SessionKey[];
      readonly last: boolean;
    }
  /** The state of the named sessions, or of all (null). */
  | { readonly type: 'read'; readonly request: number; readonly keys: readonly SessionKey[] | null }
  /** The engine as a whole. */
  | { readonly type: 'status'; readonly request: number };

/** Engine to agent. */
export type EngineMessage =
  | { readonly type: 'hello'; readonly version: number; readonly pid: number }
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
  | { readonly type: 'status'; readonly request: number; readonly status: EngineStatus }
  | { readonly type: 'event'; readonly event: EngineEvent }
  /** The engine ends the connection, and why: another version, a second agent, a malformed message. */
  | { readonly type: 'goodbye'; readonly reason: string };
