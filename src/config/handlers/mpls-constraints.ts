/**
 * What the roles of MPLS need of the rest of the configuration. The schema does not say it: a constraint that
 * looks from one instance at another, or at all interfaces, would have every session validated with each commit.
 */
import { errorPathFromDataPath, xpathLiteral } from '../errors/error-path.js';
import { operationFailed, type ErrorPath, type RpcError } from '../errors/rpc-error.js';
import type { YangContext } from '../yang/yang-context.js';
import { CONTROL_PLANE_PROTOCOL } from './control-plane-protocols.js';
import type { Changes } from './handler.js';
import type { MplsConfiguration } from './mpls.js';
import { EGRESS, INGRESS } from './mpls-nodes.js';
import { isRoutableText } from './read-ingress.js';

/**
 * What is wrong with the roles of a configuration.
 *
 * @param mplsInterfaces those with `mpls-enabled`
 * @param changes of the commit that makes it, for the errors' paths
 */
export function roleErrors(
  configuration: MplsConfiguration,
  mplsInterfaces: readonly string[],
  changes: Changes,
): RpcError[] {
  const instances = [...configuration.instances];
  const context = contextOf(changes);
  if (context === undefined) return [];
  const heads = instances.filter(([, { ingress }]) => ingress.enabled).map(([name]) => name);
  const tails = instances.filter(([, { egress }]) => egress.passive).map(([name]) => name);
  const errors = [
    ...tooMany(heads, 'BFD for BGP tunnels', INGRESS, context),
    ...tooMany(tails, 'passive creation of sessions', EGRESS, context),
  ];
  const [head] = heads;
  const ingress = head === undefined ? undefined : configuration.instances.get(head)?.ingress;
  if (head === undefined || ingress === undefined) return errors;
  const path = enabledPath(head, INGRESS, context);
  if (mplsInterfaces.length === 0) errors.push(refused(NO_INTERFACE, 'no-mpls-interface', path));
  if (ingress.sourceIpv4 === null && configuration.routerId !== null) {
    const { routerId } = configuration;
    if (!isRoutableText(routerId))
      errors.push(refused(unusableRouterId(routerId), 'no-source-address', path));
  }
  if ((ingress.sourceIpv4 ?? ingress.sourceIpv6 ?? configuration.routerId) === null) {
    errors.push(refused(NO_SOURCE, 'no-source-address', path));
  }
  return errors;
}

const NO_INTERFACE =
  'BFD for BGP tunnels is enabled, but MPLS runs on no interface: set mpls-enabled of one in ' +
  '/routing/mpls/interfaces, or disable bgp-lsp/ingress.';

const NO_SOURCE =
  'BFD for BGP tunnels is enabled, but its packets have no source address: give source-address of the ' +
  'ingress, or router-id of /routing, or disable bgp-lsp/ingress.';

function unusableRouterId(routerId: string): string {
  return (
    `The ingress would send from the router-id ${routerId}, to which nobody could answer: give ` +
    'source-address/ipv4 of the ingress.'
  );
}

function tooMany(names: readonly string[], what: string, role: string, context: YangContext): RpcError[] {
  const [first, ...others] = names;
  if (first === undefined) return [];
  return others.map((name) => {
    const message =
      `There is one MPLS in the device: the bfdv1 instance "${first}" has ${what} enabled already. ` +
      'Disable it there first, or leave it disabled here.';
    const about = enabledPath(first, role, context);
    return refused(message, 'enabled-elsewhere', enabledPath(name, role, context), about);
  });
}

function refused(message: string, appTag: string, path: ErrorPath | undefined, about?: ErrorPath): RpcError {
  return operationFailed(message, { appTag, ...(path && { path }), ...(about && { about: [about] }) });
}

/** The path of the leaf that enables a role in an instance. */
function enabledPath(instance: string, role: string, context: YangContext): ErrorPath | undefined {
  const keys = `[type='ietf-bfd-types:bfdv1'][name=${xpathLiteral(instance)}]`;
  const way = role.slice(CONTROL_PLANE_PROTOCOL.length);
  return errorPathFromDataPath(`${CONTROL_PLANE_PROTOCOL}${keys}${way}/enabled`, context);
}

function contextOf(changes: Changes): YangContext | undefined {
  for (const list of changes.values()) {
    for (const { before, after } of list) {
      const node = after ?? before;
      if (node !== undefined) return node.tree.context;
    }
  }
  return undefined;
}
