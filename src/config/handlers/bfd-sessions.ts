import type { Result } from '../../lib/result.js';
import type { AuthenticationKey, DesiredSession, SessionKey } from '../../link/messages.js';
import { errorPathFromDataPath, xpathLiteral } from '../errors/error-path.js';
import { invalidValue, type ErrorPath, type RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { IP_MH_SESSIONS } from './bfd-ip-mh-session.js';
import { IP_SH_SESSIONS } from './bfd-ip-sh-session.js';
import type { ConfiguredSession, OwnedSession } from './configured-session.js';
import { Dependents } from './dependents.js';
import { changesOf, type Changes, type Handler, type Preparation } from './handler.js';
import { INTERFACE } from './interfaces.js';
import { KEY_CHAIN, keyChainChanges, type KeyChainsHandler } from './key-chains.js';
import { pathTo, requiredBoolean, requiredValue } from './node-values.js';

/** The lists of sessions: a line for each type of session. */
const LISTS = [IP_SH_SESSIONS, IP_MH_SESSIONS];

/** What sessions depend on besides their entries: what a commit makes of it, where it changes it. */
interface Surroundings {
  /** Whether interfaces are enabled. */
  readonly interfaces: ReadonlyMap<string, boolean>;
  /** The keys of key chains; undefined for one that is gone. */
  readonly keyChains: ReadonlyMap<string, readonly AuthenticationKey[] | undefined>;
}

/**
 * ietf-bfd-ip-sh and ietf-bfd-ip-mh: the sessions. One on an interface is Up only where that is enabled: on a
 * disabled one it is held in AdminDown, whatever its own leaf says. One that is authenticated has the keys of
 * the chain that it names, and changes with them.
 */
export class BfdSessionsHandler implements Handler {
  readonly name = 'ietf-bfd';
  readonly claims = LISTS.flatMap(({ path, leaves }) => leaves.map((leaf) => `${path}/${leaf}`));
  readonly watches = [...LISTS.map(({ path }) => path), INTERFACE, KEY_CHAIN];
  readonly #keyChains: KeyChainsHandler;
  readonly #sessions = new Map<SessionKey, OwnedSession>();
  readonly #byInterface = new Dependents<SessionKey>();
  readonly #byKeyChain = new Dependents<SessionKey>();
  readonly #disabledInterfaces = new Set<string>();

  constructor(keyChains: KeyChainsHandler) {
    this.#keyChains = keyChains;
  }

  prepare(changes: Changes): Preparation {
    const changed = { interfaces: interfaceChanges(changes), keyChains: keyChainChanges(changes) };
    const { removed, added, errors } = this.#sessionChanges(changes);
    const affected = new Set([...removed, ...added.keys(), ...this.#dependingOn(changed)]);
    const set: DesiredSession[] = [];
    const remove: SessionKey[] = [];
    const undo: { set: DesiredSession[]; remove: SessionKey[] } = { set: [], remove: [] };
    for (const key of affected) {
      const before = this.#desiredOf(this.#sessions.get(key));
      const kept = removed.has(key) ? undefined : this.#sessions.get(key);
      const after = this.#desiredOf(added.get(key) ?? kept, changed);
      if (isSame(before, after)) continue;
      if (after === undefined) remove.push(key);
      else set.push(after);
      if (before === undefined) undo.remove.push(key);
      else undo.set.push(before);
    }
    return { errors, sessions: { set, remove }, undo, take: () => this.#take(changed, removed, added) };
  }

  *desired(): Iterable<DesiredSession> {
    for (const session of this.#sessions.values()) yield this.#inSurroundings(session);
  }

  /** All configured sessions. */
  sessions(): Iterable<OwnedSession> {
    return this.#sessions.values();
  }

  /** The configured session of that key. */
  session(key: SessionKey): OwnedSession | undefined {
    return this.#sessions.get(key);
  }

  #sessionChanges(changes: Changes): {
    removed: Set<SessionKey>;
    added: Map<SessionKey, OwnedSession>;
    errors: RpcError[];
  } {
    const removed = new Set<SessionKey>();
    for (const list of LISTS) {
      for (const { before } of changesOf(changes, list.path)) if (before) removed.add(list.key(before));
    }
    const added = new Map<SessionKey, OwnedSession>();
    const errors: RpcError[] = [];
    for (const list of LISTS) {
      for (const { after } of changesOf(changes, list.path)) {
        if (after) errors.push(...this.#add(list.read(after), after, { removed, added }));
      }
    }
    return { removed, added, errors };
  }

  /** Puts an entry among those that are added; answers why it cannot be. */
  #add(
    read: Result<ConfiguredSession, readonly RpcError[]>,
    entry: DataNode,
    { removed, added }: { readonly removed: Set<SessionKey>; readonly added: Map<SessionKey, OwnedSession> },
  ): readonly RpcError[] {
    if (!read.ok) return read.error;
    const { key } = read.value.desired;
    const other = added.get(key) ?? (removed.has(key) ? undefined : this.#sessions.get(key));
    if (other !== undefined) return [duplicate(entry, other)];
    added.set(key, { instance: instanceOf(entry), ...read.value });
    return [];
  }

  *#dependingOn({ interfaces, keyChains }: Surroundings): Iterable<SessionKey> {
    yield* this.#byInterface.of(interfaces.keys());
    yield* this.#byKeyChain.of(keyChains.keys());
  }

  #take(
    { interfaces }: Surroundings,
    removed: ReadonlySet<SessionKey>,
    added: ReadonlyMap<SessionKey, OwnedSession>,
  ): void {
    for (const [name, enabled] of interfaces) {
      if (enabled) this.#disabledInterfaces.delete(name);
      else this.#disabledInterfaces.add(name);
    }
    for (const key of removed) {
      const session = this.#sessions.get(key);
      this.#byInterface.remove(session?.interface, key);
      this.#byKeyChain.remove(session?.authentication?.keyChain, key);
      this.#sessions.delete(key);
    }
    for (const [key, session] of added) {
      this.#sessions.set(key, session);
      this.#byInterface.add(session.interface, key);
      this.#byKeyChain.add(session.authentication?.keyChain, key);
    }
  }

  #desiredOf(session: OwnedSession | undefined, changed?: Surroundings): DesiredSession | undefined {
    return session && this.#inSurroundings(session, changed);
  }

  #inSurroundings(session: OwnedSession, changed?: Surroundings): DesiredSession {
    const { desired, interface: name, authentication } = session;
    const enabled = name === null || (changed?.interfaces.get(name) ?? !this.#disabledInterfaces.has(name));
    if (enabled && authentication === null) return desired;
    const adminDown = desired.adminDown || !enabled;
    if (authentication === null) return { ...desired, adminDown };
    const { keyChain, meticulous } = authentication;
    const isChanged = changed?.keyChains.has(keyChain) === true;
    const keys = isChanged ? changed.keyChains.get(keyChain) : this.#keyChains.keys(keyChain);
    return { ...desired, adminDown, authentication: { meticulous, keys: keys ?? [] } };
  }
}

/** The changed interfaces, and whether each is enabled afterwards (one that is gone disables nothing). */
function interfaceChanges(changes: Changes): Map<string, boolean> {
  const enabled = new Map<string, boolean>();
  for (const { before, after } of changesOf(changes, INTERFACE)) {
    const node = after ?? before;
    if (node) enabled.set(requiredValue(node, 'name'), !after || requiredBoolean(after, 'enabled'));
  }
  return enabled;
}

/** The protocol instance that a session entry is in. */
function protocolOf(entry: DataNode): DataNode {
  const protocol = entry.parent?.parent?.parent?.parent;
  if (protocol === undefined) throw new Error(`${entry.path()} is in no protocol instance`);
  return protocol;
}

function instanceOf(entry: DataNode): string {
  return requiredValue(protocolOf(entry), 'name');
}

function duplicate(entry: DataNode, other: OwnedSession): RpcError {
  const where = other.desired.type === 'ip-sh' ? 'on the same interface' : 'from the same address';
  const message =
    other.instance === instanceOf(entry)
      ? `There is another session to the same address ${where}, ${other.entryKeys['dest-addr']}: keep one of the two.`
      : `The bfdv1 instance "${other.instance}" has a session to the same address ${where}: keep it in one of the two.`;
  const about = otherPath(entry, other);
  return invalidValue(message, { type: 'application', ...pathTo(entry), ...(about && { about: [about] }) });
}

/** Where the other session is that has the place of `entry`, an entry of the same list. */
function otherPath(entry: DataNode, { instance, entryKeys }: OwnedSession): ErrorPath | undefined {
  const protocol = protocolOf(entry);
  const way = entry.schema().path().slice(protocol.schema().path().length);
  const keys = Object.entries({ type: requiredValue(protocol, 'type'), name: instance });
  const around = `${protocol.schema().path()}${predicates(keys)}`;
  return errorPathFromDataPath(`${around}${way}${predicates(Object.entries(entryKeys))}`, entry.tree.context);
}

function predicates(keys: readonly (readonly [string, string])[]): string {
  return keys.map(([name, value]) => `[${name}=${xpathLiteral(value)}]`).join('');
}

/** Both come from the same code, so that equal ones have their members in the same order. */
function isSame(left: DesiredSession | undefined, right: DesiredSession | undefined): boolean {
  if (left === undefined || right === undefined || left === right) return left === right;
  // What changes most is looked at first.
  const isAlike =
    left.desiredMinTxIntervalUs === right.desiredMinTxIntervalUs &&
    left.requiredMinRxIntervalUs === right.requiredMinRxIntervalUs &&
    left.detectMult === right.detectMult;
  return isAlike && JSON.stringify(left) === JSON.stringify(right);
}
