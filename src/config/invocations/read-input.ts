import { err, ok } from '../../lib/result.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import type { Outcome } from '../config-service.js';
import {
  badElement,
  missingElement,
  unknownAttribute,
  unknownElement,
  type RpcError,
} from '../errors/rpc-error.js';
import { rpcErrorFromYang } from '../errors/yang-errors.js';
import type { DataTree } from '../yang/data-tree.js';
import type { SchemaNode } from '../yang/schema-node.js';
import { YangCallError } from '../yang/yang-error.js';

const DECLARATIONS = 'http://www.w3.org/2000/xmlns/';

/**
 * Reads the input of an operation, which consists of leaves, as its module defines them: types, mandatory
 * leaves and defaults (RFC 7950 §7.14.2).
 *
 * @param path of the operation's instance
 * @param tree where the nodes are made that values are checked with
 */
export function readInput(
  tree: DataTree,
  path: string,
  schema: SchemaNode,
  element: XmlElement,
): Outcome<Readonly<Record<string, string>>> {
  const input: Record<string, string> = {};
  const errors: RpcError[] = element.children.flatMap((child) => attributeErrors(child));
  errors.push(...attributeErrors(element));
  for (const child of element.children) {
    const leaf = child.namespace === schema.namespace ? schema.child(child.local) : undefined;
    if (leaf?.kind !== 'leaf' || child.children.length > 0) errors.push(unknownElement(child.local));
    else if (Object.hasOwn(input, child.local)) {
      errors.push(badElement(child.local, `<${child.local}> must be there only once.`));
    } else {
      const value = readLeaf(tree, `${path}/${child.local}`, child);
      if (value.ok) input[child.local] = value.value;
      else errors.push(...value.error);
    }
  }
  for (const { name, isMandatory, defaults } of schema.children) {
    const isThere = element.children.some(({ local }) => local === name);
    if (isThere) continue;
    if (isMandatory) errors.push(missingElement(name, `<${element.local}> must have the element <${name}>.`));
    const [value] = defaults;
    if (value !== undefined) input[name] = value;
  }
  return errors.length === 0 ? ok(input) : err(errors);
}

function readLeaf(tree: DataTree, path: string, element: XmlElement): Outcome<string> {
  try {
    return ok(tree.create(path, element.text.trim()).value);
  } catch (error) {
    if (!(error instanceof YangCallError)) throw error;
    return err(
      error.errors.map((one) => rpcErrorFromYang({ dataPath: path, ...one }, tree.context, element.local)),
    );
  }
}

function attributeErrors({ local, attributes }: XmlElement): readonly RpcError[] {
  return attributes
    .filter(({ namespace }) => namespace !== DECLARATIONS)
    .map(({ name }) => unknownAttribute(name, local));
}
