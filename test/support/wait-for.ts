const PAUSE_MS = 20;
/**
 * One look and the pause after it count for so much at most: a machine that has stood still for seconds has given
 * nobody the time to do what is waited for.
 */
const ROUND_MAX_MS = 1000;

/**
 * Asks again and again until `look` answers something else than undefined.
 * @param what names what is waited for, for the failure
 */
export async function waitFor<T>(
  look: () => Promise<T | undefined> | T | undefined,
  what: string | (() => Promise<string>),
  timeoutMs = 10_000,
): Promise<T> {
  let waitedMs = 0;
  for (;;) {
    const beganMs = performance.now();
    const found = await look();
    if (found !== undefined) return found;
    if (waitedMs > timeoutMs) {
      throw new Error(`after ${timeoutMs} ms no ${typeof what === 'string' ? what : await what()}`);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, PAUSE_MS);
    });
    waitedMs += Math.min(performance.now() - beganMs, ROUND_MAX_MS);
  }
}
