import { err, ok, type Result } from '../../../lib/result.js';
import { errorPathOf } from '../../errors/error-path.js';
import {
  badAttribute,
  missingAttribute,
  unknownAttribute,
  type ErrorDetails,
  type RpcError,
} from '../../errors/rpc-error.js';
import type { DataNode } from '../../yang/data-node.js';

/** What an element of `<config>` asks for (RFC 6241 §7.2; `none` only as default operation). */
export type Operation = 'merge' | 'replace' | 'create' | 'delete' | 'remove' | 'none';

/** Where an entry of a user-ordered list goes (RFC 7950 §7.7.9, §7.8.6). */
export type Insertion =
  | { readonly where: 'first' | 'last' }
  | {
      readonly where: 'before' | 'after';
      /** Attribute that names the other entry, and its value as it stands there. */
      readonly attribute: 'key' | 'value';
      readonly reference: string;
    };

export interface EditAttributes {
  readonly operation?: Operation;
  readonly insertion?: Insertion;
}

const netconfNamespace = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const yangNamespace = 'urn:ietf:params:xml:ns:yang:1';
const operations: ReadonlySet<string> = new Set(['merge', 'replace', 'create', 'delete', 'remove']);
const setting: ReadonlySet<Operation> = new Set(['merge', 'replace', 'create']);
const positions: ReadonlySet<string> = new Set(['first', 'last', 'before', 'after']);

/**
 * Reads the attributes of an edit node that inherits the operation `inherited`. What is wrong with them
 * is an error with the node's path.
 */
export function readEditAttributes(node: DataNode, inherited: Operation): Result<EditAttributes, RpcError> {
  const found = attributesOf(node);
  if (found.size === 0) return ok({});
  const operation = found.get('operation');
  if (operation !== undefined && !isOperation(operation)) {
    return err(badAttribute('operation', node.name, `There is no operation "${operation}".`, at(node)));
  }
  if (node.isKey && operation !== undefined && operation !== inherited) {
    const message = 'The key of a list entry has no operation of its own.';
    return err(badAttribute('operation', node.name, message, at(node)));
  }
  const insertion = readInsertion(node, found);
  if (!insertion.ok) return insertion;
  if (insertion.value !== undefined && !setting.has(operation ?? inherited)) {
    const message = 'A position is for the operations create, merge and replace.';
    return err(badAttribute('insert', node.name, message, at(node)));
  }
  return ok({
    ...(operation === undefined ? {} : { operation }),
    ...(insertion.value === undefined ? {} : { insertion: insertion.value }),
  });
}

/** The names of the edit's attributes that the node carries. */
export function editAttributeNames(node: DataNode): readonly string[] {
  return [...attributesOf(node).keys()];
}

/** The node's own `operation`, as it stands there. */
export function attributeOperation(node: DataNode): string | undefined {
  return attributesOf(node).get('operation');
}

/** The node as messages name it. */
export function nameOf(node: DataNode): string {
  return errorPathOf(node).text;
}

/** Type and path for an error about this element. */
export function at(node: DataNode): ErrorDetails {
  return { type: 'application', path: errorPathOf(node) };
}

const NONE: ReadonlyMap<string, string> = new Map();

/** The attributes of the two namespaces; `insert`, `key`, `value` and `operation` do not collide. */
function attributesOf(node: DataNode): ReadonlyMap<string, string> {
  const metadata = node.metadata();
  if (metadata.length === 0) return NONE;
  const found = new Map<string, string>();
  for (const { name, moduleName, namespace, value } of metadata) {
    const isNetconf = moduleName === 'ietf-netconf' || namespace === netconfNamespace;
    const isYang = moduleName === 'yang' || namespace === yangNamespace;
    if (isNetconf && name === 'operation') found.set(name, value);
    if (isYang && ['insert', 'key', 'value'].includes(name)) found.set(name, value);
  }
  return found;
}

function readInsertion(
  node: DataNode,
  found: ReadonlyMap<string, string>,
): Result<Insertion | undefined, RpcError> {
  const present = ['insert', 'key', 'value'].find((name) => found.has(name));
  if (present === undefined) return ok(undefined);
  if (!node.isUserOrdered) return err(unknownAttribute(present, node.name, at(node)));
  const attribute = node.kind === 'list' ? 'key' : 'value';
  const stranger = attribute === 'key' ? 'value' : 'key';
  if (found.has(stranger)) return err(unknownAttribute(stranger, node.name, at(node)));
  const where = found.get('insert');
  if (where === undefined) return err(missingAttribute('insert', node.name, at(node)));
  if (!isPosition(where)) {
    return err(badAttribute('insert', node.name, `There is no position "${where}".`, at(node)));
  }
  if (where === 'first' || where === 'last') return ok({ where });
  const reference = found.get(attribute);
  if (reference === undefined) return err(missingAttribute(attribute, node.name, at(node)));
  return ok({ where, attribute, reference });
}

function isOperation(text: string): text is Exclude<Operation, 'none'> {
  return operations.has(text);
}

function isPosition(text: string): text is Insertion['where'] {
  return positions.has(text);
}
