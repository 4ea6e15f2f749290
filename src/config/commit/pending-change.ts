import { writeEdit } from '../compare/edit-writer.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import type { ConfigChange } from './commit-history.js';
import { Excerpt } from '../validation/excerpt.js';
import { mayLeaveReferences } from '../validation/lost-targets.js';
import type { SchemaAnalysis } from '../validation/schema-analysis.js';
import type { TouchedEntry, TouchedNodes } from '../validation/touched-nodes.js';

/** The parts of two trees where they may differ, as small trees; whoever gets them frees them. */
export interface Excerpts extends Disposable {
  readonly running: DataTree;
  readonly candidate: DataTree;
}

/** A valid change: what it makes of running, and what validation adds to the candidate. */
export interface NarrowChange extends Disposable {
  /** From running to the validated candidate, defaults included. */
  readonly diff: DataTree;
  /** The same as edits. */
  change(): ConfigChange;
  /** The validated excerpt of the candidate. */
  readonly validated: DataTree;
  /** From the candidate as it is to the validated one, and back. */
  readonly additions: DataTree;
  readonly additionsBack: DataTree;
}

/** The excerpts of running and candidate that hold all that was touched. */
export function touchedExcerpts(
  running: DataTree,
  candidate: DataTree,
  touched: TouchedNodes,
  analysis: SchemaAnalysis,
): Excerpts {
  const before = new Excerpt(running, analysis);
  const after = new Excerpt(candidate, analysis);
  const add = (entry: TouchedEntry): void => {
    before.addEntry(entry, after.addEntry(entry));
  };
  for (const excerpt of [before, after]) excerpt.addModules(touched.modules);
  touched.entries().forEach((entry) => add(entry));
  addTargets(after, add);
  return {
    running: before.tree,
    candidate: after.tree,
    [Symbol.dispose]() {
      before.tree.free();
      after.tree.free();
    },
  };
}

/** What is referred to may refer to something else in its turn; what is not there at all stays missing. */
function addTargets(excerpt: Excerpt, add: (entry: TouchedEntry) => void): void {
  const known = new Set<string>();
  for (;;) {
    const missing = excerpt.missingTargets().filter(({ chain: [path = ''] }) => !known.has(path));
    if (missing.length === 0) return;
    for (const entry of missing) {
      known.add(entry.chain[0] ?? '');
      add(entry);
    }
  }
}

/**
 * Validates the touched part of the candidate alone. The answer is undefined when that does not decide:
 * the candidate is not valid, or the change may have effects outside; then all of it has to be validated.
 */
export function narrowChange(
  running: DataTree,
  candidate: DataTree,
  touched: TouchedNodes,
  analysis: SchemaAnalysis,
): NarrowChange | undefined {
  const modules = [...touched.modules];
  if (touched.everything || modules.some((name) => analysis.isOpen(name))) return undefined;
  using excerpts = touchedExcerpts(running, candidate, touched, analysis);
  const validated = excerpts.candidate.duplicate();
  let hasAdditions = false;
  for (const name of modules) {
    const valid = validated.validateModule(name);
    if (!valid.ok) {
      validated.free();
      return undefined;
    }
    hasAdditions ||= valid.value.hasChanged;
  }
  const diff = excerpts.running.diff(validated, { defaults: true });
  if (mayLeaveReferences(diff, candidate, analysis)) {
    diff.free();
    validated.free();
    return undefined;
  }
  const difference = (from: DataTree, to: DataTree): DataTree =>
    hasAdditions ? from.diff(to, { defaults: true }) : running.context.emptyTree();
  const additions = difference(excerpts.candidate, validated);
  const additionsBack = difference(validated, excerpts.candidate);
  const backwards = validated.diff(excerpts.running, { defaults: true });
  for (const tree of [excerpts.running, validated]) tree.roots().forEach((root) => keepContainers(root));
  return {
    diff,
    change: () => ({ edit: writeEdit(diff), undo: writeEdit(backwards) }),
    validated,
    additions,
    additionsBack,
    [Symbol.dispose]() {
      for (const tree of [diff, backwards, validated, additions, additionsBack]) tree.free();
    },
  };
}

/**
 * Containers that exist for their content count as there by default when an excerpt shows nothing else of
 * it; compared like that, they would seem to go with all that it does not show.
 */
function keepContainers(node: DataNode): void {
  if (node.kind !== 'container' && node.kind !== 'list') return;
  const { memory, layout } = node.tree.context.native;
  if (node.kind === 'container' && !node.isPresence) {
    const flags = node.pointer + layout.node.flags;
    memory.setU32(flags, memory.u32(flags) & ~layout.constant.LYD_DEFAULT);
  }
  for (const child of node.children()) keepContainers(child);
}
