import { Diagnostic } from '../packet/diagnostic.js';
import type { Evidence, Judgement, SocketDrop, Standstill, Verdict } from './down-record.js';

/**
 * Why a session went down. What decides is what happened in the detection time before: in this host's own
 * when it missed the peer, in the peer's when the peer has missed this host.
 *
 * - Packets that a socket lost in that time were the peer's, or may have been.
 * - Packets that named the session and were refused were the peer's, and say what is wrong.
 * - A host that stood still for at least half of the time in which it heard nothing can blame nobody else.
 * - A peer that heard nothing was right if this host sent nothing for its detection time, once.
 */
export function judge(evidence: Evidence): Judgement {
  const { localDiagnostic, detectionTimeUs, remoteDetectionTimeUs, sentAgoUs } = evidence;
  const unheard = localDiagnostic === Diagnostic.NeighborSignaledSessionDown && peerMissedUs(evidence);
  const windowUs = unheard ? 2 * remoteDetectionTimeUs : missingForUs(evidence);
  const gapsUs = sendGapsUs(sentAgoUs, 2 * remoteDetectionTimeUs);
  const found = {
    lateUs: lateUs(evidence.standstills, windowUs),
    longestLateUs: longestUs(evidence.standstills, windowUs),
    droppedPackets: droppedPackets(evidence.drops, windowUs),
    longestSendGapUs: Math.max(0, ...gapsUs),
  };
  const late = detectionTimeUs > 0 && 2 * found.lateUs >= detectionTimeUs;
  switch (localDiagnostic) {
    case Diagnostic.ControlDetectionTimeExpired:
      return {
        ...found,
        verdict: missed(silence(evidence), late && evidence.refusedPackets === 0, found.droppedPackets),
      };
    case Diagnostic.EchoFunctionFailed:
      return { ...found, verdict: missed('echo-lost', late, found.droppedPackets) };
    case Diagnostic.NeighborSignaledSessionDown:
      return { ...found, verdict: unheard && fellSilent(evidence, gapsUs) ? 'host-late' : 'peer-said-so' };
    case Diagnostic.PathDown:
      return { ...found, verdict: 'path-down' };
    default:
      return { ...found, verdict: withdrawn(evidence) ? 'peer-said-so' : 'by-command' };
  }
}

/**
 * Whether this host has sent nothing for about the peer's detection time. By agreement (Demand mode, a
 * receive interval of zero) that happens all the time, and is no fault.
 */
function fellSilent({ remoteDetectionTimeUs, sentAgoUs }: Evidence, gapsUs: readonly number[]): boolean {
  const limitUs = 0.9 * remoteDetectionTimeUs;
  const all = sendGapsUs(sentAgoUs, Infinity).filter((gapUs) => gapUs >= limitUs).length;
  return remoteDetectionTimeUs > 0 && all === 1 && gapsUs.some((gapUs) => gapUs >= limitUs);
}

/** The peer wants the session no more, which a session that was Up until now has heard from nobody else. */
function withdrawn({ localDiagnostic, remoteState, remoteDiagnostic }: Evidence): boolean {
  const administrative = Diagnostic.AdministrativelyDown;
  return localDiagnostic === administrative && remoteState === 'down' && remoteDiagnostic === administrative;
}

/** The peer says that it has gone down because it missed packets of this host. */
function peerMissedUs({ remoteState, remoteDiagnostic }: Evidence): boolean {
  return (
    remoteState === 'down' &&
    (remoteDiagnostic === Diagnostic.ControlDetectionTimeExpired ||
      remoteDiagnostic === Diagnostic.EchoFunctionFailed)
  );
}

/**
 * The time in which packets were missing, without what a late host has added to it many times over: a
 * peer in Demand mode may have been silent for hours.
 */
function missingForUs({ silentForUs, detectionTimeUs }: Evidence): number {
  return Math.min(Math.max(silentForUs ?? 0, detectionTimeUs), 2 * detectionTimeUs);
}

function silence({ refusedPackets }: Evidence): Verdict {
  return refusedPackets > 0 ? 'packets-refused' : 'peer-silent';
}

function missed(otherwise: Verdict, late: boolean, dropped: number): Verdict {
  if (dropped > 0) return 'packets-dropped-here';
  return late ? 'host-late' : otherwise;
}

/** How much of the last `windowUs` standstills have taken. */
function lateUs(standstills: readonly Standstill[], windowUs: number): number {
  const sum = standstills.reduce((total, one) => total + overlapUs(one, windowUs), 0);
  return Math.min(sum, windowUs);
}

/** The longest standstill, in full, that reaches into the last `windowUs`. */
function longestUs(standstills: readonly Standstill[], windowUs: number): number {
  return standstills.reduce(
    (longest, one) => (overlapUs(one, windowUs) > 0 ? Math.max(longest, one.lengthUs) : longest),
    0,
  );
}

function overlapUs({ agoUs, lengthUs }: Standstill, windowUs: number): number {
  return Math.max(0, Math.min(agoUs + lengthUs, windowUs) - agoUs);
}

function droppedPackets(drops: readonly SocketDrop[], windowUs: number): number {
  return drops.reduce((sum, { agoUs, packets }) => (agoUs <= windowUs ? sum + packets : sum), 0);
}

/** The times without a packet sent that had not ended before the last `windowUs`, the latest first. */
function sendGapsUs(sentAgoUs: readonly number[], windowUs: number): number[] {
  return sentAgoUs
    .map((agoUs, index) => ({ endUs: sentAgoUs[index - 1] ?? 0, agoUs }))
    .filter(({ endUs }) => endUs <= windowUs)
    .map(({ endUs, agoUs }) => agoUs - endUs);
}
