import { parsePrefix, type IpPrefix } from '../../lib/ip-prefix.js';
import type { DesiredMpls, DesiredTrigger } from '../mpls-model.js';
import type { IngressSettings } from './plan-sessions.js';
import { PrefixList } from './prefix-list.js';
import type { TriggerPolicy } from './trigger-policy.js';

/**
 * What sessions are planned by, of what is wanted.
 *
 * @param mpls null: BFD is disabled on the device
 */
export function ingressSettings(mpls: DesiredMpls | null): IngressSettings {
  const ingress = mpls?.ingress;
  const sources = { ipv4: ingress?.sourceIpv4 ?? null, ipv6: ingress?.sourceIpv6 ?? null };
  const families = (['ipv4', 'ipv6'] as const).filter((family) => sources[family] !== null);
  return {
    bfdEnabled: mpls !== null,
    enabled: ingress?.enabled ?? false,
    policy: triggerPolicy(ingress?.trigger ?? { type: 'none' }),
    sourceFamilies: new Set<IpPrefix['family']>(families),
    maxSessions: ingress?.maxSessions ?? null,
  };
}

/** The policy, ready to be asked. */
export function triggerPolicy(trigger: DesiredTrigger): TriggerPolicy {
  if (trigger.type !== 'ip-prefix') return trigger;
  const entries = trigger.entries.flatMap(({ prefix, ...entry }) => {
    const parsed = parsePrefix(prefix);
    return parsed.ok ? [{ ...entry, prefix: parsed.value }] : [];
  });
  return { type: 'ip-prefix', list: new PrefixList(trigger.name, entries) };
}
