import type { Result } from '../../lib/result.js';

/**
 * Where the configuration before an unconfirmed commit outlives the agent: as long as one is kept, an
 * agent that starts goes back to it. Errors are sentences for the operator.
 */
export interface PendingStore {
  /** The base that is kept, XML siblings; undefined when no commit is pending. */
  load(): Promise<Result<string | undefined, string>>;
  /** Keeps a base durably; an error leaves none. */
  keep(base: string): Promise<Result<void, string>>;
  /** Durably keeps none. */
  forget(): Promise<Result<void, string>>;
}
