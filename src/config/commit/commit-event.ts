import type { HealthVerdict } from './health-gate.js';
import type { Requester } from '../config-service.js';

/** What happened to a confirmed commit, in the words of RFC 6470 §2.2 (netconf-confirmed-commit). */
export interface ConfirmEvent {
  readonly type: 'start' | 'cancel' | 'timeout' | 'extend' | 'complete';
  /** Who did it; undefined when it happened by itself. */
  readonly requester?: Requester;
  /** Whose confirmed commit it is, where that is known. */
  readonly owner?: Requester;
  /** Time to confirm: of `start` and `extend`. */
  readonly timeoutMs?: number;
  /** Why, where the type alone does not tell. */
  readonly reason?: string;
  /** The commit that it is about, where it is about one: its number in the history, its label. */
  readonly commit?: { readonly number?: number | undefined; readonly label?: string | undefined };
  /** Of a health-gated commit that has decided by itself: why. */
  readonly health?: HealthVerdict;
  /** What went wrong on the way, for the log. */
  readonly problem?: string;
}
