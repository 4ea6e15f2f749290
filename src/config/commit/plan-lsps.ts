import type { EnginePort } from '../../link/engine-port.js';
import type { Preparation } from '../handlers/handler.js';
import { egressEffects } from './egress-effects.js';
import { afterChange, lspEffects, type DesiredLsps, type LspEffects } from './lsp-effects.js';

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
  const egress = now.mpls?.egress;
  if (egress?.passive !== true) return { tunnels, sessions };
  const there = await engine.read(null);
  const passive = egressEffects(egress, then.mpls?.egress, there.ok ? there.value : []);
  return { tunnels, sessions: [...sessions, ...passive] };
}
