import { EngineHost } from '../../bfd/engine/engine-host.io.js';
import type {
  DesiredSession,
  RefusedSession,
  SessionKey,
  StateChangeEvent,
} from '../../bfd/engine/session-model.js';
import type { EngineEvent, EngineStatus, SessionReport } from '../engine-model.js';
import type {
  DesiredMpls,
  DesiredTunnel,
  MplsAction,
  MplsActionResult,
  TunnelReport,
} from '../mpls-model.js';
import type { TunnelKey } from '../tunnels/tunnel.js';

/** A change of what is wanted of LSPs; `mpls` is undefined where that is what it was. */
export interface LspChange {
  readonly set: readonly DesiredTunnel[];
  readonly remove: readonly TunnelKey[];
  readonly mpls: DesiredMpls | null | undefined;
}

/** The BFD engine of this host, and the LSPs that it watches. */
export class DeviceHost {
  readonly #host: EngineHost;

  /**
   * @param onEvent is called for every change of state of a session, and for what happens to LSPs
   * @param fatal is told of an exception in the work on packets and timers; it should end the process
   * @throws SystemCallError when the host lacks what every engine needs
   */
  constructor(onEvent: (event: EngineEvent) => void, fatal: (error: unknown) => void) {
    this.#host = new EngineHost((event: StateChangeEvent) => onEvent(event), fatal);
  }

  /** Why packets leave by a socket of each session's own, which costs more; null: they leave together. */
  get rawObstacle(): string | null {
    return this.#host.rawObstacle;
  }

  /** Resolves when the interfaces of the host are known, so that sessions find their paths. */
  start(): Promise<void> {
    return this.#host.start();
  }

  /** The keys of the sessions that were set. */
  keys(): readonly SessionKey[] {
    return this.#host.keys();
  }

  /** The keys of the sessions of LSPs. */
  lspKeys(): readonly SessionKey[] {
    return [];
  }

  set(sessions: readonly DesiredSession[]): readonly RefusedSession[] {
    return this.#host.set(sessions);
  }

  remove(keys: readonly SessionKey[]): void {
    this.#host.remove(keys);
  }

  /** Null: there is no such session. */
  report(key: SessionKey): SessionReport | null {
    return this.#host.report(key);
  }

  /** What is wanted of LSPs is another. */
  changeLsps(_change: LspChange): void {
    // Sessions of LSPs are not made yet.
  }

  tunnelKeys(): readonly TunnelKey[] {
    return [];
  }

  /** Null: there is no such tunnel. */
  tunnel(_key: TunnelKey): TunnelReport | null {
    return null;
  }

  /** Does something at once; `done` is called when it is done, within the call or later. */
  act(_action: MplsAction, done: (result: MplsActionResult) => void): void {
    done({ type: 'refused', reason: 'this engine makes no sessions of LSPs' });
  }

  status(): EngineStatus {
    return { ...this.#host.status(), mpls: null };
  }

  /** Every session says AdminDown; takes some tens of milliseconds. Nothing can be done afterwards. */
  stop(): Promise<void> {
    return this.#host.stop();
  }
}
