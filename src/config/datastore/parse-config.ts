import { err, ok } from '../../lib/result.js';
import type { Outcome } from '../config-service.js';
import { unknownAttribute, type RpcError } from '../errors/rpc-error.js';
import { rpcErrorFromYang } from '../errors/yang-errors.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import { mayHaveDefaultAttribute } from '../yang/default-attribute.js';
import type { YangContext } from '../yang/yang-context.js';
import { dropTaggedDefaults } from './default-tags.js';
import { at, editAttributeNames } from './edit/edit-attributes.js';
import { parseInput } from './parse-input.js';

/**
 * Reads a complete configuration: of copy-config or validate, of a file. What is unknown or state is an
 * error, and so are the attributes of an edit (RFC 6241 §7.2, RFC 7950 §7.8.6), which have no meaning here.
 *
 * @param xml any number of top-level elements
 * @param options.validate whether it has to be valid as a whole; defaults are filled in then
 * @returns a tree that the caller frees
 */
export function parseConfig(
  context: YangContext,
  xml: string,
  options: { validate: boolean },
): Outcome<DataTree> {
  const parsed = parseInput(context, xml, { edit: false });
  if (!parsed.ok) return parsed;
  const tree = parsed.value;
  if (mayHaveDefaultAttribute(xml)) dropTaggedDefaults(tree);
  const errors = mayHaveEditAttributes(xml) ? editAttributeErrors(tree.roots()) : [];
  if (errors.length === 0 && options.validate) {
    const result = tree.validate({ configOnly: true });
    if (!result.ok) errors.push(...result.error.map((error) => rpcErrorFromYang(error, context)));
  }
  if (errors.length === 0) return ok(tree);
  tree.free();
  return err(errors);
}

/** Spares the walk through a tree whose text has no such attribute. */
function mayHaveEditAttributes(xml: string): boolean {
  return /:(?:operation|insert|key|value)\s*=/.test(xml);
}

function editAttributeErrors(nodes: Iterable<DataNode>): RpcError[] {
  return [...nodes].flatMap((node) => [
    ...editAttributeNames(node).map((name) => unknownAttribute(name, node.name, at(node))),
    ...editAttributeErrors(node.children()),
  ]);
}
