import { hash } from 'node:crypto';
import type { Digest } from './authentication.js';

/** The digests of Node's cryptography. */
export const nodeDigest: Digest = (algorithm, bytes) => hash(algorithm, bytes, 'buffer');
