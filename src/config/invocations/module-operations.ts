import { err, ok } from '../../lib/result.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import type { Outcome, QualifiedName, Requester } from '../config-service.js';
import { operationNotSupported } from '../errors/rpc-error.js';
import { errorPathOf } from '../errors/error-path.js';
import type { SharedParts } from '../shared-parts.js';
import type { DataNode } from '../yang/data-node.js';
import type { YangContext } from '../yang/yang-context.js';
import type { Invocation, Invoke } from './invocation.js';
import { readInput } from './read-input.js';
import { readActionTarget, type ActionTarget } from './read-target.js';

/**
 * The operations that modules define beside those of the protocol: rpcs and actions. What is asked for is
 * read by the schema, and done outside of the queue of requests, as it may take its time.
 */
export class ModuleOperations {
  readonly #shared: Pick<SharedParts, 'live' | 'access'>;
  readonly #invokes: ReadonlyMap<string, Invoke>;

  /** @param invokes what does each, by the schema path of the rpc or action */
  constructor(shared: Pick<SharedParts, 'live' | 'access'>, invokes: ReadonlyMap<string, Invoke>) {
    this.#shared = shared;
    this.#invokes = invokes;
  }

  /** Whether there is an rpc of that name. */
  offers({ namespace, name }: QualifiedName): boolean {
    const module = this.#shared.live.current.context.moduleByNamespace(namespace);
    return module !== undefined && this.#invokes.has(`/${module.name}:${name}`);
  }

  /** Does an rpc for somebody who may run it: the content of the reply. */
  async runRpc(element: XmlElement): Promise<Outcome<string>> {
    const read = await this.#shared.live.serve(({ context }) => readRpc(context, element));
    return read.ok ? this.#invoke(read.value) : read;
  }

  /**
   * Does the action that is inside of `<action>`. The requester must have read access to all that it lies
   * in, and exec access to itself (RFC 8341 §3.1.3); whether it is there is not told to others.
   */
  async runAction(around: XmlElement, requester: Requester): Promise<Outcome<string>> {
    const read = await this.#shared.live.serve(({ context }) => this.#readAction(context, around, requester));
    return read.ok ? this.#invoke(read.value) : read;
  }

  #invoke(invocation: Invocation): Promise<Outcome<string>> | Outcome<string> {
    const invoke = this.#invokes.get(invocation.path);
    const name = invocation.path.slice(invocation.path.lastIndexOf('/') + 1);
    return invoke === undefined
      ? err([operationNotSupported(`The action <${name}> is not supported.`)])
      : invoke(invocation);
  }

  #readAction(context: YangContext, around: XmlElement, requester: Requester): Outcome<Invocation> {
    const target = readActionTarget(context, around);
    if (!target.ok) return target;
    using tree = target.value.tree;
    const { nodes, schema, element } = target.value;
    const denial = this.#shared.access.actionDenial(nodes, schema, requester);
    if (denial !== undefined) return err([denial]);
    const innermost = nodes.at(-1);
    const prefix = innermost?.moduleName === schema.moduleName ? '' : `${schema.moduleName}:`;
    const path = `${innermost?.path() ?? ''}/${prefix}${schema.name}`;
    const identity = actionIdentity(target.value);
    const input = readInput(tree, path, schema, element);
    return input.ok ? ok({ ...identity, input: input.value }) : input;
  }
}

function readRpc(context: YangContext, element: XmlElement): Outcome<Invocation> {
  const moduleName = context.moduleByNamespace(element.namespace)?.name ?? '';
  const path = `/${moduleName}:${element.local}`;
  const schema = context
    .schemaRoots(moduleName)
    .find(({ kind, name }) => kind === 'rpc' && name === element.local);
  if (schema === undefined) return err([operationNotSupported(`There is no operation <${element.local}>.`)]);
  using tree = context.emptyTree();
  const input = readInput(tree, path, schema, element);
  return input.ok ? ok({ path, entries: [], target: undefined, input: input.value }) : input;
}

function actionIdentity({ nodes, schema }: ActionTarget): Omit<Invocation, 'input'> {
  const innermost = nodes.at(-1);
  return {
    path: schema.path(),
    entries: nodes.filter(({ kind }) => kind === 'list').map((node) => entryOf(node)),
    target: innermost && errorPathOf(innermost),
  };
}

function entryOf(node: DataNode): Invocation['entries'][number] {
  return { list: node.name, keys: Object.fromEntries(node.keys().map(({ name, value }) => [name, value])) };
}
