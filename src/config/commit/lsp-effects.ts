import { parsePrefix } from '../../lib/ip-prefix.js';
import type { DesiredState, TunnelChange } from '../../link/engine-port.js';
import type { DesiredMpls, DesiredTunnel, TunnelKey, TunnelReport } from '../../link/messages.js';
import { ingressSessionKey } from '../../mpls/engine/ingress-session.js';
import { ingressWishes } from '../../mpls/engine/ingress-wishes.js';
import type { DesiredLsp, LspSessionParameters } from '../../mpls/mpls-model.js';
import { planSessions, type RemovalReason, type SessionPlan } from '../../mpls/tunnels/plan-sessions.js';
import type { Tunnel, TunnelLsp } from '../../mpls/tunnels/tunnel.js';
import type { SessionEffect } from './session-effects.js';

/** What is wanted of LSPs. */
export type DesiredLsps = Pick<DesiredState, 'tunnels' | 'mpls'>;

/** What a commit does about a tunnel. */
export interface TunnelEffect {
  readonly fec: TunnelKey;
  /** Null: the tunnel is as it was, but has or loses its session for another reason. */
  readonly action: 'create' | 'delete' | 'change' | null;
  /** Why it has no session afterwards; null: it has one, or is gone. */
  readonly ineligibleReason: Exclude<RemovalReason, 'fec-removed'> | null;
}

/** What a commit does about tunnels and the sessions that this device begins for them. */
export interface LspEffects {
  readonly tunnels: readonly TunnelEffect[];
  readonly sessions: readonly SessionEffect[];
}

/** What is wanted of LSPs once a change is in force. */
export function afterChange(
  before: DesiredLsps,
  tunnels: TunnelChange | undefined,
  mpls: DesiredMpls | null,
): DesiredLsps {
  const after = new Map(before.tunnels.map((tunnel) => [tunnel.key, tunnel]));
  for (const key of tunnels?.remove ?? []) after.delete(key);
  for (const tunnel of tunnels?.set ?? []) after.set(tunnel.key, tunnel);
  return { tunnels: [...after.values()], mpls };
}

/**
 * Plans the sessions of tunnels as the engine will, and tells what differs from now, in the order of the FECs.
 *
 * @param reports what the engine tells of tunnels; of one that is not there the best is supposed
 */
export function lspEffects(
  before: DesiredLsps,
  after: DesiredLsps,
  reports: ReadonlyMap<TunnelKey, TunnelReport>,
): LspEffects {
  const usable = reachable(before, reports);
  const [tunnelsNow, tunnelsThen] = [tunnelsOf(before, usable), tunnelsOf(after, usable)];
  const settings = ingressWishes(before.mpls).planning;
  const current = currentSessions(tunnelsNow, planSessions(tunnelsNow, settings, new Map()), reports);
  const now = planSessions(tunnelsNow, settings, current);
  const then = planSessions(tunnelsThen, ingressWishes(after.mpls).planning, current);
  return {
    tunnels: tunnelEffects(before, after, now, then),
    sessions: [
      ...sessionChanges(now, then),
      ...stayingChanges(before.mpls, after.mpls, current, then),
    ].toSorted((left, right) => (left.key < right.key ? -1 : 1)),
  };
}

function tunnelsOf(
  { tunnels, mpls }: DesiredLsps,
  usable: (lsp: DesiredLsp) => boolean,
): Map<TunnelKey, Tunnel> {
  const interfaces = new Set(mpls?.interfaces);
  return new Map(
    tunnels.flatMap(({ key, lsps }) => {
      const fec = parsePrefix(key);
      const paths = lsps.map((lsp): TunnelLsp => ({
        ...lsp,
        usable: interfaces.has(lsp.outInterface) && usable(lsp),
      }));
      return fec.ok ? [[key, { fec: fec.value, source: 'static', lsps: paths }] as const] : [];
    }),
  );
}

/**
 * Whether a path leads over a next hop that can be reached. Of a next hop that no tunnel had until now, and of
 * one on an interface where MPLS did not run, the best is supposed.
 */
function reachable(
  { mpls }: DesiredLsps,
  reports: ReadonlyMap<TunnelKey, TunnelReport>,
): (lsp: DesiredLsp) => boolean {
  const interfaces = new Set(mpls?.interfaces);
  const unreachable = new Set(
    [...reports.values()].flatMap(({ lsps }) =>
      lsps
        .filter(({ outInterface, usable }) => !usable && interfaces.has(outInterface))
        .map(({ nextHop, outInterface }) => `${nextHop}%${outInterface}`),
    ),
  );
  return ({ nextHop, outInterface }) => !unreachable.has(`${nextHop}%${outInterface}`);
}

/** The sessions of now with their paths: those that the engine tells of, else those that there should be. */
function currentSessions(
  tunnels: ReadonlyMap<TunnelKey, Tunnel>,
  planned: SessionPlan,
  reports: ReadonlyMap<TunnelKey, TunnelReport>,
): Map<TunnelKey, TunnelLsp> {
  const current = new Map<TunnelKey, TunnelLsp>();
  for (const key of tunnels.keys()) {
    const report = reports.get(key);
    const active = report?.lsps.find((lsp) => lsp.active) ?? report?.lsps[0];
    const lsp = report === undefined ? planned.decisions.get(key)?.lsp : report.session && active;
    if (lsp) current.set(key, lsp);
  }
  return current;
}

function tunnelEffects(
  before: DesiredLsps,
  after: DesiredLsps,
  now: SessionPlan,
  then: SessionPlan,
): readonly TunnelEffect[] {
  const old = new Map(before.tunnels.map((tunnel) => [tunnel.key, tunnel]));
  const young = new Map(after.tunnels.map((tunnel) => [tunnel.key, tunnel]));
  const keys = [...new Set([...old.keys(), ...young.keys()])].toSorted((left, right) =>
    left < right ? -1 : 1,
  );
  return keys.flatMap((fec) => {
    const action = actionOf(old.get(fec), young.get(fec));
    const [was, is] = [now.decisions.get(fec)?.reason, then.decisions.get(fec)?.reason ?? null];
    return action === null && was === is ? [] : [{ fec, action, ineligibleReason: is }];
  });
}

function actionOf(
  before: DesiredTunnel | undefined,
  after: DesiredTunnel | undefined,
): TunnelEffect['action'] {
  if (before === undefined) return 'create';
  if (after === undefined) return 'delete';
  return JSON.stringify(before) === JSON.stringify(after) ? null : 'change';
}

/** Sessions that come and go with the commit, not those that are coming and going anyway. */
function sessionChanges(now: SessionPlan, then: SessionPlan): readonly SessionEffect[] {
  const coming = new Set(now.create.map(({ key }) => key));
  const going = new Set(now.remove.map(({ key }) => key));
  const created = then.create.filter(({ key }) => !coming.has(key));
  const removed = then.remove.filter(({ key }) => !going.has(key));
  return [
    ...created.map(({ key }) =>
      effect(key, 'create', ['Its tunnel has become eligible; LSP ping sets it up.']),
    ),
    ...removed.map(({ key, reason }) => effect(key, 'delete', [WHY_REMOVED[reason]])),
  ];
}

const WHY_REMOVED: Readonly<Record<RemovalReason, string>> = {
  'fec-removed': 'Its tunnel is not configured any more.',
  'bfd-disabled': 'There is no bfdv1 instance any more.',
  'not-enabled': 'The ingress is not enabled any more.',
  'no-policy': 'There is no policy any more (trigger-tunnel).',
  'not-host-route': 'Its FEC is no host address.',
  'denied-by-prefix-list': 'The prefix list does not permit its FEC any more.',
  'no-lsp': 'Its tunnel has no path any more.',
  'no-source-address': 'There is no source address of the family of its FEC any more.',
  'session-limit': 'There may be fewer sessions (max-sessions).',
};

/** What becomes of the sessions that stay. */
function stayingChanges(
  before: DesiredMpls | null,
  after: DesiredMpls | null,
  current: ReadonlyMap<TunnelKey, TunnelLsp>,
  then: SessionPlan,
): readonly SessionEffect[] {
  if (before === null || after === null) return [];
  const moved = new Set(then.move.map(({ key }) => key));
  const reasons = packetChanges(before, after);
  const pollSequence = !sameIntervals(before.ingress.session, after.ingress.session);
  return [...then.decisions].flatMap(([key, { tunnel, reason }]) => {
    if (reason !== null || !current.has(key)) return [];
    const source = tunnel.fec.family === 'ipv4' ? 'sourceIpv4' : 'sourceIpv6';
    const [old, young] = [before.ingress[source], after.ingress[source]];
    if (old !== young)
      return [effect(key, 'remake', [`The source address changes from ${old} to ${young}.`])];
    const told = moved.has(key) ? [...reasons, 'Its packets take another path, or other labels.'] : reasons;
    return told.length === 0 ? [] : [effect(key, 'change', told, pollSequence)];
  });
}

function packetChanges({ ingress: old }: DesiredMpls, { ingress: young }: DesiredMpls): readonly string[] {
  const changed = [
    ['traffic class', old.trafficClass, young.trafficClass],
    ['delay before Up (s)', old.delayUpSeconds, young.delayUpSeconds],
    ['TTL of 1 in the inner label', old.innerLabelTtlOne, young.innerLabelTtlOne],
  ] as const;
  return [...parameterChanges(old.session, young.session), ...differing(changed)];
}

/** Why sessions of a role change, a sentence each; secrets are not told. */
export function parameterChanges(old: LspSessionParameters, young: LspSessionParameters): readonly string[] {
  const changed = differing([
    ['detection multiplier', old.detectMult, young.detectMult],
    ['desired minimum transmit interval (µs)', old.desiredMinTxIntervalUs, young.desiredMinTxIntervalUs],
    ['required minimum receive interval (µs)', old.requiredMinRxIntervalUs, young.requiredMinRxIntervalUs],
  ]);
  const sameKeys = JSON.stringify(old.authentication) === JSON.stringify(young.authentication);
  return sameKeys ? changed : [...changed, 'Its authentication changes.'];
}

/** Whether nothing has to be agreed with the peers of a role by a poll sequence. */
export function sameIntervals(old: LspSessionParameters, young: LspSessionParameters): boolean {
  return (
    old.desiredMinTxIntervalUs === young.desiredMinTxIntervalUs &&
    old.requiredMinRxIntervalUs === young.requiredMinRxIntervalUs
  );
}

function differing(
  values: readonly (readonly [string, number | boolean, number | boolean])[],
): readonly string[] {
  return values.flatMap(([name, old, young]) =>
    old === young ? [] : [`The ${name} changes from ${old} to ${young}.`],
  );
}

function effect(
  fec: TunnelKey,
  action: SessionEffect['action'],
  reasons: readonly string[],
  pollSequence = false,
): SessionEffect {
  return { key: ingressSessionKey(fec), action, pollSequence, reasons };
}
