/** The outcome of something that bad input can make fail: errors are values, exceptions are bugs. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** A success that carries `value`. */
export function ok(): Result<void, never>;
export function ok<T>(value: T): Result<T, never>;
export function ok<T>(value?: T): Result<T | undefined, never> {
  return { ok: true, value };
}

/** A failure that carries `error`. */
export function err<E>(error: E): Result<never, E> {
  return { ok: false, error };
}

/** All lists as one, or the first failure. */
export function joined<T, E>(results: readonly Result<readonly T[], E>[]): Result<readonly T[], E> {
  const all: T[] = [];
  for (const result of results) {
    if (!result.ok) {
      return result;
    }
    all.push(...result.value);
  }
  return ok(all);
}
