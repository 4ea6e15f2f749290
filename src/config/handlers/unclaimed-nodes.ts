import type { SchemaNode } from '../yang/schema-node.js';
import type { YangContext } from '../yang/yang-context.js';
import type { Handler } from './handler.js';

/**
 * The configuration nodes of the implemented modules that no handler answers for. There must be none: a
 * node that is accepted and has no effect would mislead the operator. What the agent leaves out of a
 * module is said by a deviation, which removes it from the schema. Containers and lists count by what
 * is in them.
 * @param exempt names of modules that need no handler
 * @returns schema paths
 */
export function unclaimedNodes(
  context: YangContext,
  handlers: readonly Handler[],
  exempt: ReadonlySet<string>,
): readonly string[] {
  const claimed = new Set(handlers.flatMap((handler) => handler.claims));
  const unclaimed: string[] = [];
  const visit = (node: SchemaNode): void => {
    if (!isConfiguration(node) || exempt.has(node.moduleName)) return;
    const inner = node.kind === 'container' || node.kind === 'list';
    if ((!inner || node.isPresence) && !claimed.has(node.path())) unclaimed.push(node.path());
    if (inner) for (const child of node.children) visit(child);
  };
  for (const module of context.modules()) {
    if (module.implemented) for (const node of context.schemaRoots(module.name)) visit(node);
  }
  return unclaimed;
}

/** The claims that name no node of the schema: mistakes in a handler. */
export function danglingClaims(context: YangContext, handlers: readonly Handler[]): readonly string[] {
  return handlers.flatMap(({ claims }) => claims).filter((path) => context.schema(path) === undefined);
}

function isConfiguration(node: SchemaNode): boolean {
  return node.isConfig && node.kind !== 'rpc' && node.kind !== 'action' && node.kind !== 'notification';
}
