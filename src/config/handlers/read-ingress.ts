import { parseAddress } from '../../lib/address.js';
import { err, ok, type Result } from '../../lib/result.js';
import { isRoutableSource } from '../../mpls/egress/routable-source.js';
import type { DesiredIngress } from '../../mpls/mpls-model.js';
import type { RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { readLspSession, type ConfiguredLspSession } from './lsp-session-parameters.js';
import { leafValue, refusedLeaf, requiredBoolean, requiredNumber, requiredValue } from './node-values.js';
import { canonicalAddress } from './session-addresses.js';

const US_PER_SECOND = 1_000_000;

/** The ingress as it is configured; what is elsewhere (prefix lists, keys, router-id) is named or left out. */
export interface ConfiguredIngress extends Omit<DesiredIngress, 'trigger' | 'session'> {
  readonly trigger:
    | { readonly type: 'none' | 'host' }
    | { readonly type: 'ip-prefix'; readonly name: string };
  readonly session: ConfiguredLspSession;
}

/** Reads the container `ingress` of mpls-bgp-bfd, with all that is wrong with it. */
export function readIngress(node: DataNode): Result<ConfiguredIngress, readonly RpcError[]> {
  const parameters = required(node, 'session-parameters');
  const bootstrap = required(node, 'bootstrap');
  const session = readLspSession(parameters);
  const ipv4 = readSource(node, 'ipv4');
  const ipv6 = readSource(node, 'ipv6');
  if (!session.ok || !ipv4.ok || !ipv6.ok) {
    return err([session, ipv4, ipv6].flatMap((part) => (part.ok ? [] : part.error)));
  }
  const maxSessions = leafValue(node, 'max-sessions');
  return ok({
    enabled: requiredBoolean(node, 'enabled'),
    trigger: readTrigger(node),
    sourceIpv4: ipv4.value,
    sourceIpv6: ipv6.value,
    session: session.value,
    trafficClass: requiredNumber(parameters, 'traffic-class'),
    delayUpSeconds: requiredNumber(parameters, 'delay-up'),
    pingIntervalUs: requiredNumber(bootstrap, 'ping-interval') * US_PER_SECOND,
    retryIntervalUs: requiredNumber(bootstrap, 'retry-interval') * US_PER_SECOND,
    replyMode: requiredValue(bootstrap, 'reply-mode') === 'do-not-reply' ? 'do-not-reply' : 'reply-udp',
    innerLabelTtlOne: requiredBoolean(bootstrap, 'inner-label-ttl-1'),
    maxOutstanding: requiredNumber(bootstrap, 'max-outstanding'),
    maxSessions: maxSessions === undefined ? null : Number(maxSessions),
  });
}

/** Whether echo requests that come from there can be answered; text of either family. */
export function isRoutableText(text: string): boolean {
  const parsed = parseAddress(text);
  return parsed.ok && isRoutableSource(parsed.value.bytes);
}

function readTrigger(node: DataNode): ConfiguredIngress['trigger'] {
  const name = leafValue(node, 'ip-prefix');
  if (name !== undefined) return { type: 'ip-prefix', name };
  return { type: leafValue(node, 'host') === undefined ? 'none' : 'host' };
}

function readSource(ingress: DataNode, leaf: 'ipv4' | 'ipv6'): Result<string | null, readonly RpcError[]> {
  const node = ingress.child('source-address');
  const text = node && leafValue(node, leaf);
  if (node === undefined || text === undefined) return ok(null);
  if (isRoutableText(text)) return ok(canonicalAddress(text));
  const message =
    `Nobody could answer to ${text}: give a unicast address of this system that other systems reach, ` +
    'such as that of a loopback interface.';
  return err([refusedLeaf(node, leaf, message)]);
}

function required(node: DataNode, name: string): DataNode {
  const child = node.child(name);
  if (child === undefined) throw new Error(`${node.path()} has no ${name} after validation`);
  return child;
}
