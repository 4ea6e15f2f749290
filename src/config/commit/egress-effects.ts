import type { LspSessionReport, SessionReport } from '../../link/messages.js';
import { egressWishes, type EgressWishes } from '../../mpls/engine/egress-wishes.js';
import type { DesiredEgress } from '../../mpls/mpls-model.js';
import { parameterChanges, sameIntervals } from './lsp-effects.js';
import type { SessionEffect } from './session-effects.js';

/**
 * What a change of what is wanted does to the sessions that others have asked this device for. A lower limit
 * ends none, nor do other labels: they count when a session is asked for.
 *
 * @param after undefined: BFD is disabled
 * @param there the sessions that there are, of both roles
 */
export function egressEffects(
  before: DesiredEgress,
  after: DesiredEgress | undefined,
  there: readonly SessionReport[],
): readonly SessionEffect[] {
  const [old, young] = [egressWishes(before), egressWishes(after ?? null)];
  return there.flatMap(({ key, lsp }) => {
    const effect = lsp?.role === 'egress' ? effectOn(lsp, old, young) : null;
    return effect === null ? [] : [{ key, ...effect }];
  });
}

function effectOn(
  { peer }: LspSessionReport,
  old: EgressWishes,
  young: EgressWishes,
): Omit<SessionEffect, 'key'> | null {
  if (!young.settings.passive) {
    const reasons = ['Sessions are not created passively any more.'];
    return { action: 'delete', pollSequence: false, reasons };
  }
  const [from, to] = [old.portFor(peer), young.portFor(peer)];
  if (from !== to) {
    const reason = `Its packets go to port ${to} instead of ${from}: it ends, and its ingress asks for another.`;
    return { action: 'remake', pollSequence: false, reasons: [reason] };
  }
  const [was, is] = [old.parametersFor(peer), young.parametersFor(peer)];
  const reasons = parameterChanges(was, is);
  return reasons.length === 0 ? null : { action: 'change', pollSequence: !sameIntervals(was, is), reasons };
}
