import type { EventLine, SessionFacts, TunnelFacts } from '../link/events/event-line.js';

/** A line of the event socket as a person reads it; null for one that says nothing to a person. */
export function eventText(line: EventLine): string | null {
  switch (line.type) {
    case 'snapshot':
      return `${line.time}  ${counted(line.sessions, 'session')}, ${counted(line.tunnels, 'tunnel')}`;
    case 'session':
      return `${line.since}  ${line.state.padEnd(10)}  ${sessionText(line)}${diagnosticText(line)}`;
    case 'tunnel':
      return `${line.since}  ${line.state.padEnd(10)}  ${tunnelText(line)}`;
    case 'snapshot-end':
      return null;
    case 'end':
      return `the engine tells no more: ${line.reason}`;
    default:
      return `${line.time}  ${changeText(line)}`;
  }
}

type Change = Exclude<
  EventLine,
  { readonly type: 'snapshot' | 'session' | 'tunnel' | 'snapshot-end' | 'end' }
>;

function changeText(line: Change): string {
  switch (line.type) {
    case 'session-created':
      return `${line.state} (new)  ${sessionText(line)}`;
    case 'session-state': {
      const why = line.explanation ?? '';
      return `${line.from} → ${line.state}  ${sessionText(line)}${diagnosticText(line)}${why && `: ${why}`}`;
    }
    case 'session-deleted':
      return `${line.state} → gone  ${sessionText(line)}: ${line.reason}`;
    case 'tunnel-created':
      return `${line.state} (new)  ${tunnelText(line)}`;
    case 'tunnel-state':
      return `${line.from} → ${line.state}  ${tunnelText(line)}`;
    case 'tunnel-deleted':
      return `${line.state} → gone  ${tunnelText(line)}`;
    case 'bootstrap-failed': {
      const answer =
        line.returnCode === undefined
          ? 'no answer to the LSP ping'
          : `${line.from ?? 'somebody'} answers the LSP ping with return code ${line.returnCode}`;
      return `${line.up ? 'not confirmed any more' : 'not set up'}  ${line.key}: ${answer}`;
    }
    case 'session-limit':
      return line.reached
        ? `the ${line.role} has as many sessions as it may: ${line.limit}`
        : `the ${line.role} has room for sessions again`;
    default:
      // Of a later version.
      return JSON.stringify(line satisfies never);
  }
}

function sessionText({ key, source, destination }: SessionFacts): string {
  return `${key}  ${source ?? '(no address)'} → ${destination}`;
}

function tunnelText({ fec }: TunnelFacts): string {
  return `tunnel ${fec}`;
}

function diagnosticText({ diagnostic }: SessionFacts): string {
  return diagnostic === null || diagnostic === 'none' ? '' : `  ${diagnostic}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
