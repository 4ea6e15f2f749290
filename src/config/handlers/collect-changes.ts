import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import type { Changes, NodeChange } from './handler.js';

/**
 * Sorts a diff by the schema paths that handlers watch: for every instance of a watched node that the
 * diff touches, the whole node as it is in `before` and in `after`. The cost grows with the diff.
 */
export function collectChanges(
  diff: DataTree,
  before: DataTree,
  after: DataTree,
  watches: readonly string[],
): Changes {
  const collector = new Collector(before, after, watches);
  for (const node of diff.roots()) collector.visitTop(node);
  return collector.changes;
}

/** A node of the diff at `path`, and the same node in the two trees. */
interface Place extends NodeChange {
  readonly path: string;
  readonly moduleName: string;
}

class Collector {
  readonly changes = new Map<string, NodeChange[]>();
  readonly #before: DataTree;
  readonly #after: DataTree;
  readonly #watches: ReadonlySet<string>;
  readonly #ancestors: ReadonlySet<string>;

  constructor(before: DataTree, after: DataTree, watches: readonly string[]) {
    this.#before = before;
    this.#after = after;
    this.#watches = new Set(watches);
    this.#ancestors = new Set(watches.flatMap((path) => ancestorsOf(path)));
  }

  visitTop(node: DataNode): void {
    const path = `/${node.moduleName}:${node.name}`;
    if (!this.#concerns(path)) return;
    this.#visit(node, {
      path,
      moduleName: node.moduleName,
      before: this.#before.findSibling(undefined, node),
      after: this.#after.findSibling(undefined, node),
    });
  }

  #visitChild(node: DataNode, parent: Place): void {
    const moduleName = node.moduleName;
    const step = moduleName === parent.moduleName ? node.name : `${moduleName}:${node.name}`;
    const path = `${parent.path}/${step}`;
    if (!this.#concerns(path)) return;
    this.#visit(node, {
      path,
      moduleName,
      before: parent.before && this.#before.findSibling(parent.before, node),
      after: parent.after && this.#after.findSibling(parent.after, node),
    });
  }

  #visit(node: DataNode, place: Place): void {
    if (this.#watches.has(place.path)) this.#add(place);
    if (!this.#ancestors.has(place.path)) return;
    for (const child of node.children()) this.#visitChild(child, place);
  }

  #add({ path, before, after }: Place): void {
    const list = this.changes.get(path);
    if (list === undefined) this.changes.set(path, [{ before, after }]);
    else list.push({ before, after });
  }

  #concerns(path: string): boolean {
    return this.#watches.has(path) || this.#ancestors.has(path);
  }
}

function ancestorsOf(path: string): string[] {
  const ancestors: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    ancestors.push(path.slice(0, end));
  }
  return ancestors;
}
