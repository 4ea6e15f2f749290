import type { Outcome } from '../config-service.js';
import type { ErrorPath } from '../errors/rpc-error.js';

/** A list entry that an action is invoked in. */
export interface InvokedEntry {
  readonly list: string;
  /** Values of the keys in canonical form, by name; prefixes in them are names of modules. */
  readonly keys: Readonly<Record<string, string>>;
}

/** A call of an operation that a module defines: an rpc, or an action on a node (RFC 7950 §7.14, §7.15). */
export interface Invocation {
  /** Schema path of the rpc or action: `/mpls-bgp-bfd:lsp-ping`. */
  readonly path: string;
  /** Of an action: the list entries that it lies in, the outermost first. */
  readonly entries: readonly InvokedEntry[];
  /** Of an action: the node that it is invoked on. */
  readonly target: ErrorPath | undefined;
  /** The input by leaf, in canonical form, with what is there by default. */
  readonly input: Readonly<Record<string, string>>;
}

/** Does what is asked for; answers the output, elements that each stand alone, '' for none. */
export type Invoke = (invocation: Invocation) => Promise<Outcome<string>>;
