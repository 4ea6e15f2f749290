import { expect, it } from 'vitest';
import { notificationContent } from '../../../src/config/notifications/notification-content.js';
import { flightRecord } from '../../../src/config/state/flight-record.js';
import { VERDICTS, type SessionReport } from '../../../src/link/messages.js';
import { sessionReport } from '../../link/recording-control.js';
import { emptyWorkspace } from '../../support/agent-workspace.js';
import { multihop, singleHop } from '../../support/configured-sessions.js';
import { DOWN_RECORD } from '../../support/down-record.js';

function notificationOf(from: 'init' | 'up', report: SessionReport, isMultihop = false): string {
  const session = isMultihop ? multihop('192.0.2.9', '203.0.113.1') : singleHop('192.0.2.1');
  const change = {
    type: 'state-change',
    key: session.desired.key,
    timeMs: 0,
    from,
    to: 'down',
    localDiagnostic: 1,
    previousChangeMs: 0,
    sourceAddress: null,
    report,
  } as const;
  return notificationContent({ type: 'session-state', timeMs: 0, session, change });
}

it('tells the verdict, the numbers and the times of packets', () => {
  expect(flightRecord(DOWN_RECORD)).toBe(
    '<flight-record xmlns="urn:bfd-agent:yang:bfd-agent-bfd"><time>2026-01-02T03:04:05.678Z</time>' +
      '<verdict>host-late</verdict><explanation>this host was late: it stood still for up to 180.0 ms, and ' +
      'received nothing for 310.0 ms, allowed are 300.0 ms; this host stood still for 200.0 ms of the time, ' +
      '3 packets were dropped</explanation><local-diagnostic>control-expiry</local-diagnostic>' +
      '<remote-state>up</remote-state><remote-diagnostic>none</remote-diagnostic><silence>310000</silence>' +
      '<detection-time>300000</detection-time><remote-detection-time>150000</remote-detection-time>' +
      '<standstill-time>200000</standstill-time><longest-standstill>180000</longest-standstill>' +
      '<dropped-packets>3</dropped-packets><refused-packets>2</refused-packets>' +
      '<refused-for>authentication-digest</refused-for><longest-send-gap>181000</longest-send-gap>' +
      '<received>310000</received><received>400000</received><sent>181000</sent><sent>181000</sent>' +
      '<standstill><ended>0</ended><length>180000</length></standstill>' +
      '<drop><noticed>5</noticed><packets>3</packets></drop><state-change><changed>60000000</changed>' +
      '<from>init</from><to>up</to><diagnostic>none</diagnostic></state-change></flight-record>',
  );
});

it('is nothing of a session that never went down', () => {
  expect(flightRecord(undefined)).toBe('');
});

it.each([false, true])(
  'is in the notification of a fall from Up, as the schema has it (multihop: %s)',
  (isMultihop) => {
    const { context } = emptyWorkspace();
    for (const verdict of VERDICTS) {
      const report = { ...sessionReport('k'), downRecord: { ...DOWN_RECORD, verdict, silentForUs: null } };
      const xml = notificationOf('up', report, isMultihop);
      expect(xml).toContain(`<verdict>${verdict}</verdict>`);
      const parsed = context.parseNotification(xml);
      expect(parsed.ok ? [] : parsed.error.map(({ message }) => message)).toEqual([]);
    }
  },
);

it('is not in the notification of another change', () => {
  const report = { ...sessionReport('k'), downRecord: DOWN_RECORD };
  expect(notificationOf('init', report)).not.toContain('flight-record');
});
