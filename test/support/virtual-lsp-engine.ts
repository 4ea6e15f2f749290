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
  TunnelKey,
  TunnelReport,
} from '../../src/link/messages.js';
import { ok, type Result } from '../../src/lib/result.js';
import { LspWorld } from '../sim/lsp-devices.js';

/** The agent's end of a link to a real engine for LSPs, on a virtual device that has another opposite to it. */
export class VirtualLspEngine implements EnginePort {
  world = new LspWorld();

  /** A new engine in a new world: to be called while nothing is wanted of the old one. */
  begin(world: LspWorld): void {
    this.world = world;
  }

  /** Time passes, for both devices. */
  runFor(us: number): void {
    this.world.time.runFor(us);
  }

  async apply(change: DesiredChange): Promise<Result<readonly RefusedSession[], EngineUnavailable>> {
    const { set = [], remove = [] } = change.tunnels ?? {};
    this.world.ingress.want(change.mpls, set, remove);
    return ok([]);
  }

  async read(
    keys: readonly SessionKey[] | null,
  ): Promise<Result<readonly SessionReport[], EngineUnavailable>> {
    const { lsp } = this.world.ingress;
    return ok((keys ?? lsp.keys()).flatMap((key) => lsp.report(key) ?? []));
  }

  async readStates(): Promise<Result<readonly SessionState[], EngineUnavailable>> {
    const all = await this.read(null);
    return all.ok ? ok(all.value.map(({ key, localState }) => ({ key, localState, ofLsp: true }))) : all;
  }

  async readTunnels(
    keys: readonly TunnelKey[] | null,
  ): Promise<Result<readonly TunnelReport[], EngineUnavailable>> {
    const { lsp } = this.world.ingress;
    return ok((keys ?? lsp.tunnelKeys()).flatMap((key) => lsp.tunnel(key) ?? []));
  }

  async status(): Promise<Result<RunningEngine, EngineUnavailable>> {
    const mpls = this.world.ingress.lsp.statistics();
    return ok({ pid: 1, startedMs: 0, realTimePriority: null, socketDrops: 0, discards: [], mpls });
  }

  async act(): Promise<Result<MplsActionResult, EngineUnavailable>> {
    return ok({ type: 'refused', reason: 'nobody acts' });
  }

  onEvent(_listener: (event: EngineEvent) => void): () => void {
    return () => undefined;
  }
}
