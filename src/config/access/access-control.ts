import { err } from '../../lib/result.js';
import type { Outcome, QualifiedName, Requester } from '../config-service.js';
import { accessDenied, type RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import type { SchemaNode } from '../yang/schema-node.js';
import type { YangContext } from '../yang/yang-context.js';
import { rulesFor, type AccessConfiguration, type AccessRule, type Action } from './access-rules.js';
import { DataAccess } from './data-access.js';
import { readableErrors } from './readable-errors.js';
import { decideNotification, decideOperation, type NamedTarget } from './decide.js';
import { defaultDenyOf } from './schema-rulings.js';

/** How often access was refused since the start (RFC 8341 §3.5.2). */
export interface DenialCounters {
  readonly deniedOperations: number;
  readonly deniedDataWrites: number;
  readonly deniedNotifications: number;
}

/** The configuration in force and the schema that it is about. */
export interface AccessSource {
  readonly configuration: AccessConfiguration;
  readonly context: YangContext;
}

interface UserView {
  readonly rules: readonly AccessRule[];
  readonly data: DataAccess;
  /** What was decided of operations and notifications, of which there are few. */
  readonly operations: Map<string, Action>;
  readonly notifications: Map<string, Action>;
}

/** The most users whose rulings are kept. */
const VIEWS_MOST = 64;

/**
 * Access control (RFC 8341) of all sessions. What is committed is in force with the next question. The
 * sessions of the recovery user, if one is named when the agent is started, may do everything.
 */
export class AccessControl {
  readonly #source: () => AccessSource;
  readonly #recoveryUser: string | undefined;
  readonly #views = new Map<string, UserView>();
  readonly #denied = { deniedOperations: 0, deniedDataWrites: 0, deniedNotifications: 0 };
  #viewed: AccessSource | undefined;

  constructor(source: () => AccessSource, recoveryUser: string | undefined) {
    this.#source = source;
    this.#recoveryUser = recoveryUser;
  }

  get counters(): DenialCounters {
    return { ...this.#denied };
  }

  /** Why the user may not run an operation; undefined when that is allowed. */
  operationDenial(operation: QualifiedName, { user }: Requester): RpcError | undefined {
    const source = this.#current();
    if (this.#isFree(source, user)) return undefined;
    const { rules, operations } = this.#view(source, user);
    const key = `${operation.namespace} ${operation.name}`;
    const action =
      operations.get(key) ?? decideOperation(source.configuration, rules, targetOf(source, operation));
    operations.set(key, action);
    if (action === 'permit') return undefined;
    this.#denied.deniedOperations += 1;
    return accessDenied(`You may not run the operation <${operation.name}>.`);
  }

  /** Whether the user may receive a notification; one that is withheld is counted. */
  permitsNotification(notification: QualifiedName, { user }: Requester): boolean {
    const source = this.#current();
    if (this.#isFree(source, user)) return true;
    const { rules, notifications } = this.#view(source, user);
    const key = `${notification.namespace} ${notification.name}`;
    const action =
      notifications.get(key) ??
      decideNotification(source.configuration, rules, targetOf(source, notification));
    notifications.set(key, action);
    if (action === 'permit') return true;
    this.#denied.deniedNotifications += 1;
    return false;
  }

  /**
   * Why the user may not invoke an action; undefined when that is allowed: all that it lies in must be
   * readable, and the action executable (RFC 8341 §3.1.3, §3.4.5).
   *
   * @param nodes from the top to the node that the action is invoked on
   */
  actionDenial(nodes: readonly DataNode[], action: SchemaNode, requester: Requester): RpcError | undefined {
    const data = this.data(requester);
    if (data === undefined) return undefined;
    const readable = nodes.every((node) => data.permits('read', node));
    if (readable && data.permitsAt('exec', action, (step) => nodes[step]?.keys() ?? [])) return undefined;
    this.#denied.deniedOperations += 1;
    return accessDenied(`You may not invoke the action <${action.name}> here.`);
  }

  /** What the user may do with data; undefined: everything. */
  data({ user }: Requester): DataAccess | undefined {
    const source = this.#current();
    return this.#isFree(source, user) ? undefined : this.#view(source, user).data;
  }

  /** Counts the outcome of a request to change configuration when it was refused for want of access. */
  countedWrite(outcome: Outcome): Outcome {
    if (!outcome.ok && outcome.error.some(({ tag }) => tag === 'access-denied')) {
      this.#denied.deniedDataWrites += 1;
    }
    return outcome;
  }

  /** An outcome with its errors as the user may see them (see readableErrors). */
  readable<T>(outcome: Outcome<T>, requester: Requester): Outcome<T> {
    return outcome.ok ? outcome : err(this.readableErrors(outcome.error, requester));
  }

  /** Errors that a configuration was found to have, as the user may see them. */
  readableErrors(errors: readonly RpcError[], requester: Requester): readonly RpcError[] {
    const access = this.data(requester);
    return access === undefined ? errors : readableErrors(errors, access, this.#current().context);
  }

  #isFree({ configuration }: AccessSource, user: string): boolean {
    return !configuration.enabled || (this.#recoveryUser !== undefined && user === this.#recoveryUser);
  }

  /** Rulings are about one configuration and one schema: another of either makes them void. */
  #current(): AccessSource {
    const { configuration, context } = this.#source();
    if (this.#viewed?.configuration !== configuration || this.#viewed.context !== context) {
      this.#views.clear();
      this.#viewed = { configuration, context };
    }
    return this.#viewed;
  }

  #view({ configuration }: AccessSource, user: string): UserView {
    const known = this.#views.get(user);
    if (known !== undefined) return known;
    if (this.#views.size >= VIEWS_MOST) this.#views.clear();
    const rules = rulesFor(configuration, user);
    const view = {
      rules,
      data: new DataAccess(configuration, rules, user),
      operations: new Map<string, Action>(),
      notifications: new Map<string, Action>(),
    };
    this.#views.set(user, view);
    return view;
  }
}

function targetOf({ context }: AccessSource, { namespace, name }: QualifiedName): NamedTarget {
  const moduleName = context.moduleByNamespace(namespace)?.name ?? '';
  const schema = rootOf(context, moduleName, name);
  return { moduleName, name, defaultDeny: schema === undefined ? 'none' : defaultDenyOf(schema) };
}

function rootOf(context: YangContext, moduleName: string, name: string): SchemaNode | undefined {
  return context
    .schemaRoots(moduleName)
    .find((root) => root.name === name && (root.kind === 'rpc' || root.kind === 'notification'));
}
