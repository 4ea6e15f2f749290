import { err, ok, type Result } from '../../lib/result.js';
import type { DesiredPrefixListEntry } from '../../mpls/mpls-model.js';
import type { RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { MPLS_BGP_BFD, mplsOf } from './mpls-nodes.js';
import { requiredValue } from './node-values.js';
import { readEgress, type ConfiguredEgress } from './read-egress.js';
import { readIngress, type ConfiguredIngress } from './read-ingress.js';
import { readPrefixList } from './read-prefix-list.js';

/** What a bfdv1 instance has of MPLS, without the tunnels. */
export interface MplsInstance {
  readonly ingress: ConfiguredIngress;
  readonly egress: ConfiguredEgress;
  readonly prefixLists: ReadonlyMap<string, readonly DesiredPrefixListEntry[]>;
}

/** Reads the roles and prefix lists of an instance, with all that is wrong with them. */
export function readMplsInstance(instance: DataNode): Result<MplsInstance, readonly RpcError[]> {
  const mpls = mplsOf(instance);
  const bgpLsp = mpls?.child('bgp-lsp', MPLS_BGP_BFD);
  const [ingressNode, egressNode] = [bgpLsp?.child('ingress'), mpls?.child('egress')];
  if (ingressNode === undefined || egressNode === undefined) {
    throw new Error(`${instance.path()} has no containers of MPLS after validation`);
  }
  const ingress = readIngress(ingressNode);
  const egress = readEgress(egressNode);
  const lists = [...(bgpLsp?.child('prefix-lists')?.children() ?? [])].map((node) => ({
    name: requiredValue(node, 'name'),
    entries: readPrefixList(node),
  }));
  const refused = lists.flatMap(({ entries }) => (entries.ok ? [] : entries.error));
  if (!ingress.ok || !egress.ok || refused.length > 0) {
    return err([...[ingress, egress].flatMap((part) => (part.ok ? [] : part.error)), ...refused]);
  }
  const prefixLists = new Map(
    lists.map(({ name, entries }) => [name, entries.ok ? entries.value : []] as const),
  );
  return ok({ ingress: ingress.value, egress: egress.value, prefixLists });
}
