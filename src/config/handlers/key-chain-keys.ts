import { parseDateAndTime } from '../../lib/date-and-time.js';
import { err, ok, type Result } from '../../lib/result.js';
import { encodeUtf8 } from '../../lib/xml/utf8.js';
import { KEYS_MAX, type AuthenticationKey } from '../../link/messages.js';
import type { RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { leafValue, refusedLeaf, requiredValue } from './node-values.js';

/** The keys of an entry of ietf-key-chain (RFC 8177) as BFD uses them (RFC 5880 §6.7), or all that is wrong. */
export function readKeys(chain: DataNode): Result<readonly AuthenticationKey[], readonly RpcError[]> {
  const entries = [...chain.children()].filter(({ name }) => name === 'key');
  const name = requiredValue(chain, 'name');
  if (entries.length === 0) {
    const message = `The key chain "${name}" has no key, so that nothing could be sent with it: give it one, or remove it.`;
    return err([refusedLeaf(chain, 'name', message)]);
  }
  if (entries.length > KEYS_MAX) {
    const message = `The key chain "${name}" has ${entries.length} keys: at most ${KEYS_MAX} can be used.`;
    return err([refusedLeaf(chain, 'name', message)]);
  }
  const toleranceMs = 1000 * Number(chain.child('accept-tolerance')?.child('duration')?.value ?? 0);
  const read = entries.map((entry) => readKey(entry, toleranceMs));
  const errors = read.flatMap((key) => (key.ok ? [] : key.error));
  return errors.length > 0 ? err(errors) : ok(read.flatMap((key) => (key.ok ? [key.value] : [])));
}

type Algorithm = AuthenticationKey['algorithm'];

/** RFC 5880 §4.2 to §4.4: how BFD calls what ietf-key-chain calls so, and the longest secret in bytes. */
const ALGORITHMS: ReadonlyMap<string, { algorithm: Algorithm; longest: number }> = new Map([
  ['cleartext', { algorithm: 'simple-password', longest: 16 }],
  ['md5', { algorithm: 'md5', longest: 16 }],
  ['sha-1', { algorithm: 'sha1', longest: 20 }],
]);

function readKey(entry: DataNode, toleranceMs: number): Result<AuthenticationKey, readonly RpcError[]> {
  const keyId = Number(requiredValue(entry, 'key-id'));
  const algorithm = readAlgorithm(entry);
  const secret = readSecret(entry, algorithm.ok ? algorithm.value.longest : Infinity);
  const lifetimes = readLifetimes(entry);
  const errors = [algorithm, secret, lifetimes].flatMap((part) => (part.ok ? [] : part.error));
  if (!(keyId <= 255)) {
    const message = `A BFD packet has one byte for the key: ${keyId} is no key-id for it, give 0 to 255.`;
    errors.push(refusedLeaf(entry, 'key-id', message));
  }
  if (!algorithm.ok || !secret.ok || !lifetimes.ok || errors.length > 0) return err(errors);
  const { send, accept } = lifetimes.value;
  return ok({
    keyId,
    algorithm: algorithm.value.algorithm,
    secretHex: secret.value,
    sendFromMs: send.fromMs,
    sendUntilMs: send.untilMs,
    acceptFromMs: accept.fromMs === null ? null : accept.fromMs - toleranceMs,
    acceptUntilMs: accept.untilMs === null ? null : accept.untilMs + toleranceMs,
  });
}

function readAlgorithm(
  entry: DataNode,
): Result<{ algorithm: Algorithm; longest: number }, readonly RpcError[]> {
  const name = requiredValue(entry, 'crypto-algorithm').replace(/^.*:/u, '');
  const known = ALGORITHMS.get(name);
  if (known !== undefined) return ok(known);
  const message =
    `BFD does not authenticate with ${name} (RFC 5880 §6.7): give md5 or sha-1, ` +
    'or cleartext for a simple password.';
  return err([refusedLeaf(entry, 'crypto-algorithm', message)]);
}

/** The bytes of the secret in hexadecimal. Errors do not tell the secret. */
function readSecret(entry: DataNode, longest: number): Result<string, readonly RpcError[]> {
  const keyString = entry.child('key-string');
  const text = keyString && leafValue(keyString, 'keystring');
  const hexadecimal = keyString && leafValue(keyString, 'hexadecimal-string');
  if (keyString === undefined || (text === undefined && hexadecimal === undefined)) {
    return err([refusedLeaf(entry, 'key-id', 'The key has no secret: give its key-string.')]);
  }
  const secret =
    text === undefined ? (hexadecimal ?? '').replaceAll(':', '').toLowerCase() : hexOf(encodeUtf8(text));
  const leaf = text === undefined ? 'hexadecimal-string' : 'keystring';
  if (secret === '')
    return err([refusedLeaf(keyString, leaf, 'The secret is empty: give at least one byte.')]);
  if (secret.length / 2 <= longest) return ok(secret);
  const message = `The secret is too long for the algorithm of the key: BFD takes at most ${longest} bytes.`;
  return err([refusedLeaf(keyString, leaf, message)]);
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

interface Period {
  readonly fromMs: number | null;
  readonly untilMs: number | null;
}

const ALWAYS: Period = { fromMs: null, untilMs: null };

function readLifetimes(entry: DataNode): Result<{ send: Period; accept: Period }, readonly RpcError[]> {
  const lifetime = entry.child('lifetime');
  const both = lifetime?.child('send-accept-lifetime');
  const send = readPeriod(both ?? lifetime?.child('send-lifetime'));
  const accept = both === undefined ? readPeriod(lifetime?.child('accept-lifetime')) : send;
  if (send.ok && accept.ok) return ok({ send: send.value, accept: accept.value });
  return err([...(send.ok ? [] : send.error), ...(accept.ok || accept === send ? [] : accept.error)]);
}

/** The grouping `lifetime`. */
function readPeriod(node: DataNode | undefined): Result<Period, readonly RpcError[]> {
  if (node === undefined) return ok(ALWAYS);
  const start = readTime(node, 'start-date-time');
  const end = readTime(node, 'end-date-time');
  if (!start.ok) return start;
  if (!end.ok) return end;
  const duration = leafValue(node, 'duration');
  const fromMs = start.value;
  if (duration !== undefined && fromMs === null) {
    return err([refusedLeaf(node, 'duration', 'A duration needs its begin: give start-date-time.')]);
  }
  const untilMs = duration === undefined ? end.value : (fromMs ?? 0) + 1000 * Number(duration);
  if (fromMs !== null && untilMs !== null && untilMs <= fromMs) {
    return err([refusedLeaf(node, 'end-date-time', 'The lifetime ends before it begins.')]);
  }
  return ok({ fromMs, untilMs });
}

function readTime(node: DataNode, leaf: string): Result<number | null, readonly RpcError[]> {
  const text = leafValue(node, leaf);
  if (text === undefined) return ok(null);
  const timeMs = parseDateAndTime(text);
  return timeMs === undefined ? err([refusedLeaf(node, leaf, `${text} is no moment in time.`)]) : ok(timeMs);
}
