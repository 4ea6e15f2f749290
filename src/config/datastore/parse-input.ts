import { err, ok } from '../../lib/result.js';
import type { Outcome } from '../config-service.js';
import { errorPathFromDataPath, errorPathOf } from '../errors/error-path.js';
import type { RpcError } from '../errors/rpc-error.js';
import { isAboutAttribute, rpcErrorFromYang } from '../errors/yang-errors.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import { mayHaveDefaultAttribute } from '../yang/default-attribute.js';
import type { YangContext } from '../yang/yang-context.js';
import type { YangError } from '../yang/yang-error.js';
import { spellOutDefaultTags } from './default-tag-text.js';
import { settleDefaultTags } from './default-tags.js';
import { attributeOperation } from './edit/edit-attributes.js';

/**
 * Reads configuration that a client sent, without validating it as a whole: names, namespaces, types of
 * values, list keys, tags of defaults and that nothing of it is state. All errors that are found are told.
 *
 * @param xml any number of top-level elements
 * @param options.edit whether it is an edit: a leaf that is to be removed then needs no value, and is an
 * opaque node in the tree
 */
export function parseInput(context: YangContext, xml: string, options: { edit: boolean }): Outcome<DataTree> {
  if (!mayHaveDefaultAttribute(xml)) return parseNodes(context, xml, options);
  const parsed = parseNodes(context, spellOutDefaultTags(xml), options);
  if (!parsed.ok) return parsed;
  const errors = settleDefaultTags(parsed.value);
  if (errors.length === 0) return parsed;
  parsed.value.free();
  return err(errors);
}

function parseNodes(context: YangContext, xml: string, options: { edit: boolean }): Outcome<DataTree> {
  const strict = context.parse(xml, { format: 'xml', validate: false, configOnly: true });
  if (strict.ok) return strict;
  const found = trustworthy(strict.error);
  const lenient = context.parse(xml, { format: 'xml', validate: false, opaque: true });
  if (!lenient.ok) return err(found.map((error) => rpcErrorFromYang(error, context)));
  const tree = lenient.value;
  const opaque = outermostOpaque(tree.roots());
  const emptied = options.edit ? opaque.filter((node) => isEmptyRemoval(node)) : [];
  const harmless = new Set(emptied.map((node) => errorPathOf(node).text));
  const errors = found.filter((error) => !harmless.has(pathOf(error, context) ?? ''));
  if (errors.length === 0) return ok(tree);
  const told = describe(errors, opaque, context);
  tree.free();
  return err(told);
}

/** Behind an attribute that it refuses libyang loses its place: it takes what it finds for the content. */
function trustworthy(errors: readonly YangError[]): readonly YangError[] {
  const last = errors.findIndex((error) => isAboutAttribute(error));
  return last === -1 ? errors : errors.slice(0, last + 1);
}

function pathOf(error: YangError, context: YangContext): string | undefined {
  return error.dataPath === undefined ? undefined : errorPathFromDataPath(error.dataPath, context)?.text;
}

/** libyang does not tell which element is of an unknown namespace; the opaque nodes do, in the same order. */
function describe(
  errors: readonly YangError[],
  opaque: readonly DataNode[],
  context: YangContext,
): readonly RpcError[] {
  const strangers = opaque.filter((node) => context.moduleByNamespace(node.namespace) === undefined);
  return errors.map((error) => {
    const stranger = error.tag === 'unknown-namespace' ? strangers.shift() : undefined;
    return rpcErrorFromYang(error, context, stranger?.name);
  });
}

function outermostOpaque(nodes: Iterable<DataNode>): DataNode[] {
  return [...nodes].flatMap((node) => (node.kind === 'opaque' ? [node] : outermostOpaque(node.children())));
}

/** A leaf without a value that is removed, itself or with what it lies in: no value is needed (RFC 6241 §7.2). */
function isEmptyRemoval(node: DataNode): boolean {
  if (node.value.trim() !== '' || node.firstChild !== undefined) return false;
  const module = node.tree.context.moduleByNamespace(node.namespace);
  if (module === undefined) return false;
  const schema =
    node.parent === undefined
      ? node.tree.context.schema(`/${module.name}:${node.name}`)
      : node.parent.schema().child(node.name, module.name);
  if (schema === undefined || schema.kind !== 'leaf' || !schema.isConfig) return false;
  const operation = effectiveOperation(node);
  return operation === 'delete' || operation === 'remove';
}

function effectiveOperation(node: DataNode): string | undefined {
  for (let at: DataNode | undefined = node; at !== undefined; at = at.parent) {
    const operation = attributeOperation(at);
    if (operation !== undefined) return operation;
  }
  return undefined;
}
