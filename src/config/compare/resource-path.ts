import { encodeUtf8 } from '../../lib/xml/utf8.js';
import type { DataNode } from '../yang/data-node.js';

/**
 * The path of a node as URIs of RESTCONF write it (RFC 8040 §3.5.3): `/module:container/list=key1,key2/leaf`.
 * A module stands where it differs from that of the node above; keys are percent-encoded.
 */
export function resourcePath(node: DataNode): string {
  const { parent } = node;
  return `${parent === undefined ? '' : resourcePath(parent)}${lastStep(node, parent?.moduleName)}`;
}

/** The path of another entry of the list or leaf-list that `entry` is in, by what a diff says of it. */
export function siblingPath(entry: DataNode, predicates: string): string {
  const { parent } = entry;
  const above = parent === undefined ? '' : resourcePath(parent);
  const values = entry.kind === 'list' ? keyValues(predicates) : [predicates];
  return `${above}${nameStep(entry, parent?.moduleName)}=${values.map((value) => percentEncode(value)).join(',')}`;
}

function lastStep(node: DataNode, moduleAbove: string | undefined): string {
  const name = nameStep(node, moduleAbove);
  if (node.kind === 'leaf-list') return `${name}=${percentEncode(node.value)}`;
  const keys = node.keys();
  return keys.length === 0 ? name : `${name}=${keys.map(({ value }) => percentEncode(value)).join(',')}`;
}

function nameStep({ name, moduleName }: DataNode, moduleAbove: string | undefined): string {
  return moduleName === moduleAbove ? `/${name}` : `/${moduleName}:${name}`;
}

/** The values in `[key1='v1'][key2="v2"]`. */
function keyValues(predicates: string): readonly string[] {
  return Array.from(
    predicates.matchAll(/\[[^=\]]+=(?:'([^']*)'|"([^"]*)")\]/gu),
    ([, single, double]) => single ?? double ?? '',
  );
}

/** RFC 3986 §2.1; only what is unreserved stays as it is. */
function percentEncode(value: string): string {
  return value.replaceAll(/[^A-Za-z0-9._~-]/gu, (character) =>
    Array.from(encodeUtf8(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
      '',
    ),
  );
}
