import { AuthType } from './authentication.js';
import type { DigestMethod } from './digest-section.js';

/** Keyed MD5 and Meticulous Keyed MD5, RFC 5880 §4.3 and §6.7.3. */
export const keyedMd5: DigestMethod = {
  algorithm: 'md5',
  keyed: AuthType.KeyedMd5,
  meticulous: AuthType.MeticulousKeyedMd5,
  digestBytes: 16,
};
