import { parseAddress } from '../lib/address.js';
import { shardOfAddress } from '../net/shard-steering.js';
import type { DesiredState } from './engine-port.js';
import type { DesiredSession } from './messages.js';

/** The number, from zero on, of the engine that has a session, of so many engines. */
export function shardOfSession({ destination }: DesiredSession, count: number): number {
  const address = parseAddress(destination);
  return address.ok ? shardOfAddress(address.value.bytes, count) : 0;
}

/** What one of several engines is to do; all that has to do with LSPs is up to the first. */
export function shardOfState(
  { sessions, tunnels, mpls }: DesiredState,
  index: number,
  count: number,
): DesiredState {
  const own = sessions.filter((session) => shardOfSession(session, count) === index);
  return index === 0 ? { sessions: own, tunnels, mpls } : { sessions: own, tunnels: [], mpls: null };
}

/** The path of a socket of one of several engines, by that of the first. */
export function shardPath(path: string, index: number): string {
  return index === 0 ? path : `${path}.${index}`;
}
