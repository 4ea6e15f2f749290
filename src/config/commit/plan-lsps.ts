import type { EnginePort } from '../../link/engine-port.js';
import type { DesiredEgress } from '../../mpls/mpls-model.js';
import type { Preparation } from '../handlers/handler.js';
import {
  afterChange,
  lspEffects,
  parameterChanges,
  sameIntervals,
  type DesiredLsps,
  type LspEffects,
} from './lsp-effects.js';
import type { SessionEffect } from './session-effects.js';

const NOTHING: LspEffects = { tunnels: [], sessions: [] };

/**
 * What a prepared change does about tunnels and about the sessions on LSPs, of both roles. The engine is asked
 * what there is; where it cannot be asked, its sessions are supposed to be those that are wanted now, and
 * nothing is known of the egress.
 *
 * @param before what is wanted now; called where the change concerns LSPs alone
 */
export async function planLsps(
  { sessions: change }: Preparation,
  before: () => DesiredLsps,
  engine: Pick<EnginePort, 'read' | 'readTunnels'>,
): Promise<LspEffects> {
  if (change.tunnels === undefined && change.mpls === undefined) return NOTHING;
  const now = before();
  const then = afterChange(now, change.tunnels, change.mpls === undefined ? now.mpls : change.mpls);
  const read = await engine.readTunnels(null);
  const reports = new Map((read.ok ? read.value : []).map((report) => [report.key, report]));
  const { tunnels, sessions } = lspEffects(now, then, reports);
  const egress = await egressEffects(now.mpls?.egress, then.mpls?.egress, engine);
  return { tunnels, sessions: [...sessions, ...egress] };
}

async function egressEffects(
  before: DesiredEgress | undefined,
  after: DesiredEgress | undefined,
  engine: Pick<EnginePort, 'read'>,
): Promise<readonly SessionEffect[]> {
  if (before?.passive !== true) return [];
  const goes = after?.passive !== true;
  const reasons = goes
    ? ['Sessions are not created passively any more.']
    : parameterChanges(before.session, after.session);
  if (reasons.length === 0) return [];
  const pollSequence = !goes && !sameIntervals(before.session, after.session);
  const read = await engine.read(null);
  const there = (read.ok ? read.value : []).filter(({ lsp }) => lsp?.role === 'egress');
  return there.map(({ key }) => ({ key, action: goes ? 'delete' : 'change', pollSequence, reasons }));
}
