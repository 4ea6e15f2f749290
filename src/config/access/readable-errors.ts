import { parseDataPath, type PathStep } from '../errors/data-path.js';
import type { ErrorPath, RpcError } from '../errors/rpc-error.js';
import type { SchemaNode } from '../yang/schema-node.js';
import type { YangContext } from '../yang/yang-context.js';
import type { DataAccess } from './data-access.js';

const HIDDEN = 'There is an error in a part of the configuration that you may not read.';
/** What error-info has of the schema, which is no secret; all else may be of data. */
const OF_SCHEMA: ReadonlySet<string> = new Set([
  'bad-element',
  'bad-attribute',
  'bad-namespace',
  'missing-choice',
]);

/**
 * Errors that a configuration was found to have, as a user may see them: one that tells of nodes that he
 * may not read keeps its tag, and is told once, without path, values and the reason.
 */
export function readableErrors(
  errors: readonly RpcError[],
  access: DataAccess,
  context: YangContext,
): readonly RpcError[] {
  const shown = errors.map((error) =>
    pathsOf(error).every((path) => isReadable(path, access, context)) ? error : hidden(error),
  );
  const isRepeated = (error: RpcError, at: number): boolean =>
    error.message === HIDDEN && shown.findIndex((other) => isSame(other, error)) < at;
  return shown.filter((error, at) => !isRepeated(error, at));
}

function hidden({ type, tag, info }: RpcError): RpcError {
  return { type, tag, message: HIDDEN, info: info.filter(({ name }) => OF_SCHEMA.has(name)) };
}

function isSame(one: RpcError, other: RpcError): boolean {
  return one.message === other.message && one.tag === other.tag && valuesOf(one) === valuesOf(other);
}

function valuesOf({ info }: RpcError): string {
  return info.map(({ value }) => value).join(' ');
}

function pathsOf({ path, about = [], info }: RpcError): readonly ErrorPath[] {
  const notUnique = info.filter(({ name }) => name === 'non-unique');
  return [
    ...(path === undefined ? [] : [path]),
    ...about,
    ...notUnique.map(({ value, prefixes = new Map<string, string>() }) => ({
      text: value,
      namespaces: prefixes,
    })),
  ];
}

/** What cannot be followed is not readable. */
function isReadable({ text, namespaces }: ErrorPath, access: DataAccess, context: YangContext): boolean {
  const steps = parseDataPath(text)?.steps;
  if (steps === undefined) return false;
  const keysAt = (step: number): PathStep['predicates'] => steps[step]?.predicates ?? [];
  let above: SchemaNode | undefined;
  for (const { moduleName: prefix, name } of steps) {
    const module = context.moduleByNamespace(namespaces.get(prefix) ?? '');
    const siblings = above === undefined ? context.schemaRoots(module?.name ?? '') : above.children;
    above = siblings.find((schema) => schema.name === name && schema.moduleName === module?.name);
    if (above === undefined) return false;
    // An entry is not shown without its keys.
    const parts = [above, ...(above.kind === 'list' ? above.children.filter(({ isKey }) => isKey) : [])];
    if (!parts.every((schema) => access.permitsAt('read', schema, keysAt))) return false;
  }
  return true;
}
