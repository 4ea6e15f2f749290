import type { ConfigChange } from '../commit/commit-history.js';
import type { DataTree } from '../yang/data-tree.js';
import { writeEdit } from './edit-writer.js';
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
  using backwards = after.diff(before, { defaults: true });
  return { edit: writeEdit(forwards), undo: writeEdit(backwards) };
}
