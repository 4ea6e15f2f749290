import type { RpcError } from '../errors/rpc-error.js';
import type { DesiredChange } from '../../link/engine-port.js';
import type { DesiredMpls, DesiredSession, DesiredTunnel } from '../../link/messages.js';
import type { DataNode } from '../yang/data-node.js';

/** One node that the commit changes, whole, before and after. Undefined: it is not there. */
export interface NodeChange {
  readonly before: DataNode | undefined;
  readonly after: DataNode | undefined;
}

/** The changes of a commit that a handler asked for, by the schema path it watches. */
export type Changes = ReadonlyMap<string, readonly NodeChange[]>;

/** What a handler answers to a change. */
export interface Preparation {
  /** Why the configuration cannot be taken; empty when it can. */
  readonly errors: readonly RpcError[];
  /** What the change asks of the engine: of sessions, and of tunnels and LSPs where it concerns those. */
  readonly sessions: DesiredChange;
  /** The same change backwards. */
  readonly undo: DesiredChange;
  /** Takes the change over: called once, when the commit has succeeded; does not fail. */
  take(): void;
}

/**
 * Answers for a part of the configuration. It sees whole nodes, old and new, never single leaves in
 * some order; and it sees only those that the commit touches, so that its work grows with the change.
 * `prepare` has no side effects: what it found out comes into force with `take`.
 */
export interface Handler {
  readonly name: string;
  /** Schema paths of the leaves, leaf-lists and presence containers that it answers for. */
  readonly claims: readonly string[];
  /** Schema paths of the nodes of which it wants every changed instance. */
  readonly watches: readonly string[];
  prepare(changes: Changes): Preparation;
  /** The sessions that the configuration in force asks for. */
  desired(): Iterable<DesiredSession>;
  /** The tunnels that it asks for, where the handler answers for tunnels. */
  desiredTunnels?(): Iterable<DesiredTunnel>;
  /** What it wants of LSPs, where the handler answers for that. One handler does at most. */
  desiredMpls?(): DesiredMpls | null;
}

/** A preparation that asks nothing of the engine. */
export function plainPreparation(errors: readonly RpcError[], take: () => void): Preparation {
  const nothing: DesiredChange = { set: [], remove: [] };
  return { errors, sessions: nothing, undo: nothing, take };
}

/** The changes of one watched path. */
export function changesOf(changes: Changes, path: string): readonly NodeChange[] {
  return changes.get(path) ?? [];
}
