import type { EventHub } from '../config/notifications/event-hub.js';
import type { Log } from '../lib/log.js';
import { downText } from '../link/messages.js';

/** Writes a line for every session that goes down from Up, with the verdict of its flight record. */
export function logSessions(log: Log, events: EventHub): void {
  events.listen((event) => {
    const isState = event.type === 'session-state' || event.type === 'lsp-session-state';
    if (!isState || event.change.from !== 'up') return;
    const { key, to, report } = event.change;
    const record = report.downRecord;
    const why = record === undefined ? {} : { verdict: record.verdict, why: downText(record) };
    log.warn({ session: key, state: to, ...why }, 'a session is no longer Up');
  });
}
