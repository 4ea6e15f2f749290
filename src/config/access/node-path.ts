/** A key that a path names: its value, or the name of the session's user (`$USER`). */
export interface PathKey {
  readonly name: string;
  readonly value: string | { readonly user: true };
}

/** A step of a path; a list without keys stands for all its entries. */
export interface NodePathStep {
  readonly moduleName: string;
  readonly name: string;
  readonly keys: readonly PathKey[];
}

/** A node-instance-identifier taken apart; without a step it is `/`, all data. */
export type NodePath = readonly NodePathStep[];

/**
 * Takes apart the canonical value of a `node-instance-identifier` (RFC 8341 §5): prefixes are names of
 * modules and stand where they differ from the step before. Undefined when it is none.
 */
export function parseNodePath(text: string): NodePath | undefined {
  if (text === '/') return [];
  const steps: NodePathStep[] = [];
  let moduleName = '';
  let rest = text;
  while (rest !== '') {
    const head = stepHead.exec(rest);
    if (head === null) return undefined;
    moduleName = head[1] ?? moduleName;
    rest = rest.slice(head[0].length);
    const keys: PathKey[] = [];
    for (let found = predicate.exec(rest); found !== null; found = predicate.exec(rest)) {
      const value = found[3] === undefined ? (found[1] ?? found[2]) : undefined;
      keys.push({ name: keyName(found[0]), value: value ?? { user: true } });
      rest = rest.slice(found[0].length);
    }
    if (moduleName === '') return undefined;
    steps.push({ moduleName, name: head[2] ?? '', keys });
  }
  return steps.length === 0 ? undefined : steps;
}

/** `[mod:key='v']` without its module: keys are of the module of their list. */
function keyName(text: string): string {
  return /^\[\s*(?:[\w.-]+:)?([\w.-]+)/u.exec(text)?.[1] ?? '';
}

const identifier = '[A-Za-z_][\\w.-]*';
const stepHead = new RegExp(`^/(?:(${identifier}):)?(${identifier})`, 'u');
const predicate = new RegExp(
  `^\\[\\s*(?:(?:${identifier}:)?${identifier}|\\.)\\s*=\\s*(?:'([^']*)'|"([^"]*)"|(\\$USER))\\s*\\]`,
  'u',
);
