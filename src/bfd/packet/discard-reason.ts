/**
 * Why a received BFD Control packet is thrown away: one name per rule of RFC 5880 §6.8.6, in its order,
 * and the rules of the carrying protocol (RFC 5881 §5). Each is the name of a counter.
 *
 * The decoder reports the rules that the packet alone decides, the demultiplexer `ttl`, `no-session` and
 * `no-matching-session`, the session those of authentication (§6.8.6, §6.7.2 to §6.7.4).
 */
export const DISCARD_REASONS = [
  'ttl',
  'payload-too-short',
  'version',
  'length-too-small',
  'length-exceeds-payload',
  'zero-detect-mult',
  'multipoint',
  'zero-my-discriminator',
  'no-session',
  'zero-your-discriminator',
  'no-matching-session',
  'unexpected-authentication',
  'missing-authentication',
  'authentication-type',
  'authentication-key',
  'authentication-length',
  'authentication-password',
  'authentication-sequence',
  'authentication-digest',
] as const;

/** One of {@link DISCARD_REASONS}. */
export type DiscardReason = (typeof DISCARD_REASONS)[number];
