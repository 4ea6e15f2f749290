import type { DiscardReason } from '../packet/discard-reason.js';
import type { SessionState } from '../packet/session-state.js';

/** What a session asks of its shell. Its fields are up to date before the effects come out. */
export type SessionEffect =
  /** Send the packet that `writeControlPacket(…, final)` writes, now. */
  | { readonly type: 'transmit'; readonly final: boolean }
  /** Send the Echo packet that `writeEcho` writes, now. */
  | { readonly type: 'transmit-echo' }
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
const ECHO_EFFECT: SessionEffect = Object.freeze({ type: 'transmit-echo' });
const INTERVAL_EFFECT: SessionEffect = Object.freeze({ type: 'interval-changed' });

/** The common outcomes are shared, so that a session that runs steadily allocates nothing. */
const SHARED: Readonly<Record<Transmission, readonly SessionEffect[]>> = {
  none: Object.freeze([]),
  periodic: Object.freeze([TRANSMIT_EFFECT]),
  final: Object.freeze([FINAL_EFFECT]),
};
const SHARED_WITH_ECHO: Readonly<Record<Transmission, readonly SessionEffect[]>> = {
  none: Object.freeze([ECHO_EFFECT]),
  periodic: Object.freeze([TRANSMIT_EFFECT, ECHO_EFFECT]),
  final: Object.freeze([FINAL_EFFECT, ECHO_EFFECT]),
};

/**
 * The effects of a packet that says what the one before it said: the peer is there, and nothing else is
 * new. No deadline comes earlier by it.
 */
export const NOTHING_NEW: readonly SessionEffect[] = Object.freeze([]);

const DISCARDS = new Map<DiscardReason, readonly SessionEffect[]>();

/** The effects of a packet that is discarded; shared, so that a flood of bad packets costs no memory. */
export function discardEffects(reason: DiscardReason): readonly SessionEffect[] {
  let effects = DISCARDS.get(reason);
  if (effects === undefined) {
    effects = Object.freeze([Object.freeze({ type: 'discarded', reason } as const)]);
    DISCARDS.set(reason, effects);
  }
  return effects;
}

/** The effects of an event that changed neither state nor intervals. */
export function steadyEffects(transmission: Transmission, echo: boolean): readonly SessionEffect[] {
  return (echo ? SHARED_WITH_ECHO : SHARED)[transmission];
}

/** The effects of any event: the packets first, as they are the one thing that is urgent. */
export function changeEffects(
  transmission: Transmission,
  echo: boolean,
  from: SessionState,
  to: SessionState,
  diagnostic: number,
  intervalChanged: boolean,
): readonly SessionEffect[] {
  const effects = [...steadyEffects(transmission, echo)];
  if (from !== to) {
    effects.push({ type: 'state-changed', from, to, diagnostic });
  }
  if (intervalChanged) {
    effects.push(INTERVAL_EFFECT);
  }
  return effects;
}
