import { ok } from '../../lib/result.js';
import type { Outcome } from '../../config/config-service.js';
import { YANG } from '../namespaces.js';
import type { Operation, ReplyBody } from './operation.js';

/** `<action>`: an action on a node of the operational datastore (RFC 7950 §7.15). */
export const action: Operation = {
  namespace: YANG,
  name: 'action',
  ownAccessRule: true,
  async run(element, { config, requester }) {
    return outputReply(await config.runAction(element, requester));
  },
};

/** An operation that a module defines, and the configuration knows. */
export const moduleRpc: Pick<Operation, 'run'> = {
  async run(element, { config }) {
    return outputReply(await config.runModuleRpc(element));
  },
};

function outputReply(outcome: Outcome<string>): Outcome<ReplyBody> {
  if (!outcome.ok) return outcome;
  return ok(outcome.value === '' ? { type: 'ok' } : { type: 'output', xml: outcome.value });
}
