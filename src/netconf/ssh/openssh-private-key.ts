/** An Ed25519 key pair: 32 bytes each (RFC 8032). */
export interface Ed25519KeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

const MAGIC = 'openssh-key-v1\0';
const TYPE = 'ssh-ed25519';
const BLOCK_SIZE = 8;

/**
 * A key pair in the form of OpenSSH's private key files (PROTOCOL.key of OpenSSH), without a
 * passphrase: the bytes between the BEGIN and END lines. `check` is any number; it is there to detect
 * wrong passphrases.
 */
export function encodeOpensshPrivateKey(pair: Ed25519KeyPair, comment: string, check: number): Uint8Array {
  const publicBlob = concat([string(TYPE), string(pair.publicKey)]);
  const secret = concat([
    uint32(check),
    uint32(check),
    string(TYPE),
    string(pair.publicKey),
    string(concat([pair.privateKey, pair.publicKey])),
    string(comment),
  ]);
  const padding = Uint8Array.from(
    { length: (BLOCK_SIZE - (secret.length % BLOCK_SIZE)) % BLOCK_SIZE },
    (_, index) => index + 1,
  );
  return concat([
    ascii(MAGIC),
    string('none'),
    string('none'),
    string(''),
    uint32(1),
    string(publicBlob),
    string(concat([secret, padding])),
  ]);
}

/** A `string` of RFC 4251 §5: its length, then its bytes. */
function string(value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? ascii(value) : value;
  return concat([uint32(bytes.length), bytes]);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
