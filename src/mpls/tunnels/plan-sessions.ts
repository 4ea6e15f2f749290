/**
 * From the tunnels there are and what the operator wants to the sessions there are to be: desired state,
 * compared with the sessions of now. Whatever changes, a session that may stay is not touched, and every
 * tunnel without one says why.
 */
import type { IpPrefix } from '../../lib/ip-prefix.js';
import { triggerRefusal } from './trigger-policy.js';
import type { TriggerPolicy, TriggerRefusal } from './trigger-policy.js';
import { activeLsp, sameForwarding } from './tunnel.js';
import type { Tunnel, TunnelKey, TunnelLsp } from './tunnel.js';

/** The ingress as the operator wants it. */
export interface IngressSettings {
  /** Whether BFD is enabled on the device. */
  readonly bfdEnabled: boolean;
  /** Whether the ingress may set up sessions for BGP tunnels. */
  readonly enabled: boolean;
  readonly policy: TriggerPolicy;
  /** The families for which there is a source address. */
  readonly sourceFamilies: ReadonlySet<IpPrefix['family']>;
  /** Null: as many as there are tunnels. */
  readonly maxSessions: number | null;
}

/** Why a tunnel has no session, the first reason that holds. */
export type IneligibleReason =
  | 'bfd-disabled'
  | 'not-enabled'
  | TriggerRefusal
  | 'no-lsp'
  | 'no-source-address'
  | 'session-limit';

/** Why a session is to go: its tunnel is gone, or has become ineligible. */
export type RemovalReason = 'fec-removed' | IneligibleReason;

/** What is to become of a tunnel. */
export type TunnelDecision =
  | { readonly tunnel: Tunnel; readonly reason: null; readonly lsp: TunnelLsp }
  | { readonly tunnel: Tunnel; readonly reason: IneligibleReason; readonly lsp: null };

/** A session to be created, or to go on along another path. */
export interface PlannedSession {
  readonly key: TunnelKey;
  readonly tunnel: Tunnel;
  readonly lsp: TunnelLsp;
}

/** What is to be done, and why. */
export interface SessionPlan {
  readonly decisions: ReadonlyMap<TunnelKey, TunnelDecision>;
  readonly create: readonly PlannedSession[];
  /** Sessions that stay, and whose packets take another path or other labels from now on. */
  readonly move: readonly PlannedSession[];
  readonly remove: readonly { readonly key: TunnelKey; readonly reason: RemovalReason }[];
}

/**
 * Decides for every tunnel.
 *
 * @param tunnels one a FEC, as `mergeTunnels` gives them
 * @param current the sessions of now, with the path that each takes. When there may be fewer sessions than
 *   tunnels ask for, those of now go first, and the others in the order of their FECs
 */
export function planSessions(
  tunnels: ReadonlyMap<TunnelKey, Tunnel>,
  settings: IngressSettings,
  current: ReadonlyMap<TunnelKey, TunnelLsp>,
): SessionPlan {
  const decisions = decideAll(tunnels, settings, current);
  const create: PlannedSession[] = [];
  const move: PlannedSession[] = [];
  for (const [key, { tunnel, lsp }] of decisions) {
    const now = current.get(key);
    if (lsp !== null && now === undefined) {
      create.push({ key, tunnel, lsp });
    } else if (lsp !== null && now !== undefined && !sameForwarding(lsp, now)) {
      move.push({ key, tunnel, lsp });
    }
  }
  const remove = [...current.keys()].flatMap((key) => {
    const decision = decisions.get(key);
    const reason: RemovalReason | null = decision === undefined ? 'fec-removed' : decision.reason;
    return reason === null ? [] : [{ key, reason }];
  });
  return { decisions, create, move, remove };
}

/** Compares the keys of tunnels, for the order in which they get sessions where there is a limit. */
export function inFecOrder(left: TunnelKey, right: TunnelKey): number {
  return left < right ? -1 : Number(left > right);
}

function decideAll(
  tunnels: ReadonlyMap<TunnelKey, Tunnel>,
  settings: IngressSettings,
  current: ReadonlyMap<TunnelKey, TunnelLsp>,
): Map<TunnelKey, TunnelDecision> {
  const decisions = new Map<TunnelKey, TunnelDecision>();
  let staying = 0;
  for (const [key, tunnel] of tunnels) {
    const decision = decide(tunnel, settings, current.get(key) ?? null);
    decisions.set(key, decision);
    staying += decision.reason === null && current.has(key) ? 1 : 0;
  }
  applyLimit(decisions, current, staying, settings.maxSessions ?? Infinity);
  return decisions;
}

/** Turns down what is beyond the limit: sessions of now only when they alone are too many. */
function applyLimit(
  decisions: Map<TunnelKey, TunnelDecision>,
  current: ReadonlyMap<TunnelKey, TunnelLsp>,
  staying: number,
  limit: number,
): void {
  if (limit === Infinity) {
    return;
  }
  let roomForStaying = limit;
  let roomForOthers = limit - staying;
  const wanting = [...decisions].filter(([, { reason }]) => reason === null);
  for (const [key, { tunnel }] of wanting.toSorted(([left], [right]) => inFecOrder(left, right))) {
    const room = current.has(key) ? roomForStaying-- : roomForOthers--;
    if (room <= 0) {
      decisions.set(key, { tunnel, reason: 'session-limit', lsp: null });
    }
  }
}

function decide(tunnel: Tunnel, settings: IngressSettings, current: TunnelLsp | null): TunnelDecision {
  const lsp = activeLsp(tunnel, current);
  const reason = ineligibleReason(tunnel, settings);
  if (reason !== null) {
    return { tunnel, reason, lsp: null };
  }
  return lsp === null ? { tunnel, reason: 'no-lsp', lsp } : { tunnel, reason: null, lsp };
}

function ineligibleReason({ fec }: Tunnel, settings: IngressSettings): IneligibleReason | null {
  if (!settings.bfdEnabled) return 'bfd-disabled';
  if (!settings.enabled) return 'not-enabled';
  const refusal = triggerRefusal(settings.policy, fec);
  if (refusal !== null) return refusal;
  return settings.sourceFamilies.has(fec.family) ? null : 'no-source-address';
}
