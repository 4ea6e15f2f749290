import type { Result } from '../../lib/result.js';
import type { JournalRecord } from './journal-record.js';

/** What is found on disk at the start. */
export type StoredConfig =
  /** Nothing was ever stored: a first start. */
  | { readonly type: 'empty' }
  /**
   * A configuration, XML siblings as `<config>` holds them, and the commits since, the first one first.
   */
  | ({ readonly type: 'stored' } & StoredParts);

/** A snapshot and the commits since. */
export interface StoredParts {
  readonly xml: string;
  readonly records: readonly JournalRecord[];
}

/** Where the running configuration outlives the agent. */
export interface ConfigStore {
  /** What was stored last. The error is a sentence for the operator. */
  load(): Promise<Result<StoredConfig, string>>;
  /**
   * Stores a configuration durably: when this returns, a loss of power no longer loses it. An error
   * leaves the stored configuration as it was.
   */
  save(xml: string): Promise<Result<void, string>>;
  /** Stores a commit, whose edit changes the stored configuration, as durably; an error leaves it as it was. */
  append(record: JournalRecord): Promise<Result<void, string>>;
  /** Whether changes are stored apart from the configuration. */
  hasChanges(): boolean;
  /** Whether so many changes are stored that the configuration should be saved anew. */
  shouldCompact(): boolean;
  /** Puts the configuration before the last `append` back, durably. */
  revert(): Promise<Result<void, string>>;
}

const OPENING = '<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">';
const CLOSING = '</config>';

/** The text of the file that holds `xml`. */
export function wrapStored(xml: string): string {
  return `${OPENING}${xml}${CLOSING}\n`;
}

/** What `wrapStored` was given; undefined when the text is not whole. */
export function unwrapStored(text: string): string | undefined {
  const whole = text.trimEnd();
  if (!whole.startsWith(OPENING) || !whole.endsWith(CLOSING)) return undefined;
  return whole.slice(OPENING.length, whole.length - CLOSING.length);
}
