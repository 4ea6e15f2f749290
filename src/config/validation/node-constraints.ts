import type { SchemaNode } from '../yang/schema-node.js';
import type { YangContext } from '../yang/yang-context.js';

/** The constraints of a node that are not XPath expressions; see tools/libyang-wasm/shim/constraints.c. */
export interface Traits {
  /** min-elements, max-elements or unique: what all entries of a list have to satisfy together. */
  readonly concernsAllEntries: boolean;
  /** The path of a leafref that has to find its target, as the module has it. */
  readonly leafrefPath: string | undefined;
  /** A union with such a leafref among its members. */
  readonly mayBeLeafref: boolean;
  /** An instance-identifier that has to find its target, alone or in a union. */
  readonly mayBeInstance: boolean;
}

/** An expression of `must` or `when`, and the schema nodes that evaluating it passes. */
export interface Expression {
  readonly text: string;
  /** Undefined when they cannot be told. */
  readonly passes: readonly SchemaNode[] | undefined;
}

const BITS = { elements: 1, unique: 2, leafref: 4, member: 8, instance: 16 } as const;

export function traitsOf({ native }: YangContext, node: SchemaNode): Traits {
  const bits = native.call('yw_traits', node.pointer);
  const isLeafref = (bits & BITS.leafref) !== 0;
  return {
    concernsAllEntries: (bits & (BITS.elements | BITS.unique)) !== 0,
    leafrefPath: isLeafref ? native.memory.text(native.call('yw_leafref_path', node.pointer)) : undefined,
    mayBeLeafref: (bits & BITS.member) !== 0,
    mayBeInstance: (bits & BITS.instance) !== 0,
  };
}

const MARKS = { partial: 1, parts: 2 } as const;

/** Tells libyang's side what copies outside lists (DataTree.insertOutsideLists) leave out. */
export function markSchema(
  { native }: YangContext,
  node: SchemaNode,
  { isPartial, hasParts }: { readonly isPartial: boolean; readonly hasParts: boolean },
): void {
  native.call('yw_mark', node.pointer, (isPartial ? MARKS.partial : 0) | (hasParts ? MARKS.parts : 0));
}

/** The expressions that a node depends on: of its `must` and `when`, and of the choices and cases around it. */
export function expressionsOf(context: YangContext, node: SchemaNode): readonly Expression[] {
  const { native } = context;
  const { LY_ENOTFOUND } = native.layout.constant;
  const found: Expression[] = [];
  for (;;) {
    const expression = native.frame((frame) => {
      const [text, atoms] = [frame.words(0), frame.words(0)];
      const result = native.call('yw_constraint', node.pointer, found.length, text, atoms);
      if (result === LY_ENOTFOUND) return undefined;
      return {
        text: native.memory.text(native.memory.u32(text)) ?? '',
        passes: result === 0 ? takeNodes(context, native.memory.u32(atoms)) : undefined,
      };
    });
    if (expression === undefined) return found;
    found.push(expression);
  }
}

/** The nodes that a leafref, alone or in a union, refers to. */
export function leafrefTargets(context: YangContext, node: SchemaNode): readonly SchemaNode[] {
  const { native } = context;
  return native.frame((frame) => {
    const set = frame.words(0);
    const result = native.call('lysc_node_lref_targets', node.pointer, set);
    return result === 0 ? (takeNodes(context, native.memory.u32(set)) ?? []) : [];
  });
}

/** The data nodes of a set, which is freed; undefined when there is a node of another kind in it. */
function takeNodes({ native, schemas }: YangContext, set: number): readonly SchemaNode[] | undefined {
  if (set === 0) return [];
  const { memory, layout } = native;
  const objects = memory.u32(set + layout.set.objs);
  const length = memory.u32(set + layout.set.count);
  const pointers = Array.from({ length }, (_, index) => memory.u32(objects + 4 * index));
  native.call('ly_set_free', set, 0);
  const isData = (pointer: number): boolean => native.call('lysc_data_node', pointer) === pointer;
  return pointers.every(isData) ? pointers.map((pointer) => schemas.nodeAt(pointer)) : undefined;
}
