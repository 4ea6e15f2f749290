import { type Result, err, ok } from '../../lib/result.js';
import type { CallFrame } from './call-frame.js';
import { DataNode } from './data-node.js';
import type { DataTree } from './data-tree.js';
import { clearErrors } from './error-list.js';
import type { Address } from './linear-memory.js';
import type { YangContext } from './yang-context.js';
import type { YangError } from './yang-error.js';

export interface XPathOptions {
  /** The context node, and what relative paths start at; the root unless given. */
  readonly at?: DataNode;
  /**
   * What prefixes stand for, as in XML: prefix → namespace URI; every name needs a prefix then. Without
   * it prefixes are names of modules, and a name without one is of any module.
   */
  readonly namespaces?: ReadonlyMap<string, string>;
}

/** Evaluates an XPath 1.0 expression with the functions of RFC 7950 §10 to nodes, in document order. */
export function evaluateXPath(
  tree: DataTree,
  expression: string,
  options: XPathOptions,
): Result<readonly DataNode[], readonly YangError[]> {
  const { context } = tree;
  const { native } = context;
  if (expression.length > lengthMost) return err([tooLong]);
  if (expression.includes('\0')) return err([zeroByte]);
  return native.frame((frame) => {
    const standIn = tree.first === 0 ? makeStandIn(context, frame) : 0;
    const found = frame.words(0);
    const prefixes = prefixPairs(frame, options.namespaces);
    const arguments_ = [frame.text(expression), prefixes, options.namespaces?.size ?? 0, found] as const;
    clearErrors(native, context.pointer);
    const result = native.call('yw_xpath', options.at?.pointer ?? 0, tree.first || standIn, ...arguments_);
    const pointers = result === 0 ? takeSet(context, native.memory.u32(found)) : [];
    const errors = result === 0 ? [] : context.errors(result, 'value');
    if (standIn !== 0) native.call('lyd_free_tree', standIn);
    if (result !== 0) return err(errors);
    return ok(standIn === 0 ? pointers.map((pointer) => new DataNode(tree, pointer)) : []);
  });
}

/** Compiling an expression takes time that grows with the square of its length: 30 ms for this one. */
const lengthMost = 8192;

const tooLong: YangError = {
  message: `An XPath expression of more than ${lengthMost} characters is not evaluated.`,
  tag: 'too-big',
  code: 'LYVE_XPATH',
};

const zeroByte: YangError = {
  message: 'The character U+0000 is not allowed in XPath.',
  tag: 'invalid-value',
  code: 'LYVE_XPATH',
};

/** libyang evaluates nothing without a tree, but an expression may be wrong over an empty one as well. */
function makeStandIn(context: YangContext, frame: CallFrame): Address {
  const { native } = context;
  const made = frame.words(0);
  const names = [frame.text('nothing'), 0, 0, frame.text('yang')] as const;
  context.check('make a node', native.call('lyd_new_opaq', 0, context.pointer, ...names, made));
  return native.memory.u32(made);
}

function prefixPairs(frame: CallFrame, namespaces: ReadonlyMap<string, string> | undefined): Address {
  if (!namespaces) return 0;
  const texts = [...namespaces].flatMap(([prefix, uri]) => [frame.text(prefix), frame.text(uri)]);
  return frame.words(...texts, 0);
}

/** The pointers in a set of libyang, which is freed. */
function takeSet({ native }: YangContext, set: Address): Address[] {
  const { memory, layout } = native;
  const objects = memory.u32(set + layout.set.objs);
  const length = memory.u32(set + layout.set.count);
  const pointers = Array.from({ length }, (_, index) => memory.u32(objects + 4 * index));
  native.call('ly_set_free', set, 0);
  return pointers;
}
