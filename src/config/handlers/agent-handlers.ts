import type { DesiredChange, DesiredState, TunnelChange } from '../../link/engine-port.js';
import type { DataTree } from '../yang/data-tree.js';
import { BfdSessionsHandler } from './bfd-sessions.js';
import { collectChanges, WatchedPaths } from './collect-changes.js';
import { CommitHistoryHandler } from './commit-history.js';
import type { OwnedSession } from './configured-session.js';
import { ControlPlaneProtocolsHandler } from './control-plane-protocols.js';
import type { Handler, Preparation } from './handler.js';
import { HostKeysHandler } from './host-keys.js';
import { InterfacesHandler } from './interfaces.js';
import { KeyChainsHandler } from './key-chains.js';
import { MplsHandler } from './mpls.js';
import { MplsInterfacesHandler } from './mpls-interfaces.js';
import { NacmHandler } from './nacm.js';
import { NetconfInternalsHandler } from './netconf-internals.js';
import { ServerLimitsHandler } from './server-limits.js';
import { StaticTunnelsHandler } from './static-tunnels.js';
import { SystemUsersHandler } from './system-users.js';

/** All handlers of the agent, and what they know of the configuration in force. */
export class AgentHandlers {
  readonly interfaces = new InterfacesHandler();
  readonly protocols = new ControlPlaneProtocolsHandler();
  readonly keyChains = new KeyChainsHandler();
  readonly bfdSessions = new BfdSessionsHandler(this.keyChains);
  readonly mplsInterfaces = new MplsInterfacesHandler();
  readonly tunnels = new StaticTunnelsHandler(this.mplsInterfaces);
  readonly mpls = new MplsHandler(this.mplsInterfaces, this.keyChains);
  readonly users = new SystemUsersHandler();
  readonly commitHistory = new CommitHistoryHandler();
  readonly nacm = new NacmHandler();
  readonly serverLimits = new ServerLimitsHandler();
  readonly hostKeys = new HostKeysHandler();
  readonly all: readonly Handler[] = [
    this.interfaces,
    this.protocols,
    this.keyChains,
    this.bfdSessions,
    this.mplsInterfaces,
    this.tunnels,
    this.mpls,
    this.users,
    this.commitHistory,
    this.nacm,
    this.serverLimits,
    this.hostKeys,
    new NetconfInternalsHandler(),
  ];
  readonly #watchers = watchersOf(this.all);
  readonly #watches = new WatchedPaths(this.all.flatMap((handler) => handler.watches));

  /**
   * Asks every handler that the change concerns, and puts their answers together.
   * @param diff from `before` to `after`
   */
  prepare(diff: DataTree, before: DataTree, after: DataTree): Preparation {
    const changes = collectChanges(diff, before, after, this.#watches);
    const concerned = new Set([...changes.keys()].flatMap((path) => this.#watchers.get(path) ?? []));
    const asked = this.all.filter((handler) => concerned.has(handler));
    return joined(asked.map((handler) => handler.prepare(changes)));
  }

  /** The sessions that the configuration in force asks for and that no `admin-down` of their own holds down. */
  expectedUp(): readonly OwnedSession[] {
    return [...this.bfdSessions.sessions()].filter(({ desired: { adminDown } }) => !adminDown);
  }

  /** All that the configuration in force asks of the engine. */
  desired(): DesiredState {
    return {
      sessions: this.all.flatMap((handler) => [...handler.desired()]),
      tunnels: this.all.flatMap((handler) => [...(handler.desiredTunnels?.() ?? [])]),
      mpls: this.all.map((handler) => handler.desiredMpls?.()).find((mpls) => mpls !== undefined) ?? null,
    };
  }
}

/** Who watches which path. */
function watchersOf(handlers: readonly Handler[]): ReadonlyMap<string, readonly Handler[]> {
  const watchers = new Map<string, Handler[]>();
  for (const handler of handlers) {
    for (const path of handler.watches) watchers.set(path, [...(watchers.get(path) ?? []), handler]);
  }
  return watchers;
}

function joined(preparations: readonly Preparation[]): Preparation {
  return {
    errors: preparations.flatMap(({ errors }) => errors),
    sessions: joinedChange(preparations.map(({ sessions }) => sessions)),
    undo: joinedChange(preparations.map(({ undo }) => undo)),
    take() {
      for (const preparation of preparations) preparation.take();
    },
  };
}

function joinedChange(changes: readonly DesiredChange[]): DesiredChange {
  const tunnels = changes.flatMap((change) => (change.tunnels === undefined ? [] : [change.tunnels]));
  const mpls = changes.findLast((change) => change.mpls !== undefined)?.mpls;
  return {
    set: changes.flatMap(({ set }) => set),
    remove: changes.flatMap(({ remove }) => remove),
    ...(tunnels.length === 0 ? {} : { tunnels: joinedTunnels(tunnels) }),
    ...(mpls === undefined ? {} : { mpls }),
  };
}

function joinedTunnels(changes: readonly TunnelChange[]): TunnelChange {
  return { set: changes.flatMap(({ set }) => set), remove: changes.flatMap(({ remove }) => remove) };
}
