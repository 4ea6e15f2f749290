import { ErrorPaths } from '../errors/error-path.js';
import type { ErrorPath } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';

/** One change of a configuration as netconf-config-change tells it (RFC 6470 §2.2). */
export interface ConfigEdit {
  /** The uppermost node that changed, or one around it; null: the whole configuration. */
  readonly target: ErrorPath | null;
  readonly operation: 'create' | 'delete' | 'replace' | 'merge';
}

/** Bounds on the list of edits in one notification. */
const MAX_EDITS = 256;
const MAX_PATH_CHARACTERS = 65_536;

/**
 * The edits that a difference between two configurations consists of, each with its uppermost node.
 * Containers without meaning of their own do not count as nodes that come and go, nor do values that
 * nobody set. Where the list would be too long, edits are summed up as merges of the nodes around them.
 *
 * @param diff as DataTree.diff makes it, with defaults
 */
export function configEdits(diff: DataTree): readonly ConfigEdit[] {
  let found: readonly Found[] = diff.roots().flatMap((root) => editsIn(root, 'none'));
  while (found.length > MAX_EDITS) found = summedUp(found);
  const paths = new ErrorPaths();
  let edits = found.map((one) => editOf(one, paths));
  while (edits.length > 1 && charactersOf(edits) > MAX_PATH_CHARACTERS) {
    found = summedUp(found);
    edits = found.map((one) => editOf(one, paths));
  }
  return edits;
}

interface Found {
  /** Undefined: the root of all. */
  readonly node: DataNode | undefined;
  readonly operation: ConfigEdit['operation'];
}

function editOf({ node, operation }: Found, paths: ErrorPaths): ConfigEdit {
  return { target: node === undefined ? null : paths.of(node), operation };
}

/** @param inherited the operation of the node around it, which holds unless `node` has its own */
function editsIn(node: DataNode, inherited: string): Found[] {
  let operation = inherited;
  let before: string | undefined;
  for (const { moduleName, name, value } of node.metadata()) {
    if (moduleName === 'yang' && name === 'operation') operation = value;
    if (moduleName === 'yang' && name === 'orig-default') before = value;
  }
  const wasDefault = before === 'true';
  if (node.kind === 'container' && !node.isPresence) return below(node, operation);
  if (operation === 'none') return node.kind === 'leaf' ? sameValue(node, before) : below(node, 'none');
  if (operation === 'create') return node.isDefault ? [] : [{ node, operation }];
  if (operation === 'delete') return node.isDefault ? [] : [{ node, operation }];
  // An entry that only moved keeps its content.
  if (node.kind !== 'leaf') return [{ node, operation: 'merge' }, ...below(node, 'none')];
  if (node.isDefault) return wasDefault ? [] : [{ node, operation: 'delete' }];
  return [{ node, operation: wasDefault ? 'create' : 'replace' }];
}

/**
 * A leaf whose value stays: it was set to its default, or left to it.
 * @param before whether it was there by default before, where that was noted
 */
function sameValue(node: DataNode, before: string | undefined): Found[] {
  if (before === undefined || (before === 'true') === node.isDefault) return [];
  return [{ node, operation: node.isDefault ? 'delete' : 'create' }];
}

/** Where there are too many, `node` stands for all of them, and the rest is not looked at. */
function below(node: DataNode, operation: string): Found[] {
  const found: Found[] = [];
  for (const child of node.children()) {
    if (!child.isKey) found.push(...editsIn(child, operation));
    if (found.length > MAX_EDITS) return [{ node, operation: 'merge' }];
  }
  return found;
}

function charactersOf(edits: readonly ConfigEdit[]): number {
  return edits.reduce((sum, { target }) => sum + (target?.text.length ?? 0), 0);
}

/** Each edit as a merge of the node around it, every such node once. */
function summedUp(found: readonly Found[]): readonly Found[] {
  const around = new Map<number, Found>();
  for (const { node } of found) {
    const parent = node?.parent;
    around.set(parent?.pointer ?? 0, { node: parent, operation: 'merge' });
  }
  return [...around.values()];
}
