import type { DesiredChange } from '../../link/engine-port.js';
import type { DesiredIpShSession, SessionKey } from '../../link/messages.js';
import { invalidValue, type RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { ipShKey, readIpShSession, type ConfiguredIpSh } from './bfd-ip-sh-session.js';
import { CONTROL_PLANE_PROTOCOL } from './control-plane-protocols.js';
import { changesOf, type Changes, type Handler, type Preparation } from './handler.js';
import { INTERFACE } from './interfaces.js';
import { pathTo, requiredBoolean, requiredValue } from './node-values.js';

const SESSION = `${CONTROL_PLANE_PROTOCOL}/ietf-bfd:bfd/ietf-bfd-ip-sh:ip-sh/sessions/session`;

const LEAVES = [
  'interface',
  'dest-addr',
  'source-addr',
  'local-multiplier',
  'desired-min-tx-interval',
  'required-min-rx-interval',
  'min-interval',
  'admin-down',
];

/** A session of the configuration, and the bfdv1 instance whose it is. */
export interface OwnedIpSh {
  readonly instance: string;
  readonly configured: ConfiguredIpSh;
}

/**
 * ietf-bfd-ip-sh: sessions over one hop (RFC 5881). A session is Up only where its interface is
 * enabled: on a disabled one it is held in AdminDown, whatever its own leaf says.
 */
export class BfdIpShHandler implements Handler {
  readonly name = 'ietf-bfd-ip-sh';
  readonly claims = LEAVES.map((leaf) => `${SESSION}/${leaf}`);
  readonly watches = [SESSION, INTERFACE];
  readonly #sessions = new Map<SessionKey, OwnedIpSh>();
  readonly #keysByInterface = new Map<string, Set<SessionKey>>();
  readonly #disabledInterfaces = new Set<string>();

  prepare(changes: Changes): Preparation {
    const interfaces = interfaceChanges(changes);
    const { removed, added, errors } = this.#sessionChanges(changesOf(changes, SESSION));
    const affected = new Set([...removed, ...added.keys(), ...this.#keysOn(interfaces.keys())]);
    const set: DesiredIpShSession[] = [];
    const remove: SessionKey[] = [];
    const undo: { set: DesiredIpShSession[]; remove: SessionKey[] } = { set: [], remove: [] };
    for (const key of affected) {
      const before = this.#desiredOf(this.#sessions.get(key));
      const kept = removed.has(key) ? undefined : this.#sessions.get(key);
      const after = this.#desiredOf(added.get(key) ?? kept, interfaces);
      if (sameSession(before, after)) continue;
      if (after === undefined) remove.push(key);
      else set.push(after);
      if (before === undefined) undo.remove.push(key);
      else undo.set.push(before);
    }
    const sessions: DesiredChange = { set, remove };
    return { errors, sessions, undo, take: () => this.#take(interfaces, removed, added) };
  }

  *desired(): Iterable<DesiredIpShSession> {
    for (const session of this.#sessions.values()) yield this.#withInterface(session);
  }

  /** All configured sessions with the instance that each belongs to. */
  sessions(): Iterable<OwnedIpSh> {
    return this.#sessions.values();
  }

  /** The session of that key. */
  session(key: SessionKey): OwnedIpSh | undefined {
    return this.#sessions.get(key);
  }

  #sessionChanges(changes: ReturnType<typeof changesOf>): {
    removed: Set<SessionKey>;
    added: Map<SessionKey, OwnedIpSh>;
    errors: RpcError[];
  } {
    const removed = new Set(changes.flatMap(({ before }) => (before ? [ipShKey(before)] : [])));
    const added = new Map<SessionKey, OwnedIpSh>();
    const errors: RpcError[] = [];
    for (const { after } of changes) {
      if (!after) continue;
      const read = readIpShSession(after);
      if (!read.ok) {
        errors.push(...read.error);
        continue;
      }
      const { key } = read.value;
      const other = added.get(key) ?? (removed.has(key) ? undefined : this.#sessions.get(key));
      if (other === undefined) added.set(key, { instance: instanceOf(after), configured: read.value });
      else errors.push(duplicate(after, other.instance));
    }
    return { removed, added, errors };
  }

  #take(
    interfaces: ReadonlyMap<string, boolean>,
    removed: ReadonlySet<SessionKey>,
    added: ReadonlyMap<SessionKey, OwnedIpSh>,
  ): void {
    for (const [name, enabled] of interfaces) {
      if (enabled) this.#disabledInterfaces.delete(name);
      else this.#disabledInterfaces.add(name);
    }
    for (const key of removed) this.#forget(key);
    for (const [key, session] of added) this.#remember(key, session);
  }

  #remember(key: SessionKey, session: OwnedIpSh): void {
    this.#sessions.set(key, session);
    const name = session.configured.interface;
    const keys = this.#keysByInterface.get(name);
    if (keys === undefined) this.#keysByInterface.set(name, new Set([key]));
    else keys.add(key);
  }

  #forget(key: SessionKey): void {
    const name = this.#sessions.get(key)?.configured.interface;
    this.#sessions.delete(key);
    if (name === undefined) return;
    const keys = this.#keysByInterface.get(name);
    keys?.delete(key);
    if (keys?.size === 0) this.#keysByInterface.delete(name);
  }

  *#keysOn(interfaces: Iterable<string>): Iterable<SessionKey> {
    for (const name of interfaces) yield* this.#keysByInterface.get(name) ?? [];
  }

  #desiredOf(
    session: OwnedIpSh | undefined,
    interfaces?: ReadonlyMap<string, boolean>,
  ): DesiredIpShSession | undefined {
    return session && this.#withInterface(session, interfaces);
  }

  #withInterface({ configured }: OwnedIpSh, interfaces?: ReadonlyMap<string, boolean>): DesiredIpShSession {
    const name = configured.interface;
    const enabled = interfaces?.get(name) ?? !this.#disabledInterfaces.has(name);
    return enabled ? configured : { ...configured, adminDown: true };
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

function duplicate(entry: DataNode, otherInstance: string): RpcError {
  const message =
    `The bfdv1 instance "${otherInstance}" has a session to the same address on the same interface: ` +
    'keep it in one of the two.';
  return invalidValue(message, { type: 'application', ...pathTo(entry) });
}

function sameSession(left: DesiredIpShSession | undefined, right: DesiredIpShSession | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return (
    left.source === right.source &&
    left.detectMult === right.detectMult &&
    left.desiredMinTxIntervalUs === right.desiredMinTxIntervalUs &&
    left.requiredMinRxIntervalUs === right.requiredMinRxIntervalUs &&
    left.adminDown === right.adminDown
  );
}
