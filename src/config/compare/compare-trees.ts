import type { ConfigChange } from '../commit/commit-history.js';
import type { DataTree } from '../yang/data-tree.js';
import { writeEdit, writeUndo } from './edit-writer.js';
import { writeTextDiff } from './text-diff.js';

/** How two configurations differ. */
export interface Comparison {
  /** Content of an edit-config's `<config>`; '' when they are equal. */
  readonly edit: string;
  /** For people, see writeTextDiff. */
  readonly text: string;
}

/** What makes `target` out of `source`. */
export function compareTrees(source: DataTree, target: DataTree): Comparison {
  using diff = source.diff(target, { defaults: true });
  return { edit: writeEdit(diff), text: writeTextDiff(diff) };
}

/** What makes `after` out of `before`, and back. */
export function changeBetween(before: DataTree, after: DataTree): ConfigChange {
  using forwards = before.diff(after, { defaults: true });
  return changeOf(forwards, before, after);
}

/** The change that a difference between two configurations is, and back. */
export function changeOf(diff: DataTree, before: DataTree, after: DataTree): ConfigChange {
  return { edit: writeEdit(diff), undo: writeUndo(diff) ?? writeOpposite(before, after) };
}

function writeOpposite(before: DataTree, after: DataTree): string {
  using backwards = after.diff(before, { defaults: true });
  return writeEdit(backwards);
}
