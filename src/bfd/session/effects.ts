import type { DiscardReason } from '../packet/discard-reason.js';
import type { SessionState } from '../packet/session-state.js';

/** What a session asks of its shell. Its fields are up to date before the effects come out. */
export type SessionEffect =
  /** Send the packet that `writeControlPacket(…, final)` writes, now. */
  | { readonly type: 'transmit'; readonly final: boolean }
  /** `diagnostic` is bfd.LocalDiag, the reason of the change. */
  | {
      readonly type: 'state-changed';
      readonly from: SessionState;
      readonly to: SessionState;
      readonly diagnostic: number;
    }
  /** A negotiated interval or the detection time is another; read them from the session. */
  | { readonly type: 'interval-changed' }
  /** The packet was thrown away. */
  | { readonly type: 'discarded'; readonly reason: DiscardReason };

/** Whether, and with which bit, a packet goes out. */
export type Transmission = 'none' | 'periodic' | 'final';

const TRANSMIT_EFFECT: SessionEffect = Object.freeze({ type: 'transmit', final: false });
const FINAL_EFFECT: SessionEffect = Object.freeze({ type: 'transmit', final: true });
const INTERVAL_EFFECT: SessionEffect = Object.freeze({ type: 'interval-changed' });

/** The common outcomes are shared, so that a session that runs steadily allocates nothing. */
const SHARED: Readonly<Record<Transmission, readonly SessionEffect[]>> = {
  none: Object.freeze([]),
  periodic: Object.freeze([TRANSMIT_EFFECT]),
  final: Object.freeze([FINAL_EFFECT]),
};

/** The packet carries an authentication section, and none is in use (RFC 5880 §6.8.6). */
export const UNEXPECTED_AUTHENTICATION: readonly SessionEffect[] = Object.freeze([
  Object.freeze({ type: 'discarded', reason: 'unexpected-authentication' } as const),
]);

/** The effects of an event that changed neither state nor intervals. */
export function steadyEffects(transmission: Transmission): readonly SessionEffect[] {
  return SHARED[transmission];
}

/** The effects of any event: the packet first, as it is the one thing that is urgent. */
export function changeEffects(
  transmission: Transmission,
  from: SessionState,
  to: SessionState,
  diagnostic: number,
  intervalChanged: boolean,
): readonly SessionEffect[] {
  const effects = [...SHARED[transmission]];
  if (from !== to) {
    effects.push({ type: 'state-changed', from, to, diagnostic });
  }
  if (intervalChanged) {
    effects.push(INTERVAL_EFFECT);
  }
  return effects;
}
