import { randomFillSync } from 'node:crypto';

const POOL = 1024;

/** A source of random integers from 0 to 2^32 - 1 that cannot be foretold; fetched many at a time. */
export function createRandomSource(): () => number {
  const pool = new Uint32Array(POOL);
  let used = POOL;
  return () => {
    if (used === POOL) {
      randomFillSync(pool);
      used = 0;
    }
    const value = pool[used] ?? 0;
    used += 1;
    return value;
  };
}
