/** Where the configuration of BFD for MPLS is: ietf-mpls, ietf-bfd-mpls and mpls-bgp-bfd. */
import type { DataNode } from '../yang/data-node.js';
import { AUTHENTICATION_LEAVES } from './authentication.js';
import { CONTROL_PLANE_PROTOCOL } from './control-plane-protocols.js';

const ROUTING = '/ietf-routing:routing';
const BFD_MPLS = `${CONTROL_PLANE_PROTOCOL}/ietf-bfd:bfd/ietf-bfd-mpls:mpls`;
const BGP_LSP = `${BFD_MPLS}/mpls-bgp-bfd:bgp-lsp`;

/** The module of what the project adds to ietf-bfd-mpls. */
export const MPLS_BGP_BFD = 'mpls-bgp-bfd';

/** Schema path of the router's identifier (RFC 8349). */
export const ROUTER_ID = `${ROUTING}/router-id`;
/** Schema path of the list of interfaces as MPLS sees them (RFC 8960). */
export const MPLS_INTERFACE = `${ROUTING}/ietf-mpls:mpls/interfaces/interface`;
/** Schema path of the container of the egress (RFC 9314). */
export const EGRESS = `${BFD_MPLS}/egress`;
/** Schema path of the container of the ingress. */
export const INGRESS = `${BGP_LSP}/ingress`;
/** Schema path of the prefix lists. */
export const PREFIX_LIST = `${BGP_LSP}/prefix-lists/prefix-list`;
/** Schema path of the tunnels that are configured. */
export const STATIC_TUNNEL = `${BGP_LSP}/static-tunnels/tunnel`;

const INTERVALS = ['local-multiplier', 'desired-min-tx-interval', 'required-min-rx-interval', 'min-interval'];

/** The leaves of both roles, of prefix lists, and of session groups, of which a deviation has none configured. */
export const ROLE_LEAVES: readonly string[] = [
  ROUTER_ID,
  ...below(EGRESS, [
    'enabled',
    ...INTERVALS,
    ...AUTHENTICATION_LEAVES,
    ...below(`${MPLS_BGP_BFD}:passive-session`, ['peer', 'destination-port', 'local-multiplier']),
    ...below(MPLS_BGP_BFD, ['delete-delay', 'max-sessions', 'label-bindings'], ':'),
    ...below(`${MPLS_BGP_BFD}:label-bindings/label-binding`, ['fec', 'label']),
  ]),
  ...below(`${BFD_MPLS}/session-groups/session-group`, [
    'mpls-fec',
    ...INTERVALS,
    'demand-enabled',
    'admin-down',
    ...AUTHENTICATION_LEAVES,
  ]),
  ...below(INGRESS, ['enabled', 'host', 'ip-prefix', 'max-sessions']),
  ...below(`${INGRESS}/source-address`, ['ipv4', 'ipv6']),
  ...below(`${INGRESS}/session-parameters`, [
    ...INTERVALS,
    ...AUTHENTICATION_LEAVES,
    'traffic-class',
    'delay-up',
  ]),
  ...below(`${INGRESS}/bootstrap`, [
    'ping-interval',
    'retry-interval',
    'reply-mode',
    'inner-label-ttl-1',
    'max-outstanding',
  ]),
  `${PREFIX_LIST}/name`,
  ...below(`${PREFIX_LIST}/entry`, ['index', 'action', 'prefix', 'greater-equal', 'less-equal']),
];

/** The leaves of configured tunnels. */
export const TUNNEL_LEAVES: readonly string[] = [
  `${STATIC_TUNNEL}/fec`,
  ...below(`${STATIC_TUNNEL}/lsp`, ['role', 'next-hop', 'out-interface']),
  ...below(`${STATIC_TUNNEL}/lsp/mpls-label-stack/entry`, ['id', 'label', 'ttl']),
];

/** The bfdv1 instance that a node is in. */
export function instanceAround(node: DataNode): DataNode {
  for (let at: DataNode | undefined = node; at !== undefined; at = at.parent) {
    if (at.kind === 'list' && at.name === 'control-plane-protocol') return at;
  }
  throw new Error(`${node.path()} is in no protocol instance`);
}

/** The container of BFD over MPLS in an instance; undefined where validation has not made it. */
export function mplsOf(instance: DataNode): DataNode | undefined {
  return instance.child('bfd', 'ietf-bfd')?.child('mpls', 'ietf-bfd-mpls');
}

function below(path: string, leaves: readonly string[], separator = '/'): readonly string[] {
  return leaves.map((leaf) => `${path}${separator}${leaf}`);
}
