import type { AccessConfiguration, AccessOperation, AccessRule, Action } from './access-rules.js';
import type { NodePath, NodePathStep } from './node-path.js';

/** What a module says of access to a definition, itself or through what it lies in (RFC 8341 §3.3). */
export type DefaultDeny = 'none' | 'write' | 'all';

/** An operation or notification at the top of a module. */
export interface NamedTarget {
  readonly moduleName: string;
  readonly name: string;
  readonly defaultDeny: DefaultDeny;
}

/** The definition of a data node, action or nested notification. */
export interface NodeTarget {
  readonly moduleName: string;
  /** From the top of the module down to the definition itself. */
  readonly steps: readonly { readonly moduleName: string; readonly name: string }[];
  readonly defaultDeny: DefaultDeny;
}

/** A verdict, and the path of the rule that gave it, if it was one with a path. */
export interface Verdict {
  readonly action: Action;
  readonly path?: NodePath;
}

/** What holds for the instances of a definition: the first condition that fits decides. */
export interface NodeRuling {
  readonly conditions: readonly { readonly path: NodePath; readonly action: Action }[];
  readonly otherwise: Verdict;
}

const NETCONF = 'ietf-netconf';

/** May a user to whom `rules` apply run an operation (RFC 8341 §3.4.4, steps 3 and 7 to 13)? */
export function decideOperation(
  config: AccessConfiguration,
  rules: readonly AccessRule[],
  target: NamedTarget,
): Action {
  const { moduleName, name, defaultDeny } = target;
  if (moduleName === NETCONF && name === 'close-session') return 'permit';
  const rule = rules.find(
    ({ scope, ...rest }) =>
      fits(rest, 'exec', moduleName) &&
      (scope.type === 'any' || (scope.type === 'operation' && matchesName(scope.name, name))),
  );
  if (rule !== undefined) return rule.action;
  if (defaultDeny === 'all') return 'deny';
  if (moduleName === NETCONF && (name === 'kill-session' || name === 'delete-config')) return 'deny';
  return config.execDefault;
}

/**
 * May a user to whom `rules` apply receive a notification from the top of a module (RFC 8341 §3.4.6)?
 * Those that end a replay or a subscription always get through.
 */
export function decideNotification(
  config: AccessConfiguration,
  rules: readonly AccessRule[],
  target: NamedTarget,
): Action {
  const { moduleName, name, defaultDeny } = target;
  if (ALWAYS_SENT.has(`${moduleName}:${name}`)) return 'permit';
  const rule = rules.find(
    ({ scope, ...rest }) =>
      fits(rest, 'read', moduleName) &&
      (scope.type === 'any' ||
        (scope.type === 'notification' && matchesName(scope.name, name)) ||
        (scope.type === 'data' && leadsTo(scope.path, [{ moduleName, name }]))),
  );
  if (rule !== undefined) return rule.action;
  return defaultDeny === 'all' ? 'deny' : config.readDefault;
}

/**
 * What holds for the instances of a data node, action or nested notification (RFC 8341 §3.4.5, §3.4.6).
 * Rules whose path names keys, and that may therefore fit some instances only, become conditions.
 */
export function ruleNode(
  config: AccessConfiguration,
  rules: readonly AccessRule[],
  operation: AccessOperation,
  target: NodeTarget,
): NodeRuling {
  const conditions: { path: NodePath; action: Action }[] = [];
  for (const rule of rules) {
    if (!fits(rule, operation, target.moduleName)) continue;
    const { scope, action } = rule;
    if (scope.type === 'any') return { conditions, otherwise: { action } };
    if (scope.type !== 'data' || !leadsTo(scope.path, target.steps)) continue;
    if (scope.path.every(({ keys }) => keys.length === 0)) {
      return { conditions, otherwise: { action, path: scope.path } };
    }
    conditions.push({ path: scope.path, action });
  }
  return { conditions, otherwise: { action: defaultAction(config, operation, target.defaultDeny) } };
}

/**
 * The verdict over one instance.
 * @param keysAt the keys of the entry that the instance lies in at the given step
 */
export function settle(
  { conditions, otherwise }: NodeRuling,
  user: string,
  keysAt: (step: number) => readonly { readonly name: string; readonly value: string }[],
): Verdict {
  const found = conditions.find(({ path }) =>
    path.every((step, index) => step.keys.length === 0 || holds(step, user, keysAt(index))),
  );
  return found ?? otherwise;
}

function fits(
  rule: Pick<AccessRule, 'moduleName' | 'operations'>,
  operation: AccessOperation,
  moduleName: string,
): boolean {
  return rule.operations.has(operation) && matchesName(rule.moduleName, moduleName);
}

function matchesName(wanted: string, name: string): boolean {
  return wanted === '*' || wanted === name;
}

/** Whether the path, its keys aside, is that of the definition or of something that it lies in. */
function leadsTo(path: NodePath, steps: NodeTarget['steps']): boolean {
  return (
    path.length <= steps.length &&
    path.every(({ name, moduleName }, at) => name === steps[at]?.name && moduleName === steps[at].moduleName)
  );
}

function holds(
  step: NodePathStep,
  user: string,
  keys: readonly { readonly name: string; readonly value: string }[],
): boolean {
  return step.keys.every(({ name, value }) => {
    const wanted = typeof value === 'string' ? value : user;
    return keys.some((key) => key.name === name && key.value === wanted);
  });
}

function defaultAction(
  config: AccessConfiguration,
  operation: AccessOperation,
  defaultDeny: DefaultDeny,
): Action {
  if (defaultDeny === 'all') return 'deny';
  if (operation === 'read') return config.readDefault;
  if (operation === 'exec') return config.execDefault;
  return defaultDeny === 'write' ? 'deny' : config.writeDefault;
}

const ALWAYS_SENT: ReadonlySet<string> = new Set([
  'nc-notifications:replayComplete',
  'nc-notifications:notificationComplete',
]);
