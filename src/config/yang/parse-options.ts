import type { Layout } from './layout.js';

/** How data is read. */
export interface ParseOptions {
  readonly format: 'xml' | 'json';
  /** False: names and types are checked, the constraints of the schema are not, and no defaults are added. */
  readonly validate: boolean;
  /** Whether nodes that the schema does not have are errors (the default) or are left out. */
  readonly strict?: boolean;
  /**
   * Nodes that the schema does not have, and leafs without a value that their type allows, become opaque
   * nodes instead: what NETCONF filters and deletions are made of.
   */
  readonly opaque?: boolean;
  /** State data is an error. */
  readonly configOnly?: boolean;
  /** The nodes are in the order of the schema, as libyang prints them: saves looking for their places. */
  readonly ordered?: boolean;
}

/** The options of libyang's parser and of its validation. */
export function parseOptionBits({ constant }: Layout, options: ParseOptions): readonly [number, number] {
  const { validate, strict = true, opaque = false, configOnly = false, ordered = false } = options;
  const unknown = opaque ? constant.LYD_PARSE_OPAQ : strict ? constant.LYD_PARSE_STRICT : 0;
  const parse =
    unknown |
    (validate ? 0 : constant.LYD_PARSE_ONLY) |
    (configOnly ? constant.LYD_PARSE_NO_STATE : 0) |
    (ordered ? constant.LYD_PARSE_ORDERED : 0);
  const validation = constant.LYD_VALIDATE_MULTI_ERROR | (configOnly ? constant.LYD_VALIDATE_NO_STATE : 0);
  return [parse, validation];
}
