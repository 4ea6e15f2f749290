import { joined, ok, type Result } from '../lib/result.js';
import {
  isEmptyChange,
  type DesiredChange,
  type EnginePort,
  type EngineUnavailable,
  type RunningEngine,
} from './engine-port.js';
import type {
  EngineEvent,
  EngineStatus,
  MplsAction,
  MplsActionResult,
  RefusedSession,
  SessionKey,
  SessionReport,
  SessionState,
  TunnelKey,
  TunnelReport,
} from './messages.js';
import { shardOfSession } from './session-shard.js';

/**
 * Several engines that share the sessions of a host, as one: each session is held by the engine that its
 * peer's packets are given to. All that has to do with LSPs is up to the first.
 */
export class ShardedEngine implements EnginePort {
  readonly #ports: readonly EnginePort[];
  readonly #first: EnginePort;

  /** @param ports by the number of their engine; one at least */
  constructor(ports: readonly [EnginePort, ...EnginePort[]]) {
    this.#ports = ports;
    this.#first = ports[0];
  }

  async apply(change: DesiredChange): Promise<Result<readonly RefusedSession[], EngineUnavailable>> {
    const answers = this.#ports.map((port, index) => {
      const own = this.#ownChange(change, index);
      return isEmptyChange(own) ? Promise.resolve(ok([])) : port.apply(own);
    });
    return joined(await Promise.all(answers));
  }

  async read(
    keys: readonly SessionKey[] | null,
  ): Promise<Result<readonly SessionReport[], EngineUnavailable>> {
    return joined(await Promise.all(this.#ports.map((port) => port.read(keys))));
  }

  async readStates(): Promise<Result<readonly SessionState[], EngineUnavailable>> {
    return joined(await Promise.all(this.#ports.map((port) => port.readStates())));
  }

  readTunnels(
    keys: readonly TunnelKey[] | null,
  ): Promise<Result<readonly TunnelReport[], EngineUnavailable>> {
    return this.#first.readTunnels(keys);
  }

  act(action: MplsAction): Promise<Result<MplsActionResult, EngineUnavailable>> {
    return this.#first.act(action);
  }

  /** The first engine, with what all of them have thrown away. */
  async status(): Promise<Result<RunningEngine, EngineUnavailable>> {
    const first = await this.#first.status();
    const others = await Promise.all(this.#ports.slice(1).map((port) => port.status()));
    if (!first.ok) {
      return first;
    }
    let sum = first.value;
    for (const other of others) {
      if (!other.ok) {
        return other;
      }
      sum = added(sum, other.value);
    }
    return ok(sum);
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    const ends = this.#ports.map((port) => port.onEvent(listener));
    return () => ends.forEach((end) => end());
  }

  /** What is set in one engine may have been in another before, with another peer. */
  #ownChange({ set, remove, ...lsps }: DesiredChange, index: number): DesiredChange {
    const isOwn = set.map((session) => shardOfSession(session, this.#ports.length) === index);
    const own = set.filter((_, at) => isOwn[at]);
    const elsewhere = set.filter((_, at) => !isOwn[at]).map(({ key }) => key);
    return { set: own, remove: [...remove, ...elsewhere], ...(index === 0 ? lsps : {}) };
  }
}

/** The kernel counts the packets that sockets have lost for the whole host. */
function added(sum: RunningEngine, { discards, socketDrops }: EngineStatus): RunningEngine {
  const counts = new Map(discards.map(({ reason, count }) => [reason, count]));
  return {
    ...sum,
    socketDrops: Math.max(sum.socketDrops, socketDrops),
    discards: sum.discards.map(({ reason, count }) => ({ reason, count: count + (counts.get(reason) ?? 0) })),
  };
}
