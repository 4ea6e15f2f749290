import type { DataNode } from '../yang/data-node.js';
import type { YangContext } from '../yang/yang-context.js';
import { parseDataPath, type PathStep } from './data-path.js';
import type { ErrorPath } from './rpc-error.js';

/**
 * The path of a node as `<error-path>` wants it: an absolute XPath in which every name carries a
 * prefix, and the namespaces of these prefixes (RFC 6241 §4.3, RFC 7950 §15).
 */
export function errorPathOf(node: DataNode): ErrorPath {
  const steps: PathStep[] = [];
  for (let at: DataNode | undefined = node; at !== undefined; at = at.parent) steps.unshift(stepOf(at));
  return render(steps, node.tree.context);
}

/**
 * The same from a path as libyang writes it, without the metadata name that it may end in. Prefixes
 * are those of the modules; a second module of the same prefix goes by its name. Answers undefined
 * when the text is no path, or is the path of no node (`/`).
 *
 * @param options.wholeList whether the path of an entry is to be that of its list, without predicates
 */
export function errorPathFromDataPath(
  dataPath: string,
  context: YangContext,
  options: { readonly wholeList?: boolean } = {},
): ErrorPath | undefined {
  const steps = parseDataPath(dataPath)?.steps ?? [];
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  const end = options.wholeList === true ? { ...last, predicates: [] } : last;
  return render([...steps.slice(0, -1), end], context);
}

/** `value` as an XPath 1.0 string: quoted, or put together with concat() when it has both quotes. */
export function xpathLiteral(value: string): string {
  if (!value.includes("'")) return `'${value}'`;
  if (!value.includes('"')) return `"${value}"`;
  return `concat(${value
    .split("'")
    .map((part) => `'${part}'`)
    .join(`, "'", `)})`;
}

function stepOf(node: DataNode): PathStep {
  const { name } = node;
  const moduleName =
    node.kind === 'opaque'
      ? (node.tree.context.moduleByNamespace(node.namespace)?.name ?? node.moduleName)
      : node.moduleName;
  const own = node.kind === 'leaf-list' ? [{ name: '.', value: node.value }] : [];
  const keys = node.kind === 'list' ? node.keys() : own;
  return { moduleName, name, predicates: keys.map((key) => ({ ...key, moduleName: undefined })) };
}

function render(steps: readonly PathStep[], context: YangContext): ErrorPath {
  const prefixes = new PrefixTable(context);
  const text = steps.map(({ moduleName, name, predicates }) => {
    const conditions = predicates.map((predicate) => {
      if (predicate.name === '') return `[${predicate.value}]`;
      const left =
        predicate.name === '.' ? '.' : prefixes.qualify(predicate.moduleName ?? moduleName, predicate.name);
      return `[${left}=${xpathLiteral(predicate.value)}]`;
    });
    return `/${prefixes.qualify(moduleName, name)}${conditions.join('')}`;
  });
  return { text: text.join(''), namespaces: prefixes.namespaces };
}

/** Gives modules their prefixes in the order of their appearance. */
class PrefixTable {
  readonly namespaces = new Map<string, string>();
  readonly #context: YangContext;
  readonly #prefixOf = new Map<string, string>();

  constructor(context: YangContext) {
    this.#context = context;
  }

  qualify(moduleName: string, name: string): string {
    return `${this.#prefixOf.get(moduleName) ?? this.#add(moduleName)}:${name}`;
  }

  #add(moduleName: string): string {
    const module = this.#context.moduleByName(moduleName);
    const wanted = module?.prefix ?? moduleName;
    const prefix = this.namespaces.has(wanted) ? moduleName : wanted;
    this.#prefixOf.set(moduleName, prefix);
    this.namespaces.set(prefix, module?.namespace ?? moduleName);
    return prefix;
  }
}
