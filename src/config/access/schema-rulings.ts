import type { SchemaNode } from '../yang/schema-node.js';
import type { AccessConfiguration, AccessOperation, AccessRule } from './access-rules.js';
import { ruleNode, type DefaultDeny, type NodeRuling } from './decide.js';

/** What holds for a definition and all below it: everything, nothing, or that it depends. */
export type Coverage = 'all' | 'none' | 'mixed';

const NACM = 'ietf-netconf-acm';

/**
 * Secrets that their module leaves readable. RFC 7317 protects users from being changed only; a hash of a
 * password is nothing for everybody to try passwords on, so it counts as marked with default-deny-all.
 */
const SECRETS: ReadonlySet<string> = new Set(['/ietf-system:system/authentication/user/password']);

/**
 * The rulings over the definitions of a schema, for one kind of access and the rules of one user. Each is
 * made when it is first asked for, and good as long as the configuration of access is the same.
 */
export class SchemaRulings {
  readonly #config: AccessConfiguration;
  readonly #rules: readonly AccessRule[];
  readonly #operation: AccessOperation;
  readonly #rulings = new Map<SchemaNode, NodeRuling>();
  readonly #coverage = new Map<SchemaNode, Coverage>();
  readonly #uniform = new Map<SchemaNode, boolean>();

  constructor(config: AccessConfiguration, rules: readonly AccessRule[], operation: AccessOperation) {
    this.#config = config;
    this.#rules = rules;
    this.#operation = operation;
  }

  rulingOf(schema: SchemaNode): NodeRuling {
    const known = this.#rulings.get(schema);
    if (known !== undefined) return known;
    const target = {
      moduleName: schema.moduleName,
      steps: stepsOf(schema),
      defaultDeny: defaultDenyOf(schema),
    };
    const ruling = ruleNode(this.#config, this.#rules, this.#operation, target);
    this.#rulings.set(schema, ruling);
    return ruling;
  }

  coverageOf(schema: SchemaNode): Coverage {
    const known = this.#coverage.get(schema);
    if (known !== undefined) return known;
    const coverage = this.#cover(schema);
    this.#coverage.set(schema, coverage);
    return coverage;
  }

  /**
   * Whether the verdict over an instance is that over all below it: no rule tells them apart, and the keys
   * that rules name are all above.
   */
  isUniform(schema: SchemaNode): boolean {
    const known = this.#uniform.get(schema);
    if (known !== undefined) return known;
    const ruling = this.rulingOf(schema);
    const depth = stepsOf(schema).length;
    const uniform =
      ruling.conditions.every(({ path }) => path.length <= depth) && this.#allBelowAs(schema, ruling);
    this.#uniform.set(schema, uniform);
    return uniform;
  }

  #allBelowAs(schema: SchemaNode, ruling: NodeRuling): boolean {
    if (schema.kind !== 'container' && schema.kind !== 'list') return true;
    return schema.children
      .filter(isData)
      .every((child) => sameRuling(this.rulingOf(child), ruling) && this.#allBelowAs(child, ruling));
  }

  #cover(schema: SchemaNode): Coverage {
    const { conditions, otherwise } = this.rulingOf(schema);
    if (conditions.length > 0) return 'mixed';
    const isInner = schema.kind === 'container' || schema.kind === 'list';
    const below = isInner ? schema.children.filter(isData).map((child) => this.coverageOf(child)) : [];
    const wanted = otherwise.action === 'permit' ? 'all' : 'none';
    return below.every((coverage) => coverage === wanted) ? wanted : 'mixed';
  }
}

/** The extensions of RFC 8341 that hold for a definition; libyang hands them down. */
export function defaultDenyOf(schema: SchemaNode): DefaultDeny {
  if (schema.hasExtension(NACM, 'default-deny-all') || SECRETS.has(schema.path())) return 'all';
  return schema.hasExtension(NACM, 'default-deny-write') ? 'write' : 'none';
}

/** From the top of the module down to the definition itself. */
export function stepsOf(schema: SchemaNode): SchemaNode[] {
  return schema.parent === undefined ? [schema] : [...stepsOf(schema.parent), schema];
}

function sameRuling(one: NodeRuling, other: NodeRuling): boolean {
  return (
    one.otherwise.action === other.otherwise.action &&
    one.otherwise.path === other.otherwise.path &&
    one.conditions.length === other.conditions.length &&
    one.conditions.every(({ path, action }, at) => {
      const like = other.conditions[at];
      return like?.path === path && like.action === action;
    })
  );
}

function isData({ kind }: SchemaNode): boolean {
  return kind !== 'action' && kind !== 'notification' && kind !== 'rpc';
}
