import { isHostPrefix, parsePrefix } from '../../lib/ip-prefix.js';
import { err, ok, type Result } from '../../lib/result.js';
import type { DesiredEgress, DesiredPassivePeer } from '../../mpls/mpls-model.js';
import type { RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { readLspSession, type ConfiguredLspSession } from './lsp-session-parameters.js';
import { MPLS_BGP_BFD } from './mpls-nodes.js';
import { leafValue, pathTo, refusedLeaf, requiredBoolean, requiredValue } from './node-values.js';
import { operationFailed } from '../errors/rpc-error.js';
import { readLabel } from './read-label.js';
import { canonicalPrefix } from './read-prefix-list.js';
import { canonicalAddress, hostAddressProblem } from './session-addresses.js';

const US_PER_SECOND = 1_000_000;
/** Peers and bindings that the engine takes. */
const PEERS_MAX = 1024;
const LABEL_BINDINGS_MAX = 8192;

/** The egress as it is configured; its keys are those of a key chain. */
export interface ConfiguredEgress extends Omit<DesiredEgress, 'session'> {
  readonly session: ConfiguredLspSession;
}

type Binding = NonNullable<DesiredEgress['labelBindings']>[number];
type Errors = readonly RpcError[];

/** Reads the container `egress` of ietf-bfd-mpls with what mpls-bgp-bfd adds, and all that is wrong with it. */
export function readEgress(node: DataNode): Result<ConfiguredEgress, Errors> {
  const session = readLspSession(node);
  if (!session.ok) return session;
  const peers = readPeers(node, session.value.detectMult);
  const bindings = readBindings(node.child('label-bindings', MPLS_BGP_BFD));
  if (!peers.ok || !bindings.ok) {
    return err([peers, bindings].flatMap((part) => (part.ok ? [] : part.error)));
  }
  return ok({
    passive: requiredBoolean(node, 'enabled'),
    session: session.value,
    deleteDelayUs: ownNumber(node, 'delete-delay') * US_PER_SECOND,
    maxSessions: ownNumber(node, 'max-sessions'),
    passivePeers: peers.value,
    labelBindings: bindings.value,
  });
}

function readPeers(egress: DataNode, detectMult: number): Result<readonly DesiredPassivePeer[], Errors> {
  const entries = entriesOf(egress, 'passive-session');
  if (entries.length > PEERS_MAX) return err([tooMany(egress, entries.length, 'passive-session', PEERS_MAX)]);
  const errors: RpcError[] = [];
  const peers = entries.map((entry): DesiredPassivePeer => {
    const peer = requiredValue(entry, 'peer');
    const problem = hostAddressProblem(peer, null);
    if (problem !== undefined) {
      errors.push(refusedLeaf(entry, 'peer', `${peer} cannot be an ingress: ${problem}.`));
    }
    return {
      peer: canonicalAddress(peer),
      destinationPort: requiredValue(entry, 'destination-port') === '3784' ? 3784 : 4784,
      detectMult: Number(leafValue(entry, 'local-multiplier') ?? detectMult),
    };
  });
  return errors.length > 0 ? err(errors) : ok(peers);
}

function readBindings(node: DataNode | undefined): Result<readonly Binding[] | null, Errors> {
  if (node === undefined) return ok(null);
  const entries = entriesOf(node, 'label-binding');
  if (entries.length > LABEL_BINDINGS_MAX) {
    return err([tooMany(node, entries.length, 'label-binding', LABEL_BINDINGS_MAX)]);
  }
  const errors: RpcError[] = [];
  const bindings = entries.map((entry): Binding => {
    const label = readLabel(entry);
    if (!label.ok) errors.push(label.error);
    const fec = parsePrefix(requiredValue(entry, 'fec'));
    if (fec.ok && !isHostPrefix(fec.value)) errors.push(notAnAddress(entry));
    return { label: label.ok ? label.value : 0, fec: canonicalPrefix(requiredValue(entry, 'fec')) };
  });
  return errors.length > 0 ? err(errors) : ok(bindings);
}

function notAnAddress(entry: DataNode): RpcError {
  const fec = requiredValue(entry, 'fec');
  const message = `${fec} is no address, so that no LSP of it ends here: give a prefix of 32 bits (IPv6: 128).`;
  return refusedLeaf(entry, 'fec', message);
}

function entriesOf(node: DataNode, list: string): readonly DataNode[] {
  return [...node.children()].filter(({ name }) => name === list);
}

function tooMany(node: DataNode, count: number, list: string, most: number): RpcError {
  const message = `There are ${count} entries of ${list}: give ${most} at most.`;
  return operationFailed(message, { appTag: 'too-many-elements', ...pathTo(node) });
}

function ownNumber(node: DataNode, leaf: string): number {
  const value = node.child(leaf, MPLS_BGP_BFD)?.value;
  if (value === undefined) throw new Error(`${node.path()} has no ${leaf} after validation`);
  return Number(value);
}
