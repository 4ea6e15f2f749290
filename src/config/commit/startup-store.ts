import type { Result } from '../../lib/result.js';

/** Where the startup configuration is (RFC 6241 §8.7). Errors are sentences for the operator. */
export interface StartupStore {
  /** XML siblings; undefined when there is none: it was never made, or deleted. */
  load(): Promise<Result<string | undefined, string>>;
  /** Stores it durably; an error leaves it as it was. */
  save(xml: string): Promise<Result<void, string>>;
  /** Deletes it durably. */
  remove(): Promise<Result<void, string>>;
}
