import { err, ok, type Result } from '../../lib/result.js';
import type { DesiredIpShSession, SessionKey } from '../../link/messages.js';
import { invalidValue, type RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { leafValue, pathTo, requiredBoolean, requiredNumber, requiredValue } from './node-values.js';

/** A session entry as it is configured; `adminDown` is what the entry itself says. */
export type ConfiguredIpSh = DesiredIpShSession;

/** The shortest interval, in microseconds, that the agent takes. */
export const SHORTEST_INTERVAL_US = 3_000;

/** The key of the session that an entry of `ietf-bfd-ip-sh` stands for. */
export function ipShKey(entry: DataNode): SessionKey {
  return `ip-sh/${requiredValue(entry, 'interface')}/${requiredValue(entry, 'dest-addr')}`;
}

/** Reads an entry of the session list (RFC 9314 §2.3), with all that is wrong with it. */
export function readIpShSession(entry: DataNode): Result<ConfiguredIpSh, readonly RpcError[]> {
  const destination = requiredValue(entry, 'dest-addr');
  const source = leafValue(entry, 'source-addr') ?? null;
  const intervals = readIntervals(entry);
  const errors = [...addressErrors(entry, destination, source), ...intervalErrors(entry, intervals)];
  if (errors.length > 0) return err(errors);
  return ok({
    type: 'ip-sh',
    key: ipShKey(entry),
    interface: requiredValue(entry, 'interface'),
    destination,
    source,
    detectMult: requiredNumber(entry, 'local-multiplier'),
    desiredMinTxIntervalUs: intervals.txUs,
    requiredMinRxIntervalUs: intervals.rxUs,
    adminDown: requiredBoolean(entry, 'admin-down'),
    role: 'active',
    demand: false,
    authentication: null,
    desiredMinEchoTxIntervalUs: 0,
    requiredMinEchoRxIntervalUs: 0,
  });
}

interface Intervals {
  readonly txLeaf: string;
  readonly txUs: number;
  readonly rxLeaf: string;
  readonly rxUs: number;
}

function readIntervals(entry: DataNode): Intervals {
  if (leafValue(entry, 'min-interval') !== undefined) {
    const bothUs = requiredNumber(entry, 'min-interval');
    return { txLeaf: 'min-interval', txUs: bothUs, rxLeaf: 'min-interval', rxUs: bothUs };
  }
  const txLeaf = 'desired-min-tx-interval';
  const rxLeaf = 'required-min-rx-interval';
  return { txLeaf, txUs: requiredNumber(entry, txLeaf), rxLeaf, rxUs: requiredNumber(entry, rxLeaf) };
}

function intervalErrors(entry: DataNode, intervals: Intervals): RpcError[] {
  const leaves = new Map([
    [intervals.txLeaf, intervals.txUs],
    [intervals.rxLeaf, intervals.rxUs],
  ]);
  return [...leaves]
    .filter(([, us]) => us < SHORTEST_INTERVAL_US)
    .map(([leaf, us]) =>
      refusal(
        entry,
        leaf,
        `${us} microseconds is too short for ${leaf}: give at least ${SHORTEST_INTERVAL_US}.`,
      ),
    );
}

function addressErrors(entry: DataNode, destination: string, source: string | null): RpcError[] {
  const errors: RpcError[] = [];
  const problem = addressProblem(destination);
  if (problem !== undefined) {
    errors.push(refusal(entry, 'dest-addr', `${destination} cannot be the destination: ${problem}.`));
  }
  if (source === null) return errors;
  const sourceProblem = isIpv6(source) === isIpv6(destination) ? addressProblem(source) : OTHER_FAMILY;
  if (sourceProblem !== undefined) {
    errors.push(refusal(entry, 'source-addr', `${source} cannot be the source: ${sourceProblem}.`));
  } else if (source === destination) {
    errors.push(
      refusal(entry, 'source-addr', `${source} is both source and destination: name the neighbour.`),
    );
  }
  return errors;
}

const OTHER_FAMILY = 'it is of another address family than the destination; give both of one family';

/** Why a packet cannot go to or come from `address`; undefined when it can. */
function addressProblem(address: string): string | undefined {
  if (isIpv6(address)) return 'this version runs BFD over IPv4 only; give an IPv4 address';
  if (address.includes('%')) return 'an IPv4 address takes no zone; the interface is named by its own leaf';
  const first = Number(address.split('.', 1)[0]);
  if (first === 0) return 'it is not the address of a host';
  if (first === 127) return 'it is a loopback address; give the address of the neighbour on the link';
  if (first >= 224 && first <= 239) return 'it is a multicast address; give the address of one neighbour';
  if (address === '255.255.255.255') return 'it is the broadcast address; give the address of one neighbour';
  return undefined;
}

function isIpv6(address: string): boolean {
  return address.includes(':');
}

function refusal(entry: DataNode, leaf: string, message: string): RpcError {
  return invalidValue(message, { type: 'application', ...pathTo(entry, leaf) });
}
