import { encodeUtf8 } from '../../lib/xml/utf8.js';
import { invalidValue, type RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { changesOf, plainPreparation, type Changes, type Handler, type Preparation } from './handler.js';
import { pathTo, requiredValue } from './node-values.js';

/** Schema path of the list of interfaces (RFC 8343). */
export const INTERFACE = '/ietf-interfaces:interfaces/interface';

/** The longest name that Linux gives an interface, in bytes (IFNAMSIZ without its NUL). */
const LONGEST_NAME_BYTES = 15;

/**
 * ietf-interfaces: the interfaces that the configuration knows. They may be configured before they
 * exist. The agent does not change interfaces of the system: what other parts refer to is the name, and
 * `enabled` tells whether BFD may run there.
 */
export class InterfacesHandler implements Handler {
  readonly name = 'ietf-interfaces';
  readonly claims = ['name', 'type', 'description', 'enabled'].map((leaf) => `${INTERFACE}/${leaf}`);
  readonly watches = [INTERFACE];
  readonly #types = new Map<string, string>();

  prepare(changes: Changes): Preparation {
    const errors: RpcError[] = [];
    const changed = changesOf(changes, INTERFACE);
    for (const { before, after } of changed) if (!before && after) errors.push(...nameErrors(after));
    const names = changed.map(({ before, after }) => ({
      removed: before && requiredValue(before, 'name'),
      present: after && { name: requiredValue(after, 'name'), type: requiredValue(after, 'type') },
    }));
    return plainPreparation(errors, () => {
      for (const { removed, present } of names) {
        if (removed !== undefined) this.#types.delete(removed);
        if (present !== undefined) this.#types.set(present.name, present.type);
      }
    });
  }

  *desired(): Iterable<never> {}

  /** The names of all configured interfaces. */
  configured(): Iterable<string> {
    return this.#types.keys();
  }
}

function nameErrors(node: DataNode): RpcError[] {
  const name = requiredValue(node, 'name');
  const problem = nameProblem(name);
  if (problem === undefined) return [];
  const message = `"${name}" cannot be the name of an interface on Linux: ${problem}. Give the name that the system shows.`;
  return [invalidValue(message, { type: 'application', ...pathTo(node, 'name') })];
}

function nameProblem(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'it is reserved';
  if (/[\s/:]/u.test(name)) return 'it holds white space, a slash or a colon';
  if (encodeUtf8(name).length > LONGEST_NAME_BYTES) return `it is longer than ${LONGEST_NAME_BYTES} bytes`;
  return undefined;
}
