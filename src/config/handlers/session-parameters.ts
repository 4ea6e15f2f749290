import { err, ok, type Result } from '../../lib/result.js';
import type { DesiredSession } from '../../link/messages.js';
import type { RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { leafValue, refusedLeaf, requiredBoolean, requiredNumber } from './node-values.js';

/** The shortest interval, in microseconds, that the agent takes. */
export const SHORTEST_INTERVAL_US = 3_000;

/** The leaves that are read here: of common-cfg-parms (RFC 9314 §2.1.1), and of bfd-agent-bfd. */
export const COMMON_LEAVES = [
  'local-multiplier',
  'desired-min-tx-interval',
  'required-min-rx-interval',
  'min-interval',
  'demand-enabled',
  'admin-down',
  'bfd-agent-bfd:role',
];

export const BFD_AGENT_BFD = 'bfd-agent-bfd';

/** What sessions of every type are configured with. */
export type CommonParameters = Pick<
  DesiredSession,
  | 'role'
  | 'detectMult'
  | 'desiredMinTxIntervalUs'
  | 'requiredMinRxIntervalUs'
  | 'adminDown'
  | 'demand'
  | 'authentication'
>;

/** Reads the parameters that sessions of every type have, with all that is wrong with them. */
export function readCommonParameters(entry: DataNode): Result<CommonParameters, readonly RpcError[]> {
  const intervals = readIntervals(entry);
  const errors = intervalErrors(entry, intervals);
  if (errors.length > 0) return err(errors);
  return ok({
    role: entry.child('role', BFD_AGENT_BFD)?.value === 'passive' ? 'passive' : 'active',
    detectMult: requiredNumber(entry, 'local-multiplier'),
    desiredMinTxIntervalUs: intervals.txUs,
    requiredMinRxIntervalUs: intervals.rxUs,
    adminDown: requiredBoolean(entry, 'admin-down'),
    demand: requiredBoolean(entry, 'demand-enabled'),
    authentication: null,
  });
}

/** The intervals of base-cfg-parms, and the leaves that they are in. */
export interface Intervals {
  readonly txLeaf: string;
  readonly txUs: number;
  readonly rxLeaf: string;
  readonly rxUs: number;
}

/** Reads the intervals of base-cfg-parms. */
export function readIntervals(entry: DataNode): Intervals {
  if (leafValue(entry, 'min-interval') !== undefined) {
    const bothUs = requiredNumber(entry, 'min-interval');
    return { txLeaf: 'min-interval', txUs: bothUs, rxLeaf: 'min-interval', rxUs: bothUs };
  }
  const txLeaf = 'desired-min-tx-interval';
  const rxLeaf = 'required-min-rx-interval';
  return { txLeaf, txUs: requiredNumber(entry, txLeaf), rxLeaf, rxUs: requiredNumber(entry, rxLeaf) };
}

/** The error of a leaf whose interval is too short. */
export function shortInterval(node: DataNode, leaf: string, us: number): RpcError {
  const message = `${us} microseconds is too short for ${leaf}: give at least ${SHORTEST_INTERVAL_US}.`;
  return refusedLeaf(node, leaf, message);
}

function intervalErrors(entry: DataNode, intervals: Intervals): RpcError[] {
  const leaves = new Map([
    [intervals.txLeaf, intervals.txUs],
    [intervals.rxLeaf, intervals.rxUs],
  ]);
  return [...leaves]
    .filter(([, us]) => us < SHORTEST_INTERVAL_US)
    .map(([leaf, us]) => shortInterval(entry, leaf, us));
}
