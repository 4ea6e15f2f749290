import type { ChangeLine, EventLine, SessionFacts, TunnelFacts } from '../link/events/event-line.js';

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
    case 'session-created':
    case 'session-state':
    case 'session-deleted':
    case 'tunnel-created':
    case 'tunnel-state':
    case 'tunnel-deleted':
    case 'bootstrap-failed':
    case 'session-limit':
      return `${line.time}  ${changeText(line)}`;
    default:
      // Of a later version.
      return JSON.stringify(line satisfies never);
  }
}

function changeText(line: ChangeLine): string {
  switch (line.type) {
    case 'session-created':
      return `${line.state} (new)  ${sessionText(line)}`;
    case 'session-state': {
      const why = line.explanation === undefined ? '' : `: ${line.explanation}`;
      return `${line.from} → ${line.state}  ${sessionText(line)}${diagnosticText(line)}${why}`;
    }
    case 'session-deleted':
      return `${line.state} → gone  ${sessionText(line)}: ${line.reason}`;
    case 'tunnel-created':
      return `${line.state} (new)  ${tunnelText(line)}`;
    case 'tunnel-state':
      return `${line.from} → ${line.state}  ${tunnelText(line)}`;
    case 'tunnel-deleted':
      return `${line.state} → gone  ${tunnelText(line)}`;
    case 'bootstrap-failed':
      return `${line.up ? 'not confirmed any more' : 'not set up'}  ${line.key}: ${answerText(line)}`;
    case 'session-limit':
      return line.reached
        ? `the ${line.role} has as many sessions as it may: ${line.limit}`
        : `the ${line.role} has room for sessions again`;
    default:
      return line satisfies never;
  }
}

function answerText({ from, returnCode }: Extract<ChangeLine, { type: 'bootstrap-failed' }>): string {
  return returnCode === undefined
    ? 'no answer to the LSP ping'
    : `${from ?? 'somebody'} answers the LSP ping with return code ${returnCode}`;
}

function sessionText({ key, source, destination }: SessionFacts): string {
  return `${key}  ${source ?? '(no address)'} → ${destination}`;
}

function tunnelText({ fec }: TunnelFacts): string {
  return `tunnel ${fec}`;
}

/** Why it is not Up; what an earlier fall was for says nothing of one that comes or is Up. */
function diagnosticText({ diagnostic, state }: SessionFacts): string {
  const comes = state === 'up' || state === 'init';
  return comes || diagnostic === null || diagnostic === 'none' ? '' : `  ${diagnostic}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
