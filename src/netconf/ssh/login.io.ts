import { setTimeout as delay } from 'node:timers/promises';
import ssh2, { type AuthContext, type Connection, type PublicKeyAuthContext } from 'ssh2';
import type { UserDirectory } from '../../config/config-service.js';
import type { NetconfLimits } from '../limits.js';
import type { Log } from '../../lib/log.js';
import type { LoginDelays } from './login-delays.js';
import { socketOf } from './ssh2-internals.io.js';

/** What a login needs to know. */
export interface LoginOptions {
  readonly users: UserDirectory;
  readonly log: Log;
  readonly limits: () => NetconfLimits;
  /** Of all connections. */
  readonly delays: LoginDelays;
  /** Where the client connects from, for the log. */
  readonly sourceHost: string;
}

type Verdict = 'accepted' | 'key-known' | 'refused' | 'refused-at-once';

const METHODS = ['publickey', 'password'] as const;
const MAX_NAME_LENGTH = 256;
const MAX_PASSWORD_LENGTH = 1024;
/** Requests that are no failed attempts (`none`, offers of known keys) and their bound. */
const MAX_REQUESTS = 32;

/**
 * Lets a client log in with a password or a key (RFC 4252). `onLogin` gets the user's name. Wrong
 * passwords and signatures are answered late, and too many of them end the connection.
 */
export function acceptLogin(
  connection: Connection,
  options: LoginOptions,
  onLogin: (user: string) => void,
): void {
  const { log, limits, delays, sourceHost } = options;
  let requests = 0;
  let failures = 0;
  let accepted: AuthContext | undefined;

  let ended = false;
  const decide = async (attempt: AuthContext): Promise<void> => {
    requests += 1;
    if (ended) return;
    if (requests > MAX_REQUESTS) return endConnection();
    const verdict = await judge(attempt, options);
    if (verdict === 'accepted') accepted = attempt;
    if (verdict === 'accepted' || verdict === 'key-known') return attempt.accept();
    if (attempt.method === 'none') return attempt.reject([...METHODS]);
    failures += 1;
    const user = attempt.username.slice(0, MAX_NAME_LENGTH);
    log.warn({ user, sourceHost, method: attempt.method, failures }, 'login refused');
    if (verdict === 'refused') {
      await delay(delays.failed(sourceHost, performance.now(), limits().loginFailureDelayMs));
    }
    if (failures >= limits().maxLoginAttempts) return endConnection();
    return attempt.reject([...METHODS]);
  };
  const endConnection = (): void => {
    ended = true;
    connection.end();
    socketOf(connection).destroySoon();
  };

  connection.on('authentication', (attempt) => {
    decide(attempt).catch((error: unknown) => {
      log.error({ sourceHost, err: error }, 'a login failed unexpectedly');
      endConnection();
    });
  });
  connection.once('ready', () => {
    if (accepted === undefined) return endConnection();
    log.info({ user: accepted.username, sourceHost, method: accepted.method }, 'logged in');
    return onLogin(accepted.username);
  });
}

async function judge(attempt: AuthContext, { users }: LoginOptions): Promise<Verdict> {
  if (attempt.username.length > MAX_NAME_LENGTH) return 'refused';
  if (attempt.method === 'publickey') return judgeKey(attempt, users);
  if (attempt.method !== 'password') return 'refused-at-once';
  // With a request to change the password, ssh2 gives an object here.
  const password: unknown = attempt.password;
  if (typeof password !== 'string' || password.length > MAX_PASSWORD_LENGTH) return 'refused';
  return (await users.checkPassword(attempt.username, password)) ? 'accepted' : 'refused';
}

function judgeKey(attempt: PublicKeyAuthContext, users: UserDirectory): Verdict {
  const { key, signature, blob, hashAlgo, username } = attempt;
  if (!users.hasKey(username, key.algo, key.data)) return 'refused-at-once';
  if (signature === undefined || blob === undefined) return 'key-known';
  // RSA without a named hash signs a SHA-1 digest (RFC 8332 §1).
  if (key.algo === 'ssh-rsa' && hashAlgo === undefined) return 'refused';
  const parsed = ssh2.utils.parseKey(`${key.algo} ${key.data.toString('base64')}`);
  if (parsed instanceof Error || parsed.type !== key.algo) return 'refused';
  // Its type says boolean; what it cannot verify gives an Error, which counts as true.
  const verified: unknown = parsed.verify(blob, signature, hashAlgo);
  return verified === true ? 'accepted' : 'refused';
}
