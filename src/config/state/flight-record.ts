import { downText, type DownRecord } from '../../link/messages.js';
import { BFD_STATES, diagnosticName } from './bfd-names.js';
import { dateAndTime, element, leaf } from './xml-text.js';

const BFD_AGENT_BFD = 'urn:bfd-agent:yang:bfd-agent-bfd';

/** The container `flight-record` of bfd-agent-bfd; nothing where there is no record. */
export function flightRecord(record: DownRecord | undefined): string {
  if (record === undefined) return '';
  return element('flight-record', [...numbers(record), ...times(record)], BFD_AGENT_BFD);
}

function numbers(record: DownRecord): readonly string[] {
  return [
    leaf('time', dateAndTime(record.timeMs)),
    leaf('verdict', record.verdict),
    leaf('explanation', downText(record)),
    leaf('local-diagnostic', diagnosticName(record.localDiagnostic)),
    leaf('remote-state', BFD_STATES[record.remoteState]),
    leaf('remote-diagnostic', diagnosticName(record.remoteDiagnostic)),
    microseconds('silence', record.silentForUs),
    microseconds('detection-time', record.detectionTimeUs),
    microseconds('remote-detection-time', record.remoteDetectionTimeUs),
    microseconds('standstill-time', record.lateUs),
    microseconds('longest-standstill', record.longestLateUs),
    leaf('dropped-packets', record.droppedPackets),
    leaf('refused-packets', record.refusedPackets),
    leaf('refused-for', record.refusedFor),
    microseconds('longest-send-gap', record.longestSendGapUs),
  ];
}

function times(record: DownRecord): readonly string[] {
  return [
    ...record.receivedAgoUs.map((agoUs) => microseconds('received', agoUs)),
    ...record.sentAgoUs.map((agoUs) => microseconds('sent', agoUs)),
    ...record.standstills.map(({ agoUs, lengthUs }) =>
      element('standstill', [microseconds('ended', agoUs), microseconds('length', lengthUs)]),
    ),
    ...record.drops.map(({ agoUs, packets }) =>
      element('drop', [microseconds('noticed', agoUs), leaf('packets', packets)]),
    ),
    ...record.changes.map(({ agoUs, from, to, diagnostic }) =>
      element('state-change', [
        microseconds('changed', agoUs),
        leaf('from', BFD_STATES[from]),
        leaf('to', BFD_STATES[to]),
        leaf('diagnostic', diagnosticName(diagnostic)),
      ]),
    ),
  ];
}

/** Whole ones: clocks tell no finer. What was going on in that moment began before it and ended at it. */
function microseconds(name: string, us: number | null): string {
  return leaf(name, us === null ? null : Math.max(0, Math.round(us)));
}
