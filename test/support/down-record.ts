import type { DownRecord } from '../../src/link/messages.js';

/** A record with something in every member. */
export const DOWN_RECORD: DownRecord = {
  timeMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  verdict: 'host-late',
  localDiagnostic: 1,
  remoteState: 'up',
  remoteDiagnostic: 0,
  silentForUs: 310_000.4,
  detectionTimeUs: 300_000,
  remoteDetectionTimeUs: 150_000,
  lateUs: 200_000,
  longestLateUs: 180_000,
  droppedPackets: 3,
  longestSendGapUs: 181_000,
  refusedPackets: 2,
  refusedFor: 'authentication-digest',
  keyMissing: false,
  receivedAgoUs: [310_000.4, 400_000],
  sentAgoUs: [181_000, 181_000],
  standstills: [{ agoUs: 0, lengthUs: 180_000 }],
  drops: [{ agoUs: 5, packets: 3 }],
  changes: [{ agoUs: 60_000_000, from: 'init', to: 'up', diagnostic: 0 }],
};
