import { Diagnostic, diagnosticName } from '../packet/diagnostic.js';
import type { DownRecord, Verdict } from './down-record.js';

/** A record in a sentence, with the numbers that matter, for the log and for operators. */
export function downText(record: DownRecord): string {
  return `${CLAUSES[record.verdict](record)}; ${hostClause(record)}`;
}

const CLAUSES: Readonly<Record<Verdict, (record: DownRecord) => string>> = {
  'peer-silent': (record) =>
    `the peer fell silent: nothing received for ${silence(record)}, allowed are ${ms(record.detectionTimeUs)}`,
  'peer-said-so': (record) =>
    `the peer said so: state ${record.remoteState}, diagnostic ${named(record.remoteDiagnostic)}; ` +
    `packets were sent at most ${ms(record.longestSendGapUs)} apart, allowed are ${ms(record.remoteDetectionTimeUs)}`,
  'host-late': (record) =>
    `this host was late: it stood still for up to ${ms(record.longestLateUs)}, and ${whatWasMissed(record)}`,
  'packets-dropped-here': (record) =>
    `packets were dropped here: ${record.droppedPackets} that had arrived, and nothing was received for ` +
    `${silence(record)}, allowed are ${ms(record.detectionTimeUs)}`,
  'packets-refused': (record) =>
    `packets of the peer were refused here: ${record.refusedPackets} that had arrived, the last for ` +
    `${record.refusedFor}, and nothing else was received for ${silence(record)}, allowed are ` +
    ms(record.detectionTimeUs),
  'echo-lost': () => 'Echo packets did not come back',
  'path-down': () => 'the way to the peer is gone',
  'by-command': ({ keyMissing, localDiagnostic }) =>
    keyMissing
      ? 'its key chain has no key that may be sent with'
      : `it was taken down on this host: diagnostic ${named(localDiagnostic)}`,
};

/** What this host was too late for: to be heard by the peer, to hear it, or to see its own packets come back. */
function whatWasMissed(record: DownRecord): string {
  switch (record.localDiagnostic) {
    case Diagnostic.ControlDetectionTimeExpired:
      return `received nothing for ${silence(record)}, allowed are ${ms(record.detectionTimeUs)}`;
    case Diagnostic.EchoFunctionFailed:
      return 'saw no Echo packets come back';
    default:
      return (
        `sent nothing for up to ${ms(record.longestSendGapUs)}, ` +
        `allowed are ${ms(record.remoteDetectionTimeUs)}`
      );
  }
}

function named(diagnostic: number): string {
  return diagnosticName(diagnostic) ?? String(diagnostic);
}

function hostClause({ lateUs, droppedPackets }: DownRecord): string {
  const late =
    lateUs === 0 ? 'this host was not late' : `this host stood still for ${ms(lateUs)} of the time`;
  return `${late}, ${droppedPackets === 0 ? 'no packet was' : `${droppedPackets} packets were`} dropped`;
}

function silence({ silentForUs }: DownRecord): string {
  return silentForUs === null ? 'ever' : ms(silentForUs);
}

function ms(timeUs: number): string {
  return `${(timeUs / 1000).toFixed(1)} ms`;
}
