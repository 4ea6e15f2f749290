/**
 * What a decoder finds in the byte stream, in order. A message is `data` (any number of times, split
 * anywhere) and `end`. `too-big` takes the place of further data: the rest of the message up to its
 * `end` is dropped. After `broken` there is no way to find the next message, and nothing follows.
 */
export type FrameEvent =
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'too-big' }
  | { readonly type: 'broken'; readonly reason: string };

/** Takes messages out of the bytes of a NETCONF session (RFC 6242 §4), whatever pieces they arrive in. */
export interface FrameDecoder {
  /** More bytes have arrived. They are not copied and must not be changed afterwards. */
  push(bytes: Uint8Array): void;
  /** The next event, `undefined` when more bytes are needed for one. */
  next(): FrameEvent | undefined;
  /** Bytes pushed and not yet turned into events. */
  readonly pendingBytes: number;
  /** Removes and returns the bytes pushed and not yet turned into events, for another decoder. */
  takeRest(): readonly Uint8Array[];
}

/** Largest message taken when nothing else is said: 64 MiB. */
export const DEFAULT_MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

export const END: FrameEvent = { type: 'end' };
export const TOO_BIG: FrameEvent = { type: 'too-big' };
