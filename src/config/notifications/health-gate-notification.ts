import type { LostSession } from '../commit/health-gate.js';
import { BFD_STATES, diagnosticName } from '../state/bfd-names.js';
import { bfdIdentityLeaf } from '../state/bfd-session-state.js';
import { element, leaf } from '../state/xml-text.js';
import type { HealthGateEvent } from './agent-event.js';

const BFD_AGENT_COMMIT = 'urn:bfd-agent:yang:bfd-agent-commit';

/** The most sessions that one notification names. */
const MAX_SESSIONS = 256;

/** health-check-passed or health-check-failed of bfd-agent-commit. */
export function healthGateNotification({ commit, health: { watched, lost } }: HealthGateEvent): string {
  const common = [
    leaf('commit', commit.number),
    leaf('label', commit.label),
    leaf('watched-sessions', watched),
  ];
  if (lost.length === 0) return element('health-check-passed', common, BFD_AGENT_COMMIT);
  const sessions = lost.slice(0, MAX_SESSIONS).map((session) => lostSession(session));
  const all = [...common, leaf('lost-sessions', lost.length), ...sessions];
  return element('health-check-failed', all, BFD_AGENT_COMMIT);
}

function lostSession({ key, type, instance, entryKeys, state, diagnostic }: LostSession): string {
  return element('lost-session', [
    leaf('name', key),
    bfdIdentityLeaf('path-type', `path-${type}`),
    leaf('protocol-instance', instance),
    leaf('interface', entryKeys['interface']),
    leaf('source-addr', entryKeys['source-addr']),
    leaf('dest-addr', entryKeys['dest-addr']),
    leaf('state', state && BFD_STATES[state]),
    leaf('diagnostic', diagnostic === undefined ? undefined : diagnosticName(diagnostic)),
  ]);
}
