import type {
  DesiredChange,
  EnginePort,
  EngineUnavailable,
  RunningEngine,
} from '../../src/link/engine-port.js';
import type {
  EngineEvent,
  MplsActionResult,
  RefusedSession,
  SessionKey,
  SessionReport,
  SessionState,
  TunnelReport,
} from '../../src/link/messages.js';
import { ok, type Result } from '../../src/lib/result.js';
import { VirtualLink } from '../bfd/engine/virtual-hosts.js';
import { seededRandom } from '../sim/seeded-random.js';

/** The agent's end of a link to a real engine on a virtual host. */
export class VirtualEngine implements EnginePort {
  readonly #link: VirtualLink;

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.#link = new VirtualLink(() => Math.floor(random() * 2 ** 32));
  }

  async apply(change: DesiredChange): Promise<Result<readonly RefusedSession[], EngineUnavailable>> {
    const { engine } = this.#link.left;
    engine.remove(change.remove, this.#link.nowUs);
    return ok(engine.set(change.set, this.#link.nowUs));
  }

  async read(
    keys: readonly SessionKey[] | null,
  ): Promise<Result<readonly SessionReport[], EngineUnavailable>> {
    const { engine } = this.#link.left;
    return ok((keys ?? engine.keys()).flatMap((key) => engine.report(key) ?? []));
  }

  async status(): Promise<Result<RunningEngine, EngineUnavailable>> {
    return ok({ pid: 1, startedMs: 0, realTimePriority: null, socketDrops: 0, discards: [], mpls: null });
  }

  async readStates(): Promise<Result<readonly SessionState[], EngineUnavailable>> {
    const all = await this.read(null);
    return all.ok ? ok(all.value.map(({ key, localState }) => ({ key, localState, ofLsp: false }))) : all;
  }

  async readTunnels(): Promise<Result<readonly TunnelReport[], EngineUnavailable>> {
    return ok([]);
  }

  async act(): Promise<Result<MplsActionResult, EngineUnavailable>> {
    return ok({ type: 'refused', reason: 'it has no LSPs' });
  }

  onEvent(_listener: (event: EngineEvent) => void): () => void {
    return () => undefined;
  }
}
