import type { DataNode } from '../yang/data-node.js';
import type { SchemaNode } from '../yang/schema-node.js';
import type { AccessConfiguration, AccessOperation, AccessRule } from './access-rules.js';
import { settle, type Verdict } from './decide.js';
import { SchemaRulings, type Coverage } from './schema-rulings.js';

/** What one user may do with data, by one configuration of access. */
export class DataAccess {
  readonly #config: AccessConfiguration;
  readonly #rules: readonly AccessRule[];
  readonly #user: string;
  readonly #rulings = new Map<AccessOperation, SchemaRulings>();

  constructor(config: AccessConfiguration, rules: readonly AccessRule[], user: string) {
    this.#config = config;
    this.#rules = rules;
    this.#user = user;
  }

  /** Whether a kind of access to a definition and all below it is decided without looking at instances. */
  coverage(operation: AccessOperation, schema: SchemaNode): Coverage {
    return this.#of(operation).coverageOf(schema);
  }

  /** Whether the verdict over a node of that definition is that over all below it. */
  isUniform(operation: AccessOperation, schema: SchemaNode): boolean {
    return this.#of(operation).isUniform(schema);
  }

  /** The verdict over one node, which must not be opaque. */
  verdict(operation: AccessOperation, node: DataNode): Verdict {
    const ruling = this.#of(operation).rulingOf(node.schema());
    if (ruling.conditions.length === 0) return ruling.otherwise;
    const line: DataNode[] = [];
    for (let at: DataNode | undefined = node; at !== undefined; at = at.parent) line.unshift(at);
    return settle(ruling, this.#user, (step) => keysOf(line[step]));
  }

  permits(operation: AccessOperation, node: DataNode): boolean {
    return this.verdict(operation, node).action === 'permit';
  }

  /**
   * Whether a node of that definition is permitted.
   * @param keysAt the keys of the entry at the given step of the way to it, from the top
   */
  permitsAt(
    operation: AccessOperation,
    schema: SchemaNode,
    keysAt: (step: number) => readonly { readonly name: string; readonly value: string }[],
  ): boolean {
    return settle(this.#of(operation).rulingOf(schema), this.#user, keysAt).action === 'permit';
  }

  #of(operation: AccessOperation): SchemaRulings {
    const known = this.#rulings.get(operation);
    if (known !== undefined) return known;
    const made = new SchemaRulings(this.#config, this.#rules, operation);
    this.#rulings.set(operation, made);
    return made;
  }
}

/** Of an entry of a leaf-list its value is the key, which paths call `.`. */
function keysOf(node: DataNode | undefined): readonly { readonly name: string; readonly value: string }[] {
  if (node === undefined) return [];
  return node.kind === 'leaf-list' ? [{ name: '.', value: node.value }] : node.keys();
}
