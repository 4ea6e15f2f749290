import { err, ok, type Result } from '../../lib/result.js';

/** A public key as SSH puts it on the wire. */
export interface SshPublicKey {
  /** Name inside the key: `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256` … */
  readonly type: string;
  readonly blob: Uint8Array;
}

const SHORTEST_RSA_BITS = 2048;
const COORDINATE_BYTES: ReadonlyMap<string, number> = new Map([
  ['nistp256', 32],
  ['nistp384', 48],
  ['nistp521', 66],
]);

/**
 * Reads a public key in SSH wire form (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4). The error is a
 * sentence for the operator.
 */
export function parseSshPublicKey(blob: Uint8Array): Result<SshPublicKey, string> {
  const reader = new FieldReader(blob);
  const type = reader.text();
  if (type === undefined || type === '') return err('the key does not begin with the name of its type');
  const problem = fieldProblem(type, reader);
  if (problem !== undefined) return err(problem);
  if (!reader.atEnd()) return err('there are bytes behind the end of the key');
  return ok({ type, blob });
}

/**
 * True when a key of type `type` serves the public key algorithm `algorithm`: RSA keys have one type
 * and several signature algorithms (RFC 8332 §3).
 */
export function typeServes(type: string, algorithm: string): boolean {
  if (type === 'ssh-rsa') return ['ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512'].includes(algorithm);
  return type === algorithm;
}

function fieldProblem(type: string, reader: FieldReader): string | undefined {
  if (type === 'ssh-ed25519') {
    return reader.field()?.length === 32 ? undefined : 'an ssh-ed25519 key holds 32 bytes';
  }
  if (type === 'ssh-rsa') return rsaProblem(reader);
  if (type.startsWith('ecdsa-sha2-')) return ecdsaProblem(type.slice('ecdsa-sha2-'.length), reader);
  return `keys of type "${type}" are not supported; use ssh-ed25519, ssh-rsa or ecdsa-sha2-nistp256, -384, -521`;
}

function rsaProblem(reader: FieldReader): string | undefined {
  const exponent = reader.field();
  const modulus = reader.field();
  if (exponent === undefined || modulus === undefined || exponent.length === 0) {
    return 'the key ends before its modulus';
  }
  const bits = bitLength(modulus);
  if (bits >= SHORTEST_RSA_BITS) return undefined;
  return `an RSA key needs at least ${SHORTEST_RSA_BITS} bits, this one has ${bits}`;
}

function ecdsaProblem(curve: string, reader: FieldReader): string | undefined {
  const bytes = COORDINATE_BYTES.get(curve);
  if (bytes === undefined) return `the curve "${curve}" is not supported`;
  if (reader.text() !== curve) return 'the name of the curve differs from that in the key type';
  const point = reader.field();
  if (point?.length === 1 + 2 * bytes && point[0] === 0x04) return undefined;
  return `the key does not hold an uncompressed point of ${curve}`;
}

function bitLength(integer: Uint8Array): number {
  const first = integer.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return (integer.length - first - 1) * 8 + (32 - Math.clz32(integer[first] ?? 0));
}

/** Reads the length-prefixed fields of RFC 4251 §5. */
class FieldReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  field(): Uint8Array | undefined {
    if (this.#offset + 4 > this.#bytes.length) return undefined;
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    const start = this.#offset + 4;
    const end = start + view.getUint32(this.#offset);
    if (end > this.#bytes.length) return undefined;
    this.#offset = end;
    return this.#bytes.subarray(start, end);
  }

  text(): string | undefined {
    const field = this.field();
    if (field === undefined || field.length > 64) return undefined;
    return String.fromCodePoint(...field);
  }

  atEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }
}
