import { invalidValue, type RpcError } from '../errors/rpc-error.js';
import { decodeBase64 } from '../users/base64.js';
import type { UserAccount } from '../users/configured-users.js';
import { hashProblem } from '../users/password-crypt.js';
import { parseSshPublicKey, typeServes, type SshPublicKey } from '../users/ssh-public-key.js';
import type { DataNode } from '../yang/data-node.js';
import { changesOf, plainPreparation, type Changes, type Handler, type Preparation } from './handler.js';
import { leafValue, pathTo, requiredValue } from './node-values.js';

const USER = '/ietf-system:system/authentication/user';
const KEY = 'authorized-key';

/** ietf-system: the users that may log in (RFC 7317 §3.5). */
export class SystemUsersHandler implements Handler {
  readonly name = 'ietf-system';
  readonly claims = [
    ...['name', 'password'].map((leaf) => `${USER}/${leaf}`),
    ...['name', 'algorithm', 'key-data'].map((leaf) => `${USER}/${KEY}/${leaf}`),
  ];
  readonly watches = [USER];
  readonly #accounts = new Map<string, UserAccount>();

  prepare(changes: Changes): Preparation {
    const errors: RpcError[] = [];
    const removed: string[] = [];
    const present: UserAccount[] = [];
    for (const { before, after } of changesOf(changes, USER)) {
      if (before) removed.push(requiredValue(before, 'name'));
      if (after) present.push(readAccount(after, errors));
    }
    return plainPreparation(errors, () => {
      for (const name of removed) this.#accounts.delete(name);
      for (const account of present) this.#accounts.set(account.name, account);
    });
  }

  *desired(): Iterable<never> {}

  /** The account of that name in the running configuration. */
  account(name: string): UserAccount | undefined {
    return this.#accounts.get(name);
  }
}

function readAccount(user: DataNode, errors: RpcError[]): UserAccount {
  const name = requiredValue(user, 'name');
  if (name === '' || /\p{Cc}/u.test(name)) {
    errors.push(refusal(user, 'name', 'The name of a user must not be empty or hold control characters.'));
  }
  const passwordHash = leafValue(user, 'password') ?? null;
  const problem = passwordHash === null ? undefined : hashProblem(passwordHash);
  if (problem !== undefined) {
    errors.push(refusal(user, 'password', `The password of user "${name}" cannot be used: ${problem}.`));
  }
  return { name, passwordHash, keys: readKeys(user, errors) };
}

function readKeys(user: DataNode, errors: RpcError[]): SshPublicKey[] {
  const keys: SshPublicKey[] = [];
  for (const node of user.children()) {
    if (node.name !== KEY) continue;
    const blob = decodeBase64(requiredValue(node, 'key-data'));
    const read = parseSshPublicKey(blob ?? new Uint8Array());
    const name = requiredValue(node, 'name');
    if (!read.ok) {
      errors.push(
        refusal(node, 'key-data', `The key-data of key "${name}" is not an SSH public key: ${read.error}.`),
      );
    } else if (!typeServes(read.value.type, requiredValue(node, 'algorithm'))) {
      const message =
        `The key "${name}" is of type ${read.value.type}, but its algorithm says ` +
        `${requiredValue(node, 'algorithm')}: give the algorithm that stands in front of the key in its .pub file.`;
      errors.push(refusal(node, 'algorithm', message));
    } else keys.push(read.value);
  }
  return keys;
}

function refusal(node: DataNode, leaf: string, message: string): RpcError {
  return invalidValue(message, { type: 'application', ...pathTo(node, leaf) });
}
