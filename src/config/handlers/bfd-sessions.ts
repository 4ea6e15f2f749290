import type { DesiredSession, SessionKey } from '../../link/messages.js';
import { invalidValue, type RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { IP_MH_SESSIONS } from './bfd-ip-mh-session.js';
import { IP_SH_SESSIONS } from './bfd-ip-sh-session.js';
import type { OwnedSession } from './configured-session.js';
import { Dependents } from './dependents.js';
import { changesOf, type Changes, type Handler, type Preparation } from './handler.js';
import { INTERFACE } from './interfaces.js';
import { pathTo, requiredBoolean, requiredValue } from './node-values.js';

/** The lists of sessions: a line for each type of session. */
const LISTS = [IP_SH_SESSIONS, IP_MH_SESSIONS];

/**
 * ietf-bfd-ip-sh and ietf-bfd-ip-mh: the sessions. One on an interface is Up only where that is enabled: on a
 * disabled one it is held in AdminDown, whatever its own leaf says.
 */
export class BfdSessionsHandler implements Handler {
  readonly name = 'ietf-bfd';
  readonly claims = LISTS.flatMap(({ path, leaves }) => leaves.map((leaf) => `${path}/${leaf}`));
  readonly watches = [...LISTS.map(({ path }) => path), INTERFACE];
  readonly #sessions = new Map<SessionKey, OwnedSession>();
  readonly #byInterface = new Dependents<SessionKey>();
  readonly #disabledInterfaces = new Set<string>();

  prepare(changes: Changes): Preparation {
    const interfaces = interfaceChanges(changes);
    const { removed, added, errors } = this.#sessionChanges(changes);
    const affected = new Set([...removed, ...added.keys(), ...this.#byInterface.of(interfaces.keys())]);
    const set: DesiredSession[] = [];
    const remove: SessionKey[] = [];
    const undo: { set: DesiredSession[]; remove: SessionKey[] } = { set: [], remove: [] };
    for (const key of affected) {
      const before = this.#desiredOf(this.#sessions.get(key));
      const kept = removed.has(key) ? undefined : this.#sessions.get(key);
      const after = this.#desiredOf(added.get(key) ?? kept, interfaces);
      if (isSame(before, after)) continue;
      if (after === undefined) remove.push(key);
      else set.push(after);
      if (before === undefined) undo.remove.push(key);
      else undo.set.push(before);
    }
    return { errors, sessions: { set, remove }, undo, take: () => this.#take(interfaces, removed, added) };
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
    const touched = LISTS.flatMap((list) =>
      changesOf(changes, list.path).map((change) => ({ list, ...change })),
    );
    const removed = new Set(touched.flatMap(({ list, before }) => (before ? [list.key(before)] : [])));
    const added = new Map<SessionKey, OwnedSession>();
    const errors: RpcError[] = [];
    for (const { list, after } of touched) {
      if (!after) continue;
      const read = list.read(after);
      if (!read.ok) {
        errors.push(...read.error);
        continue;
      }
      const { key } = read.value.desired;
      const other = added.get(key) ?? (removed.has(key) ? undefined : this.#sessions.get(key));
      if (other === undefined) added.set(key, { instance: instanceOf(after), ...read.value });
      else errors.push(duplicate(after, other));
    }
    return { removed, added, errors };
  }

  #take(
    interfaces: ReadonlyMap<string, boolean>,
    removed: ReadonlySet<SessionKey>,
    added: ReadonlyMap<SessionKey, OwnedSession>,
  ): void {
    for (const [name, enabled] of interfaces) {
      if (enabled) this.#disabledInterfaces.delete(name);
      else this.#disabledInterfaces.add(name);
    }
    for (const key of removed) {
      this.#byInterface.remove(this.#sessions.get(key)?.interface, key);
      this.#sessions.delete(key);
    }
    for (const [key, session] of added) {
      this.#sessions.set(key, session);
      this.#byInterface.add(session.interface, key);
    }
  }

  #desiredOf(
    session: OwnedSession | undefined,
    interfaces?: ReadonlyMap<string, boolean>,
  ): DesiredSession | undefined {
    return session && this.#inSurroundings(session, interfaces);
  }

  #inSurroundings(
    { desired, interface: name }: OwnedSession,
    interfaces?: ReadonlyMap<string, boolean>,
  ): DesiredSession {
    if (name === null) return desired;
    const enabled = interfaces?.get(name) ?? !this.#disabledInterfaces.has(name);
    return enabled ? desired : { ...desired, adminDown: true };
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

/** The name of the bfdv1 instance that a session entry is in. */
function instanceOf(entry: DataNode): string {
  const instance = entry.parent?.parent?.parent?.parent;
  if (instance === undefined) throw new Error(`${entry.path()} is in no protocol instance`);
  return requiredValue(instance, 'name');
}

function duplicate(entry: DataNode, other: OwnedSession): RpcError {
  const where = other.desired.type === 'ip-sh' ? 'on the same interface' : 'from the same address';
  const message =
    other.instance === instanceOf(entry)
      ? `There is another session to the same address ${where}, ${other.entryKeys['dest-addr']}: keep one of the two.`
      : `The bfdv1 instance "${other.instance}" has a session to the same address ${where}: keep it in one of the two.`;
  return invalidValue(message, { type: 'application', ...pathTo(entry) });
}

/** Both come from the same code, so that equal ones have their members in the same order. */
function isSame(left: DesiredSession | undefined, right: DesiredSession | undefined): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
