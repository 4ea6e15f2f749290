import type { MplsAction, MplsActionResult } from '../mpls-model.js';

/** What comes of an action where nothing has been wanted of LSPs: there is nothing that it could be done to. */
export function actWithoutLsps(action: MplsAction): MplsActionResult {
  // Of no session, and of counters that have counted nothing, all are zero.
  return action.type === 'reset-statistics' && action.key === null
    ? { type: 'done' }
    : { type: 'refused', reason: 'nothing is configured of BFD for LSPs' };
}
