import type { EngineControl, LspChange } from '../engine-server.js';
import type {
  DesiredSession,
  EngineEvent,
  EngineStatus,
  LspSessionReport,
  MplsAction,
  MplsActionResult,
  MplsEvent,
  RefusedSession,
  SessionKey,
  SessionReport,
  StateChangeEvent,
  TunnelKey,
  TunnelReport,
} from '../messages.js';
import { partsOf } from '../../lib/list-parts.js';
import type { ToldSession } from './change.js';
import type { EventFeed } from './event-feed.js';
import type { DeletionReason } from './event-line.js';

/** An engine sees to packets between the sessions that it makes: what is told of them does not wait to the end. */
const LOOKED_AT_A_TIME = 128;

/** Passes on what the agent wants of an engine, and tells a feed what becomes of it. */
export class FollowedControl implements EngineControl {
  readonly #control: EngineControl;
  readonly #feed: EventFeed;
  readonly #wallClockMs: () => number;

  constructor(control: EngineControl, feed: EventFeed, wallClockMs: () => number) {
    this.#control = control;
    this.#feed = feed;
    this.#wallClockMs = wallClockMs;
  }

  keys(): readonly SessionKey[] {
    return this.#control.keys();
  }

  lspKeys(): readonly SessionKey[] {
    return this.#control.lspKeys();
  }

  set(sessions: readonly DesiredSession[]): readonly RefusedSession[] {
    const refused: RefusedSession[] = [];
    for (const some of partsOf(sessions, LOOKED_AT_A_TIME)) {
      refused.push(...this.#control.set(some));
      for (const session of some) this.#look(session);
    }
    return refused;
  }

  remove(keys: readonly SessionKey[]): void {
    this.#control.remove(keys);
    for (const key of keys) this.#tellGone(key, this.#wallClockMs(), 'removed');
  }

  changeLsps(change: LspChange): void {
    this.#control.changeLsps(change);
    for (const key of change.remove) this.#lookAtTunnel(key);
    for (const { key } of change.set) this.#lookAtTunnel(key);
  }

  tunnelKeys(): readonly TunnelKey[] {
    return this.#control.tunnelKeys();
  }

  tunnel(key: TunnelKey): TunnelReport | null {
    return this.#control.tunnel(key);
  }

  act(action: MplsAction, done: (result: MplsActionResult) => void): void {
    this.#control.act(action, done);
  }

  status(): EngineStatus {
    return this.#control.status();
  }

  report(key: SessionKey): SessionReport | null {
    return this.#control.report(key);
  }

  /** To be called with every event of the engine. */
  handle(event: EngineEvent): void {
    switch (event.type) {
      case 'state-change':
        this.#stateChange(event);
        break;
      case 'lsp-session-created':
        this.#feed.publish({ type: 'session-created', timeMs: event.timeMs, session: lspSession(event) });
        break;
      case 'lsp-session-deleted':
        this.#tellGone(event.key, event.timeMs, event.reason);
        break;
      case 'tunnel-state-change':
        this.#tunnelChange(event);
        break;
      case 'bootstrap-failed':
      case 'session-limit':
        this.#feed.publish(event);
        break;
    }
  }

  /** What has just been made is told of with the state that it has when it is all made. */
  #stateChange(event: StateChangeEvent): void {
    const { key, report, timeMs, from } = event;
    const known = this.#feed.session(key);
    if (known?.localDiscriminator !== report.localDiscriminator) return;
    this.#feed.publish({
      type: 'session-state',
      timeMs,
      from,
      session: {
        ...known,
        source: event.sourceAddress ?? known.source,
        state: event.to,
        diagnostic: event.localDiagnostic,
        sinceMs: timeMs,
        remoteDiscriminator: report.remoteDiscriminator,
      },
      downRecord: from === 'up' ? report.downRecord : undefined,
    });
  }

  #tunnelChange({ fec, from, to, timeMs }: Extract<MplsEvent, { type: 'tunnel-state-change' }>): void {
    if (this.#feed.tunnel(fec) === undefined) return;
    const tunnel = { fec, state: to, sinceMs: timeMs };
    this.#feed.publish({ type: 'tunnel-state', timeMs, from, tunnel });
  }

  /** A session that is there anew has another discriminator. */
  #look(desired: DesiredSession): void {
    const report = this.#control.report(desired.key);
    const known = this.#feed.session(desired.key);
    if (report === null || report.localDiscriminator === known?.localDiscriminator) return;
    this.#tellGone(desired.key, report.createdMs, 'other-addresses');
    const session = toldSession(desired, report);
    this.#feed.publish({ type: 'session-created', timeMs: report.createdMs, session });
  }

  #lookAtTunnel(fec: TunnelKey): void {
    const known = this.#feed.tunnel(fec);
    const report = this.#control.tunnel(fec);
    const timeMs = this.#wallClockMs();
    if (report === null) {
      if (known !== undefined) this.#feed.publish({ type: 'tunnel-deleted', timeMs, tunnel: known });
    } else if (known === undefined) {
      const tunnel = { fec, state: report.state, sinceMs: report.lastChangeMs };
      this.#feed.publish({ type: 'tunnel-created', timeMs, tunnel });
    }
  }

  #tellGone(key: SessionKey, timeMs: number, reason: DeletionReason): void {
    const session = this.#feed.session(key);
    if (session === undefined) return;
    this.#feed.publish({ type: 'session-deleted', timeMs, session, reason });
  }
}

function toldSession(desired: DesiredSession, report: SessionReport): ToldSession {
  return {
    key: desired.key,
    kind: desired.type,
    interface: desired.type === 'ip-sh' ? desired.interface : null,
    source: desired.source,
    destination: desired.destination,
    fec: null,
    state: report.localState,
    diagnostic: report.localDiagnostic,
    sinceMs: report.createdMs,
    localDiscriminator: report.localDiscriminator,
    remoteDiscriminator: report.remoteDiscriminator,
  };
}

/** One that has only just been made: it is Down, and has heard nobody. */
function lspSession(made: {
  readonly key: SessionKey;
  readonly timeMs: number;
  readonly localDiscriminator: number;
  readonly lsp: LspSessionReport;
}): ToldSession {
  const { key, timeMs, localDiscriminator, lsp } = made;
  return {
    key,
    kind: `lsp-${lsp.role}`,
    interface: null,
    source: lsp.sourceAddress,
    destination: lsp.peer,
    fec: lsp.fec,
    state: 'down',
    diagnostic: 0,
    sinceMs: timeMs,
    localDiscriminator,
    remoteDiscriminator: null,
  };
}
