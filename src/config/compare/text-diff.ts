import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import { readDiffNode, type DiffOperation } from './diff-node.js';

/**
 * A diff for people, a line for each node: `+` and `-` for what comes and goes, `!` for a value that
 * changes, `~` for an entry that moves; then the path, and the value of a leaf. '' when nothing differs.
 */
export function writeTextDiff(diff: DataTree): string {
  return diff
    .roots()
    .flatMap((node) => [...linesOf(node, 'none')])
    .map((line) => `${line}\n`)
    .join('');
}

function* linesOf(node: DataNode, inherited: DiffOperation): Generator<string> {
  const { operation, change, behind } = readDiffNode(node, inherited);
  switch (change.type) {
    case 'create':
      yield* wholeNode('+', node);
      return;
    case 'delete':
      yield* wholeNode('-', node);
      return;
    case 'change':
      yield `! ${node.path()} = ${change.before} -> ${node.value}`;
      return;
    case 'move':
      yield `~ ${node.path()} ${behind ? `after ${behind}` : 'first'}`;
      yield* childLines(node, 'none');
      return;
    case 'same':
      yield* childLines(node, operation);
  }
}

function* childLines(node: DataNode, operation: DiffOperation): Generator<string> {
  for (const child of node.children()) if (!child.isKey) yield* linesOf(child, operation);
}

function* wholeNode(sign: '+' | '-', node: DataNode): Generator<string> {
  if (node.isDefault || (node.isKey && node.parent !== undefined)) return;
  if (node.kind === 'leaf') yield `${sign} ${node.path()} = ${node.value}`;
  else if (node.kind !== 'container' || node.isPresence) yield `${sign} ${node.path()}`;
  if (node.kind === 'anydata' || node.kind === 'anyxml') return;
  for (const child of node.children()) yield* wholeNode(sign, child);
}
