import { AuthType } from './authentication.js';
import type { DigestMethod } from './digest-section.js';

/** Keyed SHA1 and Meticulous Keyed SHA1, RFC 5880 §4.4 and §6.7.4. */
export const keyedSha1: DigestMethod = {
  algorithm: 'sha1',
  keyed: AuthType.KeyedSha1,
  meticulous: AuthType.MeticulousKeyedSha1,
  digestBytes: 20,
};
