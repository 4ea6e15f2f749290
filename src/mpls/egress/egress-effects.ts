import type { LspPingMessage } from '../lsp-ping/message.js';
import { MALFORMED_RULES, NOT_UNDERSTOOD_RULES, UNANSWERABLE_RULES } from '../lsp-ping/decode-message.js';
import type { PassiveSession } from './passive-sessions.js';

/**
 * Why an echo request is thrown away, or, for what is malformed or not understood, what is wrong with it.
 * Each is the name of a counter.
 */
export const ECHO_REQUEST_DISCARDS = [
  /** Not sent to 127/8: it has not come on an LSP. */
  'destination-address',
  /** Sent from an address that nobody can answer to. */
  'source-address',
  ...UNANSWERABLE_RULES,
  'not-a-request',
  ...MALFORMED_RULES,
  ...NOT_UNDERSTOOD_RULES,
  'reply-mode',
  /** It is for systems on the way alone, where its TTL ends (RFC 6425 §3.3). */
  'ttl-not-expired',
  /** It asks for a session, and none is created for anybody. */
  'passive-disabled',
  'session-limit',
  'peer-session-limit',
  'creation-rate',
  /** The reply alone is left out. */
  'reply-rate',
] as const;

/** One of {@link ECHO_REQUEST_DISCARDS}. */
export type EchoRequestDiscard = (typeof ECHO_REQUEST_DISCARDS)[number];

/** Why the egress gives a session up. */
export type PassiveRemovalReason =
  /** It was not Up for too long. */
  | 'not-up'
  /** The ingress has withdrawn it. */
  | 'withdrawn'
  | 'fec-removed'
  | 'passive-disabled'
  | 'cleared';

/** A reply to be sent: UDP from port 3503, TTL 255, from a routable address of this system (RFC 8029 §4.5). */
export interface EchoReply {
  readonly message: LspPingMessage;
  /** 4 or 16 bytes: the source of the request. */
  readonly destination: Uint8Array;
  readonly destinationPort: number;
  /** What the request wants in the IP header (RFC 8029 §3.10); null: this system's own choice. */
  readonly trafficClass: number | null;
}

/** What the egress asks of its shell. */
export type EgressEffect =
  /** Create a BFD session that sends at once, with the remote discriminator in its packets (RFC 5884 §6). */
  | { readonly type: 'create-session'; readonly session: PassiveSession }
  /**
   * A session that there is, and is not Up, is asked for again: it sends at once, with the remote discriminator
   * in its packets, should it have fallen silent meanwhile.
   */
  | { readonly type: 'prompt-session'; readonly session: PassiveSession }
  /** The ingress wants the session no more: it stays silent, and that it ends is no failure. */
  | { readonly type: 'withdraw-session'; readonly session: PassiveSession }
  | {
      readonly type: 'remove-session';
      readonly session: PassiveSession;
      readonly reason: PassiveRemovalReason;
    }
  | { readonly type: 'send-reply'; readonly reply: EchoReply }
  | { readonly type: 'discarded'; readonly reason: EchoRequestDiscard }
  /** A session was refused because there are as many as may be, or there is room again. */
  | { readonly type: 'session-limit'; readonly reached: boolean };
