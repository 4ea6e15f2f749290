import type { ReplyMode } from '../lsp-ping/codepoints.js';

/** Names a session to the bootstrap; the FEC's text, where a FEC has one session. */
export type BootstrapKey = string;

/** Why a request did not find the egress. */
export type BootstrapFailure =
  /** Nothing has come within the time. */
  | { readonly cause: 'no-answer' }
  /** Somebody has answered, but not as the egress of the FEC (RFC 8029 §3.1). */
  | {
      readonly cause: 'return-code';
      readonly returnCode: number;
      readonly returnSubcode: number;
      /** Canonical text of the address that the reply came from. */
      readonly from: string;
    };

/** Why a reply is thrown away. Each is the name of a counter. */
export const REPLY_DISCARDS = [
  'unknown-senders-handle',
  'unknown-sequence-number',
  'repeated-reply',
] as const;

/** One of {@link REPLY_DISCARDS}. */
export type ReplyDiscard = (typeof REPLY_DISCARDS)[number];

/** What the bootstrap asks of its shell. */
export type BootstrapEffect =
  /** Send an echo request for the session's FEC, with its discriminator, now. */
  | {
      readonly type: 'send-echo-request';
      readonly key: BootstrapKey;
      /** The local discriminator too. */
      readonly sendersHandle: number;
      readonly sequenceNumber: number;
      readonly replyMode: ReplyMode;
    }
  /** The egress has told its discriminator in a reply, before any BFD packet has. */
  | { readonly type: 'discriminator-learned'; readonly key: BootstrapKey; readonly discriminator: number }
  /** A session that is not Up could not be set up. Told once until the failure is another. */
  | { readonly type: 'bootstrap-failed'; readonly key: BootstrapKey; readonly failure: BootstrapFailure }
  /** The FEC of a session that is Up is no longer confirmed by its egress. Told once, likewise. */
  | { readonly type: 'verification-failed'; readonly key: BootstrapKey; readonly failure: BootstrapFailure }
  | { readonly type: 'reply-discarded'; readonly reason: ReplyDiscard };
