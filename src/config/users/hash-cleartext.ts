import { err, ok } from '../../lib/result.js';
import { encodeUtf8 } from '../../lib/xml/utf8.js';
import type { Outcome } from '../config-service.js';
import { errorPathOf } from '../errors/error-path.js';
import { invalidValue, operationFailed } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import { cleartextOf, LONGEST_PASSWORD_BYTES, type PasswordCrypt } from './password-crypt.js';

/**
 * Replaces the cleartext passwords (`$0$`) of what a client sends by their hashes, before it gets
 * anywhere (RFC 7317 §4). Hashing is slow and done elsewhere, while a tree is worked on in one go; so
 * `change` is tried, and when it has met unknown cleartext, tried once more with the hashes.
 *
 * @param change calls `replace` on the tree that came in, and gives up when the answer is an error
 */
export async function withHashedPasswords<T>(
  crypt: PasswordCrypt,
  change: (replace: (tree: DataTree) => Outcome) => Outcome<T>,
): Promise<Outcome<T>> {
  const hashes = new Map<string, string>();
  const unknown = new Set<string>();
  const replace = (tree: DataTree): Outcome => replaceAll(tree, hashes, unknown);
  const outcome = change(replace);
  if (unknown.size === 0) return outcome;
  for (const cleartext of unknown) hashes.set(cleartext, await crypt.hash(cleartext));
  return change(replace);
}

function replaceAll(tree: DataTree, hashes: ReadonlyMap<string, string>, unknown: Set<string>): Outcome {
  let complete = true;
  for (const leaf of passwordLeaves(tree)) {
    const cleartext = cleartextOf(leaf.value);
    if (cleartext === undefined) continue;
    if (encodeUtf8(cleartext).length > LONGEST_PASSWORD_BYTES) {
      return refused(leaf, `A password has at most ${LONGEST_PASSWORD_BYTES} bytes.`);
    }
    const hash = hashes.get(cleartext);
    if (hash !== undefined) leaf.setValue(hash);
    else {
      unknown.add(cleartext);
      complete = false;
    }
  }
  return complete ? ok() : err([operationFailed('Not all passwords are hashed yet.')]);
}

function refused(leaf: DataNode, message: string): Outcome {
  return err([invalidValue(message, { type: 'application', path: errorPathOf(leaf) })]);
}

function passwordLeaves(tree: DataTree): readonly DataNode[] {
  let nodes = tree
    .roots()
    .filter(({ moduleName, name }) => moduleName === 'ietf-system' && name === 'system');
  for (const name of ['authentication', 'user', 'password']) {
    nodes = nodes.flatMap((node) => [...node.children()].filter((child) => child.name === name));
  }
  return nodes.filter(({ kind }) => kind === 'leaf');
}
