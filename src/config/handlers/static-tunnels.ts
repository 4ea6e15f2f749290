import type { DesiredTunnel, TunnelKey } from '../../link/messages.js';
import { errorPathOf } from '../errors/error-path.js';
import { invalidValue, operationFailed, type RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { Dependents } from './dependents.js';
import { changesOf, type Changes, type Handler, type Preparation } from './handler.js';
import { mplsInterfaceChanges, type MplsInterfacesHandler } from './mpls-interfaces.js';
import { instanceAround, MPLS_INTERFACE, STATIC_TUNNEL, TUNNEL_LEAVES } from './mpls-nodes.js';
import { pathTo, requiredValue } from './node-values.js';
import { canonicalPrefix } from './read-prefix-list.js';
import { readStaticTunnel } from './read-static-tunnel.js';

/** A tunnel of the configuration, and the bfdv1 instance whose it is. */
interface OwnedTunnel {
  readonly desired: DesiredTunnel;
  readonly instance: string;
}

/** mpls-bgp-bfd: the tunnels that are configured. A commit asks of the engine those that it changes. */
export class StaticTunnelsHandler implements Handler {
  readonly name = 'static-tunnels';
  readonly claims = TUNNEL_LEAVES;
  readonly watches = [STATIC_TUNNEL, MPLS_INTERFACE];
  readonly #interfaces: MplsInterfacesHandler;
  readonly #tunnels = new Map<TunnelKey, OwnedTunnel>();
  readonly #byInterface = new Dependents<TunnelKey>();

  constructor(interfaces: MplsInterfacesHandler) {
    this.#interfaces = interfaces;
  }

  prepare(changes: Changes): Preparation {
    const enabled = mplsInterfaceChanges(changes);
    const { removed, added, errors } = this.#tunnelChanges(changes, enabled);
    errors.push(...this.#abandoned(changes, enabled, removed));
    const change = { set: [] as DesiredTunnel[], remove: [] as TunnelKey[] };
    const undo = { set: [] as DesiredTunnel[], remove: [] as TunnelKey[] };
    for (const key of new Set([...removed, ...added.keys()])) {
      const [before, after] = [this.#tunnels.get(key)?.desired, added.get(key)?.desired];
      if (JSON.stringify(before) === JSON.stringify(after)) continue;
      if (after === undefined) change.remove.push(key);
      else change.set.push(after);
      if (before === undefined) undo.remove.push(key);
      else undo.set.push(before);
    }
    const nothing = { set: [], remove: [] } as const;
    const isEmpty = change.set.length === 0 && change.remove.length === 0;
    return {
      errors,
      sessions: isEmpty ? nothing : { ...nothing, tunnels: change },
      undo: isEmpty ? nothing : { ...nothing, tunnels: undo },
      take: () => this.#take(removed, added),
    };
  }

  *desired(): Iterable<never> {}

  *desiredTunnels(): Iterable<DesiredTunnel> {
    for (const { desired } of this.#tunnels.values()) yield desired;
  }

  #tunnelChanges(
    changes: Changes,
    enabled: ReadonlyMap<string, boolean>,
  ): { removed: Set<TunnelKey>; added: Map<TunnelKey, OwnedTunnel>; errors: RpcError[] } {
    const touched = changesOf(changes, STATIC_TUNNEL);
    const removed = new Set(touched.flatMap(({ before }) => (before ? [keyOf(before)] : [])));
    const added = new Map<TunnelKey, OwnedTunnel>();
    const errors: RpcError[] = [];
    for (const { after } of touched) {
      if (after === undefined) continue;
      const read = readStaticTunnel(after);
      if (!read.ok) {
        errors.push(...read.error);
        continue;
      }
      const { key } = read.value;
      const other = added.get(key) ?? (removed.has(key) ? undefined : this.#tunnels.get(key));
      if (other === undefined) added.set(key, { desired: read.value, instance: instanceOf(after) });
      else errors.push(duplicate(after, other));
      errors.push(...this.#interfaceErrors(after, enabled));
    }
    return { removed, added, errors };
  }

  #interfaceErrors(tunnel: DataNode, enabled: ReadonlyMap<string, boolean>): RpcError[] {
    const lsps = [...tunnel.children()].filter(({ name }) => name === 'lsp');
    return lsps.flatMap((lsp) => {
      const name = requiredValue(lsp, 'out-interface');
      if (this.#interfaces.isEnabled(name, enabled)) return [];
      const message =
        `MPLS is not enabled on "${name}", so that no labelled packet could leave there: set mpls-enabled of ` +
        'it in /routing/mpls/interfaces, or give another out-interface.';
      return [operationFailed(message, { appTag: 'mpls-not-enabled', ...pathTo(lsp, 'out-interface') })];
    });
  }

  /** Tunnels that stay as they are on an interface from which MPLS is taken. */
  #abandoned(
    changes: Changes,
    enabled: ReadonlyMap<string, boolean>,
    removed: ReadonlySet<TunnelKey>,
  ): RpcError[] {
    const errors: RpcError[] = [];
    for (const { after } of changesOf(changes, MPLS_INTERFACE)) {
      const name = after && requiredValue(after, 'name');
      if (name === undefined || after === undefined || enabled.get(name) === true) continue;
      const left = [...this.#byInterface.of([name])].filter((key) => !removed.has(key));
      const [first] = left;
      if (first === undefined) continue;
      const others = left.length === 1 ? '' : ` (and ${left.length - 1} more)`;
      const message =
        `The tunnel to ${first}${others} leaves through "${name}": give it another out-interface, or remove ` +
        'it, before MPLS is disabled there.';
      errors.push(operationFailed(message, { appTag: 'mpls-in-use', ...pathTo(after, 'mpls-enabled') }));
    }
    return errors;
  }

  #take(removed: ReadonlySet<TunnelKey>, added: ReadonlyMap<TunnelKey, OwnedTunnel>): void {
    for (const key of removed) {
      for (const lsp of this.#tunnels.get(key)?.desired.lsps ?? []) {
        this.#byInterface.remove(lsp.outInterface, key);
      }
      if (!added.has(key)) this.#tunnels.delete(key);
    }
    for (const [key, tunnel] of added) {
      this.#tunnels.set(key, tunnel);
      for (const lsp of tunnel.desired.lsps) this.#byInterface.add(lsp.outInterface, key);
    }
  }
}

function keyOf(entry: DataNode): TunnelKey {
  return canonicalPrefix(requiredValue(entry, 'fec'));
}

function instanceOf(entry: DataNode): string {
  return requiredValue(instanceAround(entry), 'name');
}

function duplicate(entry: DataNode, other: OwnedTunnel): RpcError {
  const message = `The bfdv1 instance "${other.instance}" has a tunnel to ${other.desired.key}, too: keep it in one of the two.`;
  return invalidValue(message, { type: 'application', path: errorPathOf(entry) });
}
