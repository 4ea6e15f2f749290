/**
 * Which BGP tunnels the ingress sets sessions up for. Without a policy there are none, and either policy
 * sees host routes only: a session watches the way to one egress.
 */
import { isHostPrefix } from '../../lib/ip-prefix.js';
import type { IpPrefix } from '../../lib/ip-prefix.js';
import type { PrefixList } from './prefix-list.js';

/** The policy as the operator set it. */
export type TriggerPolicy =
  | { readonly type: 'none' }
  /** Every host address. */
  | { readonly type: 'host' }
  /** The host addresses that a list permits. */
  | { readonly type: 'ip-prefix'; readonly list: PrefixList };

/** Why a policy has no session for a tunnel. */
export type TriggerRefusal = 'no-policy' | 'not-host-route' | 'denied-by-prefix-list';

/** Null: the tunnel is to have a session. */
export function triggerRefusal(policy: TriggerPolicy, fec: IpPrefix): TriggerRefusal | null {
  if (policy.type === 'none') {
    return 'no-policy';
  }
  if (!isHostPrefix(fec)) {
    return 'not-host-route';
  }
  return policy.type === 'host' || policy.list.permits(fec) ? null : 'denied-by-prefix-list';
}
