import * as v from 'valibot';
import { plainSession } from '../bfd/engine/plain-session.js';
import { err, ok, type Result } from '../lib/result.js';
import { parseDesiredSessions } from '../link/message-schemas.js';
import type { DesiredSession } from '../link/messages.js';
import { reasonOf } from '../lib/reason-of.js';

/** The short form: sessions over one hop of one interface, all alike. */
const uniformSessions = v.strictObject({
  interface: v.string(),
  interval_ms: v.number(),
  multiplier: v.number(),
  sessions: v.array(v.strictObject({ local: v.string(), peer: v.string() })),
});

/**
 * The sessions that a JSON file asks for: an array of sessions as the link's messages have them, or the
 * short form `{"interface", "interval_ms", "multiplier", "sessions": [{"local", "peer"}]}`.
 */
export function parseSessionFile(text: string): Result<readonly DesiredSession[], string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err(reasonOf(error));
  }
  if (Array.isArray(value)) {
    return parseDesiredSessions(value);
  }
  const uniform = v.safeParse(uniformSessions, value, { abortEarly: true });
  if (!uniform.success) {
    const [issue] = uniform.issues;
    return err(`${v.getDotPath(issue) ?? 'file'}: ${issue.message}`);
  }
  const parsed = parseDesiredSessions(uniform.output.sessions.map((one) => expand(uniform.output, one)));
  return parsed.ok ? ok(parsed.value) : parsed;
}

function expand(
  file: v.InferOutput<typeof uniformSessions>,
  { local, peer }: { readonly local: string; readonly peer: string },
): DesiredSession {
  return plainSession({
    key: ['ip-sh', file.interface, peer].join('/'),
    interface: file.interface,
    source: local,
    destination: peer,
    detectMult: file.multiplier,
    intervalUs: file.interval_ms * 1000,
  });
}
