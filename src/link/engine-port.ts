import type { Result } from '../lib/result.js';
import type {
  DesiredMpls,
  DesiredSession,
  DesiredTunnel,
  EngineEvent,
  EngineStatus,
  MplsAction,
  MplsActionResult,
  RefusedSession,
  SessionKey,
  SessionReport,
  SessionState,
  TunnelKey,
  TunnelReport,
} from './messages.js';

/** A difference in what shall be. */
export interface DesiredChange {
  readonly set: readonly DesiredSession[];
  readonly remove: readonly SessionKey[];
  /** Absent: they stay as they are. */
  readonly tunnels?: TunnelChange;
  /** What is wanted of LSPs; null: nothing any more; absent: what was. */
  readonly mpls?: DesiredMpls | null;
}

/** A difference in the tunnels that there shall be. */
export interface TunnelChange {
  readonly set: readonly DesiredTunnel[];
  readonly remove: readonly TunnelKey[];
}

/** All that shall be. */
export interface DesiredState {
  readonly sessions: readonly DesiredSession[];
  readonly tunnels: readonly DesiredTunnel[];
  readonly mpls: DesiredMpls | null;
}

/** What is wanted where nothing is. */
export const NOTHING_DESIRED: DesiredState = { sessions: [], tunnels: [], mpls: null };

/** Whether the change asks for nothing. */
export function isEmptyChange({ set, remove, tunnels, mpls }: DesiredChange): boolean {
  const sameTunnels = tunnels === undefined || (tunnels.set.length === 0 && tunnels.remove.length === 0);
  return set.length === 0 && remove.length === 0 && sameTunnels && mpls === undefined;
}

/** The engine cannot be asked now; the text says why. */
export interface EngineUnavailable {
  readonly type: 'engine-unavailable';
  readonly message: string;
}

/** The engine that answers. */
export interface RunningEngine extends EngineStatus {
  readonly pid: number;
}

/** The agent's end of the link, as the configuration uses it. */
export interface EnginePort {
  /**
   * Brings a difference into force; answers when the engine has it, with the sessions it had to
   * refuse. After a lost connection the whole desired state is sent again by the port itself, from
   * the `desired` it was made with.
   */
  apply(change: DesiredChange): Promise<Result<readonly RefusedSession[], EngineUnavailable>>;
  /** State of the named sessions, or of all (null). */
  read(keys: readonly SessionKey[] | null): Promise<Result<readonly SessionReport[], EngineUnavailable>>;
  /** The states of all sessions: of thousands they are read in a small part of the time. */
  readStates(): Promise<Result<readonly SessionState[], EngineUnavailable>>;
  /** The named tunnels as far as they exist, or all (null). */
  readTunnels(keys: readonly TunnelKey[] | null): Promise<Result<readonly TunnelReport[], EngineUnavailable>>;
  /** Has something done at once; answers when it is done. */
  act(action: MplsAction): Promise<Result<MplsActionResult, EngineUnavailable>>;
  /** The engine as a whole. */
  status(): Promise<Result<RunningEngine, EngineUnavailable>>;
  /** Calls `listener` for every event; the answer ends that. */
  onEvent(listener: (event: EngineEvent) => void): () => void;
}

/** What shall be, whole: asked at every (re)connection. */
export type DesiredSource = () => DesiredState;
