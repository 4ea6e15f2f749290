import type { Interfaces } from '../../net/interface-table.js';
import type { TransmitChannel, TransmitPath, Transmitter } from '../../net/transmitter.js';
import type { SessionKey } from './session-model.js';
import { resolvePath, type Endpoints } from './session-path.js';
import { arrivalKey, type SessionTable } from './session-table.js';

/** An opened way out; or none, why, and whether a session that is new is refused for that. */
export type Way =
  | {
      readonly type: 'open';
      readonly path: TransmitPath;
      readonly demultiplexingKey: string;
      readonly channel: TransmitChannel;
    }
  | { readonly type: 'none'; readonly reason: string; readonly refuse: boolean; readonly retry: boolean };

/** What a way depends on. */
export interface Surroundings {
  readonly interfaces: Interfaces;
  readonly table: SessionTable;
  readonly transmitter: Transmitter;
}

/** Opens a way out for the session `key`, as the host is now. */
export function findWay(key: SessionKey, endpoints: Endpoints, surroundings: Surroundings): Way {
  const resolved = resolvePath(endpoints, surroundings.interfaces);
  if (!resolved.ok) {
    return { type: 'none', reason: resolved.error, refuse: false, retry: false };
  }
  const { path, pointToPoint } = resolved.value;
  const arrival = {
    interface: path.interface?.index ?? 0,
    pointToPoint,
    source: path.destination.text,
    destination: path.source.text,
  };
  const demultiplexingKey = arrivalKey(endpoints.type, arrival);
  const other = surroundings.table.bound(demultiplexingKey);
  if (other !== null && other.desired.key !== key) {
    const where =
      path.interface === null ? `from ${path.source.text}` : `on interface ${path.interface.name}`;
    const reason = `session ${other.desired.key} has this neighbour ${where}`;
    return { type: 'none', reason, refuse: true, retry: true };
  }
  const opened = surroundings.transmitter.open(path);
  if (!opened.ok) {
    const { type, reason } = opened.error;
    return { type: 'none', reason, refuse: type === 'resources', retry: true };
  }
  return {
    type: 'open',
    path,
    demultiplexingKey,
    channel: opened.value,
  };
}
