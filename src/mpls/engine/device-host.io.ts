import { EngineHost } from '../../bfd/engine/engine-host.io.js';
import type {
  DesiredSession,
  RefusedSession,
  SessionKey,
  StateChangeEvent,
} from '../../bfd/engine/session-model.js';
import { monotonicUs } from '../../net/monotonic-clock.io.js';
import type { EngineEvent, EngineStatus, SessionReport } from '../engine-model.js';
import type { MplsAction, MplsActionResult, TunnelReport } from '../mpls-model.js';
import type { Transmitter } from '../../net/transmitter.js';
import { ALONE, type Shard } from '../../net/shard-steering.js';
import type { TunnelKey } from '../tunnels/tunnel.js';
import { actWithoutLsps } from './act-without-lsps.js';
import type { LspChange } from './lsp-engine.js';
import { LspHost } from './lsp-host.io.js';

/** The BFD engine of this host, and the LSPs that it watches. */
export class DeviceHost {
  readonly #host: EngineHost;
  readonly #onEvent: (event: EngineEvent) => void;
  /** Null before anything has been wanted of LSPs. */
  #lsps: LspHost | null = null;

  /**
   * @param onEvent is called for every change of state of a session, and for what happens to LSPs
   * @param fatal is told of an exception in the work on packets and timers; it should end the process
   * @param shard which of several engines this is
   * @throws SystemCallError when the host lacks what every engine needs
   */
  constructor(onEvent: (event: EngineEvent) => void, fatal: (error: unknown) => void, shard: Shard = ALONE) {
    this.#onEvent = onEvent;
    this.#host = new EngineHost((event) => this.#tellChange(event), fatal, shard);
  }

  /** Why packets leave by a socket of each session's own, which costs more; null: they leave together. */
  get rawObstacle(): string | null {
    return this.#host.rawObstacle;
  }

  /** By which the packets of its sessions leave. */
  get transmitter(): Transmitter {
    return this.#host.parts.transmitter;
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
    return this.#lsps?.engine.keys() ?? [];
  }

  set(sessions: readonly DesiredSession[]): readonly RefusedSession[] {
    return this.#host.set(sessions);
  }

  remove(keys: readonly SessionKey[]): void {
    this.#host.remove(keys);
  }

  /** Null: there is no such session. */
  report(key: SessionKey): SessionReport | null {
    return isLspKey(key) ? (this.#lsps?.engine.report(key) ?? null) : this.#host.report(key);
  }

  /** What is wanted of LSPs is another. */
  changeLsps(change: LspChange): void {
    const wantsSomething = change.set.length > 0 || (change.mpls ?? null) !== null;
    if (this.#lsps === null && !wantsSomething) {
      return;
    }
    this.#lsps ??= new LspHost(this.#host, this.#onEvent);
    this.#lsps.engine.change(change, monotonicUs());
    this.#host.settle();
  }

  tunnelKeys(): readonly TunnelKey[] {
    return this.#lsps?.engine.tunnelKeys() ?? [];
  }

  /** Null: there is no such tunnel. */
  tunnel(key: TunnelKey): TunnelReport | null {
    return this.#lsps?.engine.tunnel(key) ?? null;
  }

  /** Does something at once; `done` is called when it is done, within the call or later. */
  act(action: MplsAction, done: (result: MplsActionResult) => void): void {
    if (this.#lsps === null) {
      done(actWithoutLsps(action));
      return;
    }
    this.#lsps.engine.act(action, done, monotonicUs());
    this.#host.settle();
  }

  status(): EngineStatus {
    return { ...this.#host.status(), mpls: this.#lsps?.engine.statistics() ?? null };
  }

  /** Every session says AdminDown; takes some tens of milliseconds. Nothing can be done afterwards. */
  stop(): Promise<void> {
    return this.#host.stop();
  }

  #tellChange(event: StateChangeEvent): void {
    const told = isLspKey(event.key) ? (this.#lsps?.engine.tellChange(event) ?? null) : event;
    if (told !== null) {
      this.#onEvent(told);
    }
  }
}

function isLspKey(key: SessionKey): boolean {
  return key.startsWith('lsp-');
}
