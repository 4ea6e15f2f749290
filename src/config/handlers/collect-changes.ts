import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import type { SchemaNode } from '../yang/schema-node.js';
import type { Changes, NodeChange } from './handler.js';

/** What nodes of one schema node are to handlers. */
interface Interest {
  readonly path: string;
  readonly isWatched: boolean;
  /** Whether what is watched may be inside. */
  readonly leadsOn: boolean;
}

/** The schema paths that handlers watch, in one context. */
export class WatchedPaths {
  readonly #watches: ReadonlySet<string>;
  readonly #ancestors: ReadonlySet<string>;
  readonly #interests = new Map<SchemaNode, Interest | undefined>();

  constructor(watches: readonly string[]) {
    this.#watches = new Set(watches);
    this.#ancestors = new Set(watches.flatMap((path) => ancestorsOf(path)));
  }

  /** Undefined: nobody wants to know of such nodes. */
  interestIn(schema: SchemaNode): Interest | undefined {
    const known = this.#interests.get(schema);
    if (known !== undefined || this.#interests.has(schema)) return known;
    const found = this.#find(schema.path());
    this.#interests.set(schema, found);
    return found;
  }

  #find(path: string): Interest | undefined {
    const isWatched = this.#watches.has(path);
    const leadsOn = this.#ancestors.has(path);
    return isWatched || leadsOn ? { path, isWatched, leadsOn } : undefined;
  }
}

/**
 * Sorts a diff by the schema paths that handlers watch: for every instance of a watched node that the
 * diff touches, the whole node as it is in `before` and in `after`. The cost grows with the diff.
 */
export function collectChanges(
  diff: DataTree,
  before: DataTree,
  after: DataTree,
  watches: WatchedPaths,
): Changes {
  const collector = new Collector(before, after, watches);
  for (const node of diff.roots()) collector.visitTop(node);
  return collector.changes;
}

class Collector {
  readonly changes = new Map<string, NodeChange[]>();
  readonly #before: DataTree;
  readonly #after: DataTree;
  readonly #watches: WatchedPaths;

  constructor(before: DataTree, after: DataTree, watches: WatchedPaths) {
    this.#before = before;
    this.#after = after;
    this.#watches = watches;
  }

  visitTop(node: DataNode): void {
    const interest = this.#watches.interestIn(node.schema());
    if (interest === undefined) return;
    this.#visit(node, interest, {
      before: this.#before.findSibling(undefined, node),
      after: this.#after.findSibling(undefined, node),
    });
  }

  #visitChild(node: DataNode, around: NodeChange): void {
    const interest = this.#watches.interestIn(node.schema());
    if (interest === undefined) return;
    this.#visit(node, interest, {
      before: around.before && this.#before.findSibling(around.before, node),
      after: around.after && this.#after.findSibling(around.after, node),
    });
  }

  #visit(node: DataNode, { path, isWatched, leadsOn }: Interest, change: NodeChange): void {
    if (isWatched) this.#add(path, change);
    if (!leadsOn) return;
    for (const child of node.children()) this.#visitChild(child, change);
  }

  #add(path: string, change: NodeChange): void {
    const list = this.changes.get(path);
    if (list === undefined) this.changes.set(path, [change]);
    else list.push(change);
  }
}

function ancestorsOf(path: string): string[] {
  const ancestors: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    ancestors.push(path.slice(0, end));
  }
  return ancestors;
}
