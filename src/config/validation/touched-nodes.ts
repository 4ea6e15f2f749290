import type { DataNode } from '../yang/data-node.js';
import type { SchemaAnalysis } from './schema-analysis.js';

/** Entries beyond this number are not told apart: then looking at everything is no dearer. */
const ENTRIES_MOST = 1000;

/** An entry of a list in which something has changed. */
export interface TouchedEntry {
  /** Paths of the list entries around it, the outermost first, and of itself. */
  readonly chain: readonly string[];
  /** Whether it was added or removed as a whole; otherwise something outside the lists in it has changed. */
  readonly whole: boolean;
}

/**
 * Where a candidate may differ from running: the modules, and the list entries, that edits have touched.
 * What is not touched is equal in both.
 */
export class TouchedNodes {
  readonly #analysis: SchemaAnalysis;
  readonly #modules = new Set<string>();
  readonly #entries = new Map<string, TouchedEntry>();
  #everything = false;
  #hasWhole = false;
  #inside = 0;
  /** The entry around what was touched last, 0 where entries have come or gone since: noted already. */
  #around = 0;

  constructor(analysis: SchemaAnalysis) {
    this.#analysis = analysis;
  }

  /** True: anything may differ. */
  get everything(): boolean {
    return this.#everything;
  }

  /** True: nothing differs. */
  get isEmpty(): boolean {
    return !this.#everything && this.#modules.size === 0;
  }

  /** The modules of the touched top-level nodes. */
  get modules(): ReadonlySet<string> {
    return this.#modules;
  }

  /** The outer entries come before those inside. */
  entries(): readonly TouchedEntry[] {
    return [...this.#entries.values()].toSorted((one, other) => one.chain.length - other.chain.length);
  }

  /** Whether entries have come or gone. */
  get hasWholeEntries(): boolean {
    return this.#hasWhole;
  }

  /** Nothing differs any more. */
  clear(): void {
    this.#modules.clear();
    this.#entries.clear();
    this.#everything = false;
    this.#hasWhole = false;
    this.#inside = 0;
    this.#around = 0;
  }

  /** Anything may differ from now on. */
  touchEverything(): void {
    this.clear();
    this.#everything = true;
  }

  /** `node` has been added or moved, has another value, or is about to be removed. */
  touch(node: DataNode): void {
    if (this.#everything) return;
    const isEntry = this.#analysis.isPartial(node.schema());
    const hasParts = this.#analysis.hasParts(node.schema());
    const entry = isEntry ? node : this.#entryAround(node);
    if (!isEntry && !hasParts && entry !== undefined && entry.pointer === this.#around) return;
    this.#modules.add(rootOf(node).moduleName);
    if (entry !== undefined) this.#add(entry, isEntry);
    if (!isEntry && hasParts) this.#touchInside(node);
    if (isEntry && hasParts) this.#count(node);
    this.#around = isEntry || hasParts || this.#everything ? 0 : (entry?.pointer ?? 0);
  }

  #touchInside(node: DataNode): void {
    for (const child of node.children()) {
      if (this.#everything) return;
      const hasParts = this.#analysis.hasParts(child.schema());
      if (this.#analysis.isPartial(child.schema())) {
        this.#add(child, true);
        if (hasParts) this.#count(child);
      } else if (hasParts) this.#touchInside(child);
    }
  }

  /** Entries inside a whole one are not told apart, but there may be many. */
  #count(node: DataNode): void {
    for (const child of node.children()) {
      if (this.#everything) return;
      if (this.#analysis.isPartial(child.schema())) this.#inside += 1;
      if (this.#analysis.hasParts(child.schema())) this.#count(child);
      if (this.#inside > ENTRIES_MOST) this.touchEverything();
    }
  }

  #add(entry: DataNode, whole: boolean): void {
    const chain = [entry.path()];
    for (let around = this.#entryAround(entry); around; around = this.#entryAround(around)) {
      chain.unshift(around.path());
    }
    const path = chain.at(-1) ?? '';
    // Such a key cannot be written in a path.
    const isNamed = !chain.some((step) => step.includes('"') && step.includes("'"));
    if (!isNamed || (!this.#entries.has(path) && this.#entries.size >= ENTRIES_MOST)) {
      this.touchEverything();
      return;
    }
    this.#hasWhole ||= whole;
    this.#entries.set(path, { chain, whole: whole || this.#entries.get(path)?.whole === true });
  }

  #entryAround(node: DataNode): DataNode | undefined {
    let around = node.parent;
    while (around !== undefined && !this.#analysis.isPartial(around.schema())) around = around.parent;
    return around;
  }
}

function rootOf(node: DataNode): DataNode {
  let top = node;
  for (let above = node.parent; above !== undefined; above = above.parent) top = above;
  return top;
}
