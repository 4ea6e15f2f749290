import type { AuthenticationKey, DesiredSession, SessionKey } from '../../link/messages.js';
import type { Preparation } from '../handlers/handler.js';

/** What a commit does to a session. */
export interface SessionEffect {
  readonly key: SessionKey;
  /** `change`: in place, its state stays; `remake`: torn down and made anew, so that it goes Down. */
  readonly action: 'create' | 'delete' | 'change' | 'remake';
  /** The change is agreed with the peer by a poll sequence (RFC 5880 §6.8.3), once the session is Up. */
  readonly pollSequence: boolean;
  /** Why, a sentence each. */
  readonly reasons: readonly string[];
}

/** What a prepared change does to sessions, each told once, in the order of their keys. */
export function sessionEffects({ sessions, undo }: Preparation): readonly SessionEffect[] {
  const before = new Map(undo.set.map((session) => [session.key, session]));
  const effects = [
    ...sessions.remove.map((key) => plain(key, 'delete', 'It is not configured any more.')),
    ...sessions.set.map((session) => effectOf(before.get(session.key), session)),
  ];
  return effects.toSorted((left, right) => (left.key < right.key ? -1 : 1));
}

function effectOf(before: DesiredSession | undefined, after: DesiredSession): SessionEffect {
  const { key } = after;
  if (before === undefined) {
    return plain(key, 'create', `It is configured newly${after.adminDown ? ', held in AdminDown' : ''}.`);
  }
  const reasons = differences(before, after);
  // A session is bound to its addresses (RFC 5881 §3): another source is another session.
  if (before.source !== after.source) return { key, action: 'remake', pollSequence: false, reasons };
  const intervals =
    before.desiredMinTxIntervalUs !== after.desiredMinTxIntervalUs ||
    before.requiredMinRxIntervalUs !== after.requiredMinRxIntervalUs;
  const pollSequence = intervals && !before.adminDown && !after.adminDown;
  return { key, action: 'change', pollSequence, reasons };
}

function plain(key: SessionKey, action: SessionEffect['action'], reason: string): SessionEffect {
  return { key, action, pollSequence: false, reasons: [reason] };
}

function differences(before: DesiredSession, after: DesiredSession): readonly string[] {
  const old = new Map(shown(before));
  const changed = shown(after).flatMap(([name, value]) =>
    old.get(name) === value ? [] : [`The ${name} changes from ${old.get(name)} to ${value}.`],
  );
  return [...changed, ...authenticationChanges(before.authentication, after.authentication)];
}

/** Secrets are not told. */
function authenticationChanges(
  before: DesiredSession['authentication'],
  after: DesiredSession['authentication'],
): readonly string[] {
  if (after === null) return before === null ? [] : ['It is not authenticated any more.'];
  if (before === null) return ['It is authenticated from now on: the peer has to be, too.'];
  const keys =
    JSON.stringify(before.keys) === JSON.stringify(after.keys)
      ? []
      : [
          `The keys of its key chain change (ids before: ${keyIds(before.keys)}; after: ${keyIds(after.keys)}).`,
        ];
  return before.meticulous === after.meticulous
    ? keys
    : [...keys, `Meticulous authentication is turned ${after.meticulous ? 'on' : 'off'}.`];
}

function keyIds(keys: readonly AuthenticationKey[]): string {
  return keys.map(({ keyId }) => keyId).join(', ');
}

function shown(session: DesiredSession): readonly (readonly [string, string])[] {
  return [
    ['source address', session.source ?? 'that of the interface'],
    ...(session.type === 'ip-mh'
      ? ([
          ['TTL of packets sent', String(session.transmitTtl)],
          ['lowest TTL of packets received', String(session.requiredTtl)],
        ] as const)
      : ([
          ['desired minimum echo transmit interval (µs)', String(session.desiredMinEchoTxIntervalUs)],
          ['required minimum echo receive interval (µs)', String(session.requiredMinEchoRxIntervalUs)],
        ] as const)),
    ['detection multiplier', String(session.detectMult)],
    ['desired minimum transmit interval (µs)', String(session.desiredMinTxIntervalUs)],
    ['required minimum receive interval (µs)', String(session.requiredMinRxIntervalUs)],
    ['role', session.role],
    ['wish for demand mode', String(session.demand)],
    ['administratively down', String(session.adminDown)],
  ];
}
