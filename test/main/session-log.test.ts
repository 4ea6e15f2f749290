import { expect, it } from 'vitest';
import { EventHub } from '../../src/config/notifications/event-hub.js';
import type { StateName } from '../../src/link/messages.js';
import { logSessions } from '../../src/main/session-log.js';
import { sessionReport } from '../link/recording-control.js';
import { singleHop } from '../support/configured-sessions.js';
import { DOWN_RECORD } from '../support/down-record.js';
import { silentLog } from '../support/silent-log.js';

it('a session that goes down from Up is a line of the log, with the verdict', () => {
  const lines: [object, string][] = [];
  const events = new EventHub();
  logSessions({ ...silentLog, warn: (fields, text) => lines.push([fields, text]) }, events);
  const session = singleHop('192.0.2.1');
  const tell = (from: StateName, to: StateName): void => {
    const report = { ...sessionReport(session.desired.key), downRecord: DOWN_RECORD };
    const change = {
      type: 'state-change',
      key: session.desired.key,
      timeMs: 0,
      from,
      to,
      localDiagnostic: 1,
      previousChangeMs: null,
      sourceAddress: null,
      report,
    } as const;
    events.publish({ type: 'session-state', timeMs: 0, session, change });
  };
  tell('down', 'init');
  tell('init', 'down');
  tell('init', 'up');
  tell('up', 'down');
  expect(lines).toEqual([
    [
      {
        session: 'ip-sh/eth0/192.0.2.1',
        state: 'down',
        verdict: 'host-late',
        why: expect.stringContaining('this host was late'),
      },
      'a session is no longer Up',
    ],
  ]);
});
