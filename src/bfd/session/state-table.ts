import { SessionState } from '../packet/session-state.js';

const { AdminDown, Down, Init, Up } = SessionState;

/**
 * The state machine of RFC 5880 §6.2 and §6.8.6 as data: a row per local state, a column per received
 * state. Whatever leaves Init or Up for Down does so with diagnostic 3; in AdminDown nothing received
 * has an effect.
 */
const NEXT_STATE: readonly (readonly SessionState[])[] = [
  //             received: AdminDown  Down       Init       Up
  /* local AdminDown */ [AdminDown, AdminDown, AdminDown, AdminDown],
  /* local Down      */ [Down, Init, Up, Down],
  /* local Init      */ [Down, Init, Up, Up],
  /* local Up        */ [Down, Down, Up, Up],
];

/** The state that follows when `local` receives a packet that says `received`. */
export function nextState(local: SessionState, received: SessionState): SessionState {
  return NEXT_STATE[local]?.[received] ?? local;
}
