import type { Result } from '../../lib/result.js';
import type { DesiredSession, SessionKey } from '../../link/messages.js';
import type { RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import type { ConfiguredAuthentication } from './authentication.js';

/** A session of the configuration. */
export interface ConfiguredSession {
  /** What the entry by itself asks for; the keys are not in it. */
  readonly desired: DesiredSession;
  /** The keys of the entry as they are configured, by leaf: an address may have a zone there. */
  readonly entryKeys: Readonly<Record<string, string>>;
  /** The interface that it is Up on alone; null: it does not depend on one. */
  readonly interface: string | null;
  /** Null: it is not authenticated. */
  readonly authentication: ConfiguredAuthentication | null;
}

/** A session of the configuration, and the bfdv1 instance whose it is. */
export interface OwnedSession extends ConfiguredSession {
  readonly instance: string;
}

/** A list of sessions in the configuration. */
export interface SessionList {
  /** Schema path of the list. */
  readonly path: string;
  /** Its leaves, by their paths from an entry, that are acted on. */
  readonly leaves: readonly string[];
  /** The key of the session that an entry stands for. */
  key(entry: DataNode): SessionKey;
  /** Reads an entry, with all that is wrong with it. */
  read(entry: DataNode): Result<ConfiguredSession, readonly RpcError[]>;
}
