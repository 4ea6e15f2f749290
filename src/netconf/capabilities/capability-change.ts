import type { CapabilityDifference } from '../../config/notification-source.js';

/**
 * How the capabilities of one run of the server differ from those of another (RFC 6470 §2.2); undefined
 * where they do not. A capability is the URI before its parameters.
 */
export function capabilityChange(
  before: readonly string[],
  after: readonly string[],
): CapabilityDifference | undefined {
  const old = new Set(before);
  const oldBases = new Set(before.map((uri) => baseOf(uri)));
  const bases = new Set(after.map((uri) => baseOf(uri)));
  const fresh = after.filter((uri) => !old.has(uri));
  const added = fresh.filter((uri) => !oldBases.has(baseOf(uri)));
  const modified = fresh.filter((uri) => oldBases.has(baseOf(uri)));
  const deleted = before.filter((uri) => !bases.has(baseOf(uri)));
  return added.length + modified.length + deleted.length === 0 ? undefined : { added, deleted, modified };
}

function baseOf(uri: string): string {
  return uri.split('?', 1)[0] ?? '';
}
