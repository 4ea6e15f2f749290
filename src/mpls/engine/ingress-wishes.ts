import { parsePrefix, type IpPrefix } from '../../lib/ip-prefix.js';
import { parseHostAddress, type AddressFamily, type HostAddress } from '../../net/host-address.js';
import { DEFAULT_BOOTSTRAP_SETTINGS, type BootstrapSettings } from '../ingress/bootstrap-settings.js';
import { ReplyMode } from '../lsp-ping/codepoints.js';
import type { DesiredIngress, DesiredMpls, DesiredTrigger } from '../mpls-model.js';
import type { IngressSettings } from '../tunnels/plan-sessions.js';
import { PrefixList } from '../tunnels/prefix-list.js';
import type { TriggerPolicy } from '../tunnels/trigger-policy.js';

/** What is wanted of the ingress, in the forms that it is used in. */
export interface IngressWishes {
  readonly planning: IngressSettings;
  readonly bootstrap: BootstrapSettings;
  readonly sources: Readonly<Record<AddressFamily, HostAddress | null>>;
  readonly interfaces: ReadonlySet<string>;
  /** Null: BFD is disabled. */
  readonly ingress: DesiredIngress | null;
}

/** Asks for what is wanted at that moment; `IngressSide` holds it. */
export type CurrentWishes = () => IngressWishes;

/** @param mpls null: BFD is disabled on the device */
export function ingressWishes(mpls: DesiredMpls | null): IngressWishes {
  const ingress = mpls?.ingress ?? null;
  const sources = { ipv4: addressOf(ingress?.sourceIpv4), ipv6: addressOf(ingress?.sourceIpv6) };
  const families = (['ipv4', 'ipv6'] as const).filter((family) => sources[family] !== null);
  return {
    planning: {
      bfdEnabled: mpls !== null,
      enabled: ingress?.enabled ?? false,
      policy: policyOf(ingress?.trigger ?? { type: 'none' }),
      sourceFamilies: new Set<IpPrefix['family']>(families),
      maxSessions: ingress?.maxSessions ?? null,
    },
    bootstrap: ingress === null ? DEFAULT_BOOTSTRAP_SETTINGS : bootstrapOf(ingress),
    sources,
    interfaces: new Set(mpls?.interfaces),
    ingress,
  };
}

/** Whether sessions that there are need to be told of a change: what their packets are made of. */
export function samePacketWishes(left: DesiredIngress | null, right: DesiredIngress | null): boolean {
  return (
    left?.trafficClass === right?.trafficClass &&
    left?.innerLabelTtlOne === right?.innerLabelTtlOne &&
    left?.delayUpSeconds === right?.delayUpSeconds &&
    // Both come from the same code, so that equal ones have their members in the same order.
    JSON.stringify(left?.session) === JSON.stringify(right?.session)
  );
}

function bootstrapOf(ingress: DesiredIngress): BootstrapSettings {
  return {
    ...DEFAULT_BOOTSTRAP_SETTINGS,
    pingIntervalUs: ingress.pingIntervalUs,
    retryIntervalUs: ingress.retryIntervalUs,
    replyMode: ingress.replyMode === 'reply-udp' ? ReplyMode.ReplyUdp : ReplyMode.DoNotReply,
    maxOutstanding: ingress.maxOutstanding,
  };
}

function policyOf(trigger: DesiredTrigger): TriggerPolicy {
  if (trigger.type !== 'ip-prefix') {
    return trigger;
  }
  const entries = trigger.entries.flatMap(({ prefix, ...entry }) => {
    const parsed = parsePrefix(prefix);
    return parsed.ok ? [{ ...entry, prefix: parsed.value }] : [];
  });
  return { type: 'ip-prefix', list: new PrefixList(trigger.name, entries) };
}

function addressOf(text: string | null | undefined): HostAddress | null {
  return text === null || text === undefined ? null : parseHostAddress(text);
}
