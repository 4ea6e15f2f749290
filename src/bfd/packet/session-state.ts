/** The states of RFC 5880 §4.1, by their numbers on the wire. */
export const SessionState = { AdminDown: 0, Down: 1, Init: 2, Up: 3 } as const;

/** A value of the State (Sta) field; its two bits leave no other. */
export type SessionState = (typeof SessionState)[keyof typeof SessionState];

/** The states as configuration and operators name them. */
export type StateName = 'admin-down' | 'down' | 'init' | 'up';

/** The state whose number is the upper two bits of the packet's second byte. */
export function stateFromByte(byte: number): SessionState {
  return STATES[byte >>> 6] ?? SessionState.AdminDown;
}

/** The state whose number is the lower two bits. */
export function stateFromNumber(number: number): SessionState {
  return STATES[number & 3] ?? SessionState.AdminDown;
}

/** The name of a state. */
export function stateName(state: SessionState): StateName {
  return NAMES[state];
}

const STATES: readonly SessionState[] = [
  SessionState.AdminDown,
  SessionState.Down,
  SessionState.Init,
  SessionState.Up,
];

const NAMES: readonly [StateName, StateName, StateName, StateName] = ['admin-down', 'down', 'init', 'up'];
