import type { Result } from '../lib/result.js';
import type {
  DesiredSession,
  EngineEvent,
  EngineStatus,
  RefusedSession,
  SessionKey,
  SessionReport,
} from './messages.js';

/** A difference in what shall be. */
export interface DesiredChange {
  readonly set: readonly DesiredSession[];
  readonly remove: readonly SessionKey[];
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
  /** The engine as a whole. */
  status(): Promise<Result<RunningEngine, EngineUnavailable>>;
  /** Calls `listener` for every event; the answer ends that. */
  onEvent(listener: (event: EngineEvent) => void): () => void;
}

/** What shall be, whole: asked at every (re)connection. */
export type DesiredSource = () => readonly DesiredSession[];
