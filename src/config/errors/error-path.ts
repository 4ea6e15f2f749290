import type { DataNode } from '../yang/data-node.js';
import type { YangContext } from '../yang/yang-context.js';
import { parseDataPath, type PathStep } from './data-path.js';
import type { ErrorPath } from './rpc-error.js';

/**
 * The path of a node as `<error-path>` wants it: an absolute XPath in which every name carries a
 * prefix, and the namespaces of these prefixes (RFC 6241 §4.3, RFC 7950 §15), also of those in keys.
 */
export function errorPathOf(node: DataNode): ErrorPath {
  const steps: PathStep[] = [];
  for (let at: DataNode | undefined = node; at !== undefined; at = at.parent) steps.unshift(stepOf(at));
  return render(steps, node.tree.context);
}

/** The paths of many nodes of a tree that stays as it is: what lies around several is written once. */
export class ErrorPaths {
  readonly #known = new Map<number, RenderedPath>();

  /** As errorPathOf. */
  of(node: DataNode): ErrorPath {
    const { text, namespaces } = this.#rendered(node);
    return { text, namespaces };
  }

  #rendered(node: DataNode): RenderedPath {
    const { parent } = node;
    if (parent === undefined) return rendered(ROOT, stepOf(node), node.tree.context);
    let around = this.#known.get(parent.pointer);
    if (around === undefined) {
      around = this.#rendered(parent);
      this.#known.set(parent.pointer, around);
    }
    return rendered(around, stepOf(node), node.tree.context);
  }
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

/** A path, and which module has which prefix in it. */
interface RenderedPath extends ErrorPath {
  readonly prefixes: ReadonlyMap<string, string>;
}

const ROOT: RenderedPath = { text: '', namespaces: new Map(), prefixes: new Map() };

function render(steps: readonly PathStep[], context: YangContext): ErrorPath {
  const { text, namespaces } = steps.reduce((path, step) => rendered(path, step, context), ROOT);
  return { text, namespaces };
}

/** A path with one more step. Modules get their prefixes in the order of their appearance. */
function rendered(around: RenderedPath, step: PathStep, context: YangContext): RenderedPath {
  const { moduleName, name, predicates } = step;
  let { namespaces, prefixes } = around;
  const qualify = (module: string, local: string): string => {
    if (!prefixes.has(module)) ({ namespaces, prefixes } = withModule(module, namespaces, prefixes, context));
    return `${prefixes.get(module)}:${local}`;
  };
  let text = `${around.text}/${qualify(moduleName, name)}`;
  for (const predicate of predicates) {
    text += condition(predicate, moduleName, qualify);
    namespaces = withNamedModule(predicate.value, namespaces, context);
  }
  return { text, namespaces, prefixes };
}

/**
 * In the canonical value of an identity the name of its module stands where XML has a prefix: without its
 * declaration the path would be no instance-identifier (RFC 7950 §9.13.2). A string of that form does no harm.
 */
function withNamedModule(
  value: string,
  namespaces: ErrorPath['namespaces'],
  context: YangContext,
): ErrorPath['namespaces'] {
  const name = identity.exec(value)?.[1];
  const module = name === undefined ? undefined : context.moduleByName(name);
  if (name === undefined || module === undefined || namespaces.has(name)) return namespaces;
  return new Map([...namespaces, [name, module.namespace]]);
}

const identity = /^([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*$/u;

function condition(
  { moduleName, name, value }: PathStep['predicates'][number],
  stepModule: string,
  qualify: (module: string, local: string) => string,
): string {
  if (name === '') return `[${value}]`;
  const left = name === '.' ? '.' : qualify(moduleName ?? stepModule, name);
  return `[${left}=${xpathLiteral(value)}]`;
}

function withModule(
  moduleName: string,
  namespaces: ErrorPath['namespaces'],
  prefixes: ReadonlyMap<string, string>,
  context: YangContext,
): Pick<RenderedPath, 'namespaces' | 'prefixes'> {
  const module = context.moduleByName(moduleName);
  const wanted = module?.prefix ?? moduleName;
  const prefix = namespaces.has(wanted) ? moduleName : wanted;
  return {
    namespaces: new Map(namespaces).set(prefix, module?.namespace ?? moduleName),
    prefixes: new Map(prefixes).set(moduleName, prefix),
  };
}
