import type { YangContext } from '../yang/yang-context.js';
import type { DataAccess } from './data-access.js';

/**
 * Whether all data may be read, whatever there is.
 *
 * @param access undefined: everything may be read
 */
export function readsEverything(context: YangContext, access: DataAccess | undefined): boolean {
  if (access === undefined) return true;
  return context
    .modules()
    .filter(({ implemented }) => implemented)
    .flatMap(({ name }) => context.schemaRoots(name))
    .filter(({ kind }) => kind !== 'rpc' && kind !== 'action' && kind !== 'notification')
    .every((root) => access.coverage('read', root) === 'all');
}
