const PAUSE_MS = 20;

/**
 * Asks again and again until `look` answers something else than undefined.
 * @param what names what is waited for, for the failure
 */
export async function waitFor<T>(
  look: () => Promise<T | undefined> | T | undefined,
  what: string | (() => Promise<string>),
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) {
      throw new Error(`after ${timeoutMs} ms no ${typeof what === 'string' ? what : await what()}`);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, PAUSE_MS);
    });
  }
}
