import type { EngineControl } from '../../src/link/engine-server.js';
import type {
  DesiredSession,
  EngineStatus,
  RefusedSession,
  SessionKey,
  SessionReport,
} from '../../src/link/messages.js';

/** An engine's sessions as a map, without any packet: what the link itself does can be seen in it. */
export class RecordingControl implements EngineControl {
  readonly sessions = new Map<SessionKey, DesiredSession>();
  /** What was done, call by call. */
  readonly calls: string[] = [];
  /** Keys that are refused. */
  readonly refuse = new Set<SessionKey>();

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

  status(): EngineStatus {
    return {
      startedMs: 1_000,
      realTimePriority: 50,
      socketDrops: 2,
      discards: [{ reason: 'version', count: 3 }],
    };
  }

  report(key: SessionKey): SessionReport | null {
    return this.sessions.has(key) ? sessionReport(key) : null;
  }
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
