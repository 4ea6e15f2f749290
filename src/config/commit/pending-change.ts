import { changeOf } from '../compare/compare-trees.js';
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
  const owned: Disposable[] = [];
  const excerpts = (): Excerpts => touchedExcerpts(running, candidate, touched, analysis);
  const change = validatedChange(excerpts, touched, owned);
  if (change !== undefined && !mayLeaveReferences(change.diff, candidate, analysis)) return change;
  release(owned);
  return undefined;
}

/**
 * @param excerpts makes them, each time anew
 * @param owned where what has to be freed is put, of a change that is none as well
 */
function validatedChange(
  excerpts: () => Excerpts,
  touched: TouchedNodes,
  owned: Disposable[],
): NarrowChange | undefined {
  const own = <T extends Disposable>(one: T): T => {
    owned.push(one);
    return one;
  };
  const { running, candidate: validated } = own(excerpts());
  // Values that change bring no defaults with them: then there is no need of a copy that stays as it is.
  const copy = touched.hasWholeEntries ? own(validated.duplicate()) : undefined;
  let hasAdditions = false;
  for (const name of touched.modules) {
    const valid = validated.validateModule(name);
    if (!valid.ok) return undefined;
    hasAdditions ||= valid.value.hasChanged;
  }
  const diff = own(running.diff(validated, { defaults: true }));
  diff.keepMetadata();
  const pending = hasAdditions ? (copy ?? own(excerpts()).candidate) : undefined;
  const difference = (from: DataTree | undefined, to: DataTree | undefined): DataTree =>
    own(from && to ? from.diff(to, { defaults: true }) : running.context.emptyTree());
  return {
    diff,
    change: () => changeOf(diff, running, validated),
    validated,
    additions: difference(pending, pending && validated),
    additionsBack: difference(pending && validated, pending),
    [Symbol.dispose]: () => release(owned),
  };
}

function release(owned: readonly Disposable[]): void {
  for (const one of owned) one[Symbol.dispose]();
}
