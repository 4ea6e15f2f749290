import type { EngineControl, LspChange } from '../../src/link/engine-server.js';
import type {
  DesiredMpls,
  DesiredSession,
  DesiredTunnel,
  EngineStatus,
  MplsAction,
  MplsActionResult,
  RefusedSession,
  SessionKey,
  SessionReport,
  TunnelKey,
  TunnelReport,
} from '../../src/link/messages.js';

/** An engine's sessions as a map, without any packet: what the link itself does can be seen in it. */
export class RecordingControl implements EngineControl {
  readonly sessions = new Map<SessionKey, DesiredSession>();
  /** What was done, call by call. */
  readonly calls: string[] = [];
  /** Keys that are refused. */
  readonly refuse = new Set<SessionKey>();

  readonly tunnels = new Map<TunnelKey, DesiredTunnel>();
  mpls: DesiredMpls | null = null;
  /** Sessions that the engine has made itself. */
  readonly lspSessions: SessionKey[] = [];
  /** Actions that wait for `finish`. */
  readonly actions: { readonly action: MplsAction; finish(result: MplsActionResult): void }[] = [];

  keys(): readonly SessionKey[] {
    return [...this.sessions.keys()];
  }

  set(sessions: readonly DesiredSession[]): readonly RefusedSession[] {
    this.calls.push(`set ${sessions.length}`);
    for (const session of sessions) {
      if (!this.refuse.has(session.key)) {
        this.sessions.set(session.key, session);
      }
    }
    return sessions.filter(({ key }) => this.refuse.has(key)).map(({ key }) => ({ key, reason: 'full' }));
  }

  remove(keys: readonly SessionKey[]): void {
    this.calls.push(`remove ${keys.length}`);
    keys.forEach((key) => this.sessions.delete(key));
  }

  lspKeys(): readonly SessionKey[] {
    return this.lspSessions;
  }

  changeLsps({ set, remove, mpls }: LspChange): void {
    this.calls.push(`lsps +${set.length} -${remove.length}`);
    remove.forEach((key) => this.tunnels.delete(key));
    set.forEach((tunnel) => this.tunnels.set(tunnel.key, tunnel));
    this.mpls = mpls === undefined ? this.mpls : mpls;
  }

  tunnelKeys(): readonly TunnelKey[] {
    return [...this.tunnels.keys()];
  }

  tunnel(key: TunnelKey): TunnelReport | null {
    return this.tunnels.has(key) ? tunnelReport(key) : null;
  }

  act(action: MplsAction, finish: (result: MplsActionResult) => void): void {
    this.actions.push({ action, finish });
  }

  status(): EngineStatus {
    return {
      startedMs: 1_000,
      realTimePriority: 50,
      socketDrops: 2,
      discards: [{ reason: 'version', count: 3 }],
      mpls: null,
    };
  }

  report(key: SessionKey): SessionReport | null {
    return this.sessions.has(key) || this.lspSessions.includes(key) ? sessionReport(key) : null;
  }
}

export function tunnelReport(key: TunnelKey): TunnelReport {
  return {
    key,
    source: 'static',
    state: 'unmonitored',
    ineligibleReason: 'not-enabled',
    session: null,
    lsps: [],
    lastChangeMs: 1,
  };
}

export function sessionReport(key: SessionKey): SessionReport {
  return {
    key,
    localDiscriminator: 1,
    remoteDiscriminator: null,
    localState: 'down',
    remoteState: 'down',
    localDiagnostic: 0,
    remoteDiagnostic: 0,
    remoteMultiplier: null,
    negotiatedTxIntervalUs: null,
    negotiatedRxIntervalUs: null,
    detectionTimeUs: null,
    remoteAuthType: null,
    demandActive: false,
    echoTxIntervalUs: null,
    sourcePort: 50_000,
    destinationPort: 3784,
    obstacle: null,
    createdMs: 1,
    lastUpMs: null,
    lastDownMs: null,
    upCount: 0,
    downCount: 0,
    adminDownCount: 0,
    receivedPackets: 0,
    sentPackets: 0,
    invalidPackets: 0,
    failedSends: 0,
  };
}
