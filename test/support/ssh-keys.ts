import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';

/** Length-prefixed fields (RFC 4251 §5). */
export function wire(...fields: readonly (string | Uint8Array)[]): Uint8Array {
  const parts = fields.flatMap((field) => {
    const bytes = Buffer.from(field);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return new Uint8Array(Buffer.concat(parts));
}

/** A new public key in SSH wire form. */
export function ed25519Key(): Uint8Array {
  return wire('ssh-ed25519', member(jwk(generateKeyPairSync('ed25519')).x));
}

/** A new RSA key. */
export function rsaKey(bits: number): Uint8Array {
  const { e, n } = jwk(generateKeyPairSync('rsa', { modulusLength: bits }));
  return wire('ssh-rsa', member(e), Buffer.concat([Buffer.of(0), member(n)]));
}

/** A new ECDSA key; `curve` is SSH's name, `namedCurve` that of OpenSSL. */
export function ecdsaKey(curve: string, namedCurve: string): Uint8Array {
  const { x, y } = jwk(generateKeyPairSync('ec', { namedCurve }));
  return wire(`ecdsa-sha2-${curve}`, curve, Buffer.concat([Buffer.of(4), member(x), member(y)]));
}

function jwk(pair: ReturnType<typeof generateKeyPairSync>): JsonWebKey {
  return pair.publicKey.export({ format: 'jwk' });
}

function member(base64url: string | undefined): Buffer {
  if (base64url === undefined) throw new Error('the key lacks a member');
  return Buffer.from(base64url, 'base64url');
}
