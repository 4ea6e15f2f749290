import { err, ok, type Result } from '../../lib/result.js';
import type { DesiredIpShSession } from '../../link/messages.js';
import type { RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { requiredNumber } from './node-values.js';
import { BFD_AGENT_BFD, shortInterval, SHORTEST_INTERVAL_US } from './session-parameters.js';

const TX = 'desired-min-echo-tx-interval';
const RX = 'required-min-echo-rx-interval';

/** The leaves that are read here, by their paths from a session. */
export const ECHO_LEAVES = [TX, RX].map((leaf) => `${BFD_AGENT_BFD}:echo/${leaf}`);

/** The Echo function of a session. */
export type EchoParameters = Pick<
  DesiredIpShSession,
  'desiredMinEchoTxIntervalUs' | 'requiredMinEchoRxIntervalUs'
>;

/** Reads the container `echo` of bfd-agent-bfd; zero stands for none. */
export function readEcho(entry: DataNode): Result<EchoParameters, readonly RpcError[]> {
  const echo = entry.child('echo', BFD_AGENT_BFD);
  if (echo === undefined) return ok({ desiredMinEchoTxIntervalUs: 0, requiredMinEchoRxIntervalUs: 0 });
  const [txUs, rxUs] = [requiredNumber(echo, TX), requiredNumber(echo, RX)];
  const errors = [
    ...(isShort(txUs) ? [shortInterval(echo, TX, txUs)] : []),
    ...(isShort(rxUs) ? [shortInterval(echo, RX, rxUs)] : []),
  ];
  if (errors.length > 0) return err(errors);
  return ok({ desiredMinEchoTxIntervalUs: txUs, requiredMinEchoRxIntervalUs: rxUs });
}

function isShort(us: number): boolean {
  return us > 0 && us < SHORTEST_INTERVAL_US;
}
