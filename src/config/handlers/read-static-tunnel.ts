import { formatPrefix, isHostPrefix, parsePrefix } from '../../lib/ip-prefix.js';
import { err, ok, type Result } from '../../lib/result.js';
import { isRoutableSource } from '../../mpls/egress/routable-source.js';
import type { LabelStackEntry } from '../../mpls/label-stack.js';
import type { DesiredLsp, DesiredTunnel } from '../../mpls/mpls-model.js';
import type { RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { refusedLeaf, requiredNumber, requiredValue } from './node-values.js';
import { readLabel } from './read-label.js';
import { canonicalAddress, hostAddressProblem } from './session-addresses.js';

type Errors = readonly RpcError[];

/** Reads an entry of `static-tunnels/tunnel`, with all that is wrong with it. */
export function readStaticTunnel(entry: DataNode): Result<DesiredTunnel, Errors> {
  const text = requiredValue(entry, 'fec');
  const fec = parsePrefix(text);
  const errors: RpcError[] = [];
  if (!fec.ok || (isHostPrefix(fec.value) && !isRoutableSource(fec.value.bytes))) {
    errors.push(
      refusedLeaf(entry, 'fec', `${text} cannot be the address of an egress: give a unicast address.`),
    );
  }
  const lsps = [...entry.children()].filter(({ name }) => name === 'lsp').map((lsp) => readLsp(lsp));
  errors.push(...lsps.flatMap((lsp) => (lsp.ok ? [] : lsp.error)));
  if (!fec.ok || errors.length > 0) return err(errors);
  const read = lsps.flatMap((lsp) => (lsp.ok ? [lsp.value] : []));
  return ok({
    key: formatPrefix(fec.value),
    lsps: read.toSorted((left) => (left.role === 'primary' ? -1 : 1)),
  });
}

function readLsp(lsp: DataNode): Result<DesiredLsp, Errors> {
  const nextHop = requiredValue(lsp, 'next-hop');
  const outInterface = requiredValue(lsp, 'out-interface');
  const problem = hostAddressProblem(nextHop, outInterface);
  const labels = readLabels(lsp.child('mpls-label-stack'));
  const errors = labels.ok ? [] : [...labels.error];
  if (problem !== undefined) {
    errors.push(refusedLeaf(lsp, 'next-hop', `${nextHop} cannot be the next hop: ${problem}.`));
  }
  if (!labels.ok || errors.length > 0) return err(errors);
  const role = requiredValue(lsp, 'role') === 'primary' ? 'primary' : 'backup';
  return ok({ role, nextHop: canonicalAddress(nextHop), outInterface, labels: labels.value });
}

function readLabels(stack: DataNode | undefined): Result<readonly LabelStackEntry[], Errors> {
  const entries = [...(stack?.children() ?? [])].filter(({ name }) => name === 'entry');
  const ordered = entries.toSorted((left, right) => requiredNumber(left, 'id') - requiredNumber(right, 'id'));
  const errors: RpcError[] = [];
  const labels = ordered.map((entry): LabelStackEntry => {
    const label = readLabel(entry);
    if (!label.ok) errors.push(label.error);
    // The Traffic Class of packets of OAM is that of the ingress, whatever the label.
    return { label: label.ok ? label.value : 0, trafficClass: 0, ttl: requiredNumber(entry, 'ttl') };
  });
  return errors.length > 0 ? err(errors) : ok(labels);
}
