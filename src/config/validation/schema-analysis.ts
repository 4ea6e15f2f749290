import type { SchemaNode } from '../yang/schema-node.js';
import type { YangContext } from '../yang/yang-context.js';
import { expressionsOf, leafrefTargets, markSchema, traitsOf, type Expression } from './node-constraints.js';

/** A leafref to the only key of a list that has no list around it: its target is found by its value. */
export interface KeyReference {
  readonly list: SchemaNode;
  /** Path of the list, with no predicates in it. */
  readonly path: string;
  readonly key: string;
}

/**
 * What of a configuration has to be looked at to know whether a change has left it valid.
 *
 * The data of a module are validated in an excerpt (see excerpt.ts): everything outside lists, and of lists
 * only the entries that were touched. That is exact as long as no constraint looks at entries of a list
 * together, or at one entry from outside of it. Lists of which one does are found here: they go into an
 * excerpt as a whole. What even that does not cover is said by `isOpen`: such a change is validated in full.
 */
export class SchemaAnalysis {
  readonly #context: YangContext;
  readonly #whole = new Set<SchemaNode>();
  readonly #withParts = new Set<SchemaNode>();
  readonly #openModules = new Set<string>();
  readonly #references = new Map<SchemaNode, KeyReference>();
  /** What is referred from by values, and what is around that. */
  readonly #referring = new Set<SchemaNode>();
  /** What is referred to, and by which leafs where those are found by the value; undefined where not by all. */
  readonly #targets = new Map<SchemaNode, readonly SchemaNode[] | undefined>();
  #hasInstances = false;

  constructor(context: YangContext) {
    this.#context = context;
    const nodes: SchemaNode[] = [];
    for (const { name, implemented } of context.modules()) {
      if (implemented) for (const root of context.schemaRoots(name)) collect(root, nodes);
    }
    for (const node of nodes) this.#analyse(node);
    // Parents come before their children: what holds for the children is known backwards.
    for (const node of nodes.toReversed()) {
      const { parent } = node;
      if (parent && (this.isPartial(node) || (node.kind === 'container' && this.#withParts.has(node)))) {
        this.#withParts.add(parent);
      }
    }
    for (const node of nodes) {
      markSchema(context, node, { isPartial: this.isPartial(node), hasParts: this.hasParts(node) });
    }
    for (const node of this.#references.keys()) {
      for (const around of [node, ...ancestorsOf(node)]) this.#referring.add(around);
    }
  }

  /** Whether single entries of this list can be told apart from the others; false for what is no list. */
  isPartial(schema: SchemaNode): boolean {
    return schema.kind === 'list' && !this.#whole.has(schema);
  }

  /** Whether a container or list entry has such lists inside. */
  hasParts(schema: SchemaNode): boolean {
    return this.#withParts.has(schema);
  }

  /** Whether changes in the top-level nodes of a module can only be validated in full. */
  isOpen(moduleName: string): boolean {
    return this.#openModules.has(moduleName);
  }

  /** How the target of a leafref is found; undefined for all other nodes. */
  referenceOf(schema: SchemaNode): KeyReference | undefined {
    return this.#references.get(schema);
  }

  /** Whether there may be such a leafref in a node of this kind, or it is one. */
  mayRefer(schema: SchemaNode): boolean {
    return this.#referring.has(schema);
  }

  /** Whether something may refer to a node of this kind, which then cannot just go. */
  isReferredTo(schema: SchemaNode): boolean {
    return this.#hasInstances || this.#targets.has(schema);
  }

  /** The leafs that may refer to a node of this kind by its value; undefined where that does not tell all. */
  referrersOf(schema: SchemaNode): readonly SchemaNode[] | undefined {
    return this.#hasInstances ? undefined : this.#targets.get(schema);
  }

  #analyse(node: SchemaNode): void {
    const { concernsAllEntries, leafrefPath, mayBeLeafref, mayBeInstance } = traitsOf(this.#context, node);
    if (node.kind === 'list' && (concernsAllEntries || node.isUserOrdered || node.keys.length === 0)) {
      this.#whole.add(node);
    }
    // Which case holds is seen only with all entries there; with one of the cases missing its default appears.
    if (node.kind === 'list' && node.choices.length > 0) this.#whole.add(node);
    if (leafrefPath !== undefined || mayBeLeafref) this.#analyseReference(node, leafrefPath);
    if (mayBeInstance) {
      this.#hasInstances = true;
      this.#openModules.add(moduleOf(node));
    }
    for (const expression of expressionsOf(this.#context, node)) this.#analyseExpression(node, expression);
  }

  #analyseReference(node: SchemaNode, path: string | undefined): void {
    const targets = leafrefTargets(this.#context, node);
    const known = targets.map((target) => (this.#targets.has(target) ? this.#targets.get(target) : []));
    for (const target of targets) this.#targets.set(target, undefined);
    const [target] = targets;
    if (path === undefined || target === undefined || targets.length > 1) {
      this.#openModules.add(moduleOf(node));
      return;
    }
    const list = target.parent;
    const isSimple = /^\s*\/[^[]*$/u.test(path) && target.isKey && list?.kind === 'list';
    if (isSimple && list.keys.length === 1 && !ancestorsOf(list).some(({ kind }) => kind === 'list')) {
      this.#references.set(node, { list, path: list.path(), key: target.name });
      const [others] = known;
      this.#targets.set(target, others && [...others, node]);
      return;
    }
    // What only climbs and then goes down stays below where it climbed to.
    const climbs = /^((?:\.\.\/)+)[^[.]*$/u.exec(path.trim())?.[1] ?? '';
    this.#relate(node, [target], climbs === '' ? undefined : ancestorsOf(node)[climbs.length / 3 - 1]);
  }

  #analyseExpression(node: SchemaNode, { text, passes }: Expression): void {
    if (passes === undefined || passes.some(({ isConfig }) => !isConfig)) {
      this.#openModules.add(moduleOf(node));
      for (const passed of passes ?? []) this.#openModules.add(moduleOf(passed));
      return;
    }
    const own = [node, ...ancestorsOf(node)];
    const climbed = own.findLast((ancestor) => passes.includes(ancestor));
    // What does not climb starts at the node or, with some forms of `when`, at the one around it.
    const isBelow = (passed: SchemaNode): boolean => passed === node || ancestorsOf(passed).includes(node);
    const top = climbed ?? (passes.every(isBelow) ? node : (node.parent ?? node));
    // Other axes, positions and what comes from a reference may lead to other entries unseen.
    const isOdd = /::|\/\/|\b(?:position|last|deref|id)\s*\(|\[\s*\d|\|/u.test(text);
    const climbsUnseen = climbed === undefined && /\.\.|(?:^|[\s(,=<>+*-])\//u.test(text);
    const isPlain = !isOdd && !climbsUnseen;
    const isBelowTop = passes.every((passed) => passed === top || ancestorsOf(passed).includes(top));
    const parts = isPlain && isBelowTop ? passes.filter((passed) => passed !== top) : passes;
    this.#relate(node, parts, isPlain && isBelowTop ? top : undefined);
  }

  /**
   * A constraint of `node` looks at `others`, from `top` downwards: all lists between have to be whole.
   * Without a `top` it is the root.
   */
  #relate(node: SchemaNode, others: readonly SchemaNode[], top: SchemaNode | undefined): void {
    for (const reached of [node, ...others]) {
      for (const step of [reached, ...ancestorsOf(reached)]) {
        if (step === top) break;
        if (step.kind === 'list') this.#whole.add(step);
      }
    }
    const modules = new Set([node, ...others].map((reached) => moduleOf(reached)));
    if (modules.size > 1) for (const name of modules) this.#openModules.add(name);
  }
}

function collect(node: SchemaNode, into: SchemaNode[]): void {
  if (!node.isConfig || node.kind === 'rpc' || node.kind === 'action' || node.kind === 'notification') return;
  into.push(node);
  if (node.kind === 'container' || node.kind === 'list') {
    for (const child of node.children) collect(child, into);
  }
}

/** The nodes around a node, the nearest first. */
function ancestorsOf(node: SchemaNode): readonly SchemaNode[] {
  const found: SchemaNode[] = [];
  for (let above = node.parent; above !== undefined; above = above.parent) found.push(above);
  return found;
}

/** The module of the top-level node that a node is in. */
function moduleOf(node: SchemaNode): string {
  return (ancestorsOf(node).at(-1) ?? node).moduleName;
}
