import type { NodePath } from './node-path.js';

/** Kinds of access (RFC 8341 §3.2.2). */
export type AccessOperation = 'create' | 'read' | 'update' | 'delete' | 'exec';

export type Action = 'permit' | 'deny';

/** What a rule is about (its `rule-type`); `any`: none was given, and it fits every access. */
export type RuleScope =
  | { readonly type: 'any' }
  | { readonly type: 'operation'; readonly name: string }
  | { readonly type: 'notification'; readonly name: string }
  | { readonly type: 'data'; readonly path: NodePath };

/** One rule; `*` as a name fits any. */
export interface AccessRule {
  readonly moduleName: string;
  readonly scope: RuleScope;
  readonly operations: ReadonlySet<AccessOperation>;
  readonly action: Action;
}

/** Rules for the users of some groups; the group `*` is everybody. */
export interface RuleList {
  readonly groups: readonly string[];
  readonly rules: readonly AccessRule[];
}

/** `/nacm` as it is configured. External groups do not exist here: SSH reports none. */
export interface AccessConfiguration {
  readonly enabled: boolean;
  readonly readDefault: Action;
  readonly writeDefault: Action;
  readonly execDefault: Action;
  /** The users of each group. */
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  readonly ruleLists: readonly RuleList[];
}

export const ALL_OPERATIONS: ReadonlySet<AccessOperation> = new Set([
  'create',
  'read',
  'update',
  'delete',
  'exec',
]);

/** What holds as long as nothing is configured: the defaults of the module. */
export const DEFAULT_ACCESS: AccessConfiguration = {
  enabled: true,
  readDefault: 'permit',
  writeDefault: 'deny',
  execDefault: 'permit',
  groups: new Map(),
  ruleLists: [],
};

/**
 * The rules that concern a user, in the order of evaluation (RFC 8341 §3.4.4, steps 4 to 7). A user of no
 * group has none, not even those for everybody.
 */
export function rulesFor({ groups, ruleLists }: AccessConfiguration, user: string): readonly AccessRule[] {
  const own = new Set([...groups].flatMap(([name, users]) => (users.has(user) ? [name] : [])));
  if (own.size === 0) return [];
  return ruleLists
    .filter((list) => list.groups.some((group) => group === '*' || own.has(group)))
    .flatMap(({ rules }) => rules);
}
