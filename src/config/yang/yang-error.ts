import type { ErrorTag } from '../errors/rpc-error.js';

/** What libyang found wrong with data, a schema or an expression. */
export interface YangError {
  readonly message: string;
  /** The error-tag that RFC 7950 §8.3.1 and §15 ask for. */
  readonly tag: ErrorTag;
  /** libyang's name for the kind of error: of its validation codes (`LYVE_DATA`), else of its results (`LY_EINVAL`). */
  readonly code: string;
  /** Path of the data node, prefixes are module names: `/ietf-interfaces:interfaces/interface[name='a']`. */
  readonly dataPath?: string;
  /** Path of the schema node, where the error is of the schema or there is no data node. */
  readonly schemaPath?: string;
  /** Line of the input, counted from 1. */
  readonly line?: number;
  /** The error-app-tag: that of RFC 7950 §15, or the one that the module states. */
  readonly appTag?: string;
  /** What `error-info` names: the element, attribute, namespace or choice in question. */
  readonly subject?: string;
  /** Of a violated `unique`: the paths of the leafs that are not (RFC 7950 §15.1). */
  readonly nonUnique?: readonly string[];
}

/**
 * libyang failed in a way that it never should: a trap inside the module. Its memory is not to be trusted
 * any more: every later call into the same instance throws this too. A new instance is needed.
 */
export class LibyangCrash extends Error {
  override readonly name = 'LibyangCrash';
}

/** A call that libyang refused although the program chose its arguments: a mistake in the program. */
export class YangCallError extends Error {
  override readonly name = 'YangCallError';
  readonly errors: readonly YangError[];

  constructor(what: string, errors: readonly YangError[]) {
    super(`${what}: ${errors.map((error) => error.message).join('; ') || 'refused'}`);
    this.errors = errors;
  }
}
