import { errorPathOf } from '../errors/error-path.js';
import { invalidValue, type RpcError } from '../errors/rpc-error.js';
import type { DataTree } from '../yang/data-tree.js';

const AUTHENTICATION = '/ietf-system:system/authentication';

/**
 * Why a configuration may not take the place of another one that somebody can log in with: nobody could any
 * more, once the sessions that there are have ended. A replacement that leaves the users out does that.
 *
 * @param diff from `before` to `after`
 */
export function lockoutRefusals(diff: DataTree, before: DataTree, after: DataTree): readonly RpcError[] {
  const isTouched = diff.find(AUTHENTICATION) !== undefined;
  const users = before.find(AUTHENTICATION);
  if (!isTouched || users === undefined || !letsIn(before) || letsIn(after)) return [];
  const message =
    'No user with a password or a key would be left, and nobody could log in: keep one, or add another in ' +
    'the same commit.';
  return [invalidValue(message, { type: 'application', path: errorPathOf(users) })];
}

function letsIn(configuration: DataTree): boolean {
  const found = configuration.xpath(`${AUTHENTICATION}/user[password or authorized-key]`);
  return found.ok && found.value.length > 0;
}
