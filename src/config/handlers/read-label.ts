import { err, ok, type Result } from '../../lib/result.js';
import { SpecialLabel } from '../../mpls/label-stack.js';
import type { RpcError } from '../errors/rpc-error.js';
import { LABEL_IDENTITIES } from '../label-identities.js';
import type { DataNode } from '../yang/data-node.js';
import { refusedLeaf, requiredValue } from './node-values.js';

/** The labels with a meaning of their own that can lead to an egress. */
const NAMED: ReadonlyMap<string, number> = new Map(
  [SpecialLabel.Ipv4ExplicitNull, SpecialLabel.Ipv6ExplicitNull, SpecialLabel.ImplicitNull].map((label) => [
    LABEL_IDENTITIES.get(label) ?? '',
    label,
  ]),
);

/** Reads the leaf `label` of an entry, a label of RFC 8294: a number from 16, or the name of one below. */
export function readLabel(entry: DataNode): Result<number, RpcError> {
  const text = requiredValue(entry, 'label');
  const number = Number(text);
  if (Number.isInteger(number)) return ok(number);
  const name = text.replace(/^.*:/u, '');
  const named = NAMED.get(name);
  if (named !== undefined) return ok(named);
  const message = `${name} does not lead to an egress: give a number from 16, or one of ${[...NAMED.keys()].join(', ')}.`;
  return err(refusedLeaf(entry, 'label', message));
}
