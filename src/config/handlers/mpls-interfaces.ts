import { changesOf, plainPreparation, type Changes, type Handler, type Preparation } from './handler.js';
import { MPLS_INTERFACE } from './mpls-nodes.js';
import { requiredBoolean, requiredValue } from './node-values.js';

/** ietf-mpls: the interfaces that MPLS runs on. Who depends on them is told by their handlers. */
export class MplsInterfacesHandler implements Handler {
  readonly name = 'ietf-mpls';
  readonly claims = ['name', 'mpls-enabled'].map((leaf) => `${MPLS_INTERFACE}/${leaf}`);
  readonly watches = [MPLS_INTERFACE];
  readonly #enabled = new Set<string>();

  prepare(changes: Changes): Preparation {
    const changed = mplsInterfaceChanges(changes);
    return plainPreparation([], () => {
      for (const [name, enabled] of changed) {
        if (enabled) this.#enabled.add(name);
        else this.#enabled.delete(name);
      }
    });
  }

  *desired(): Iterable<never> {}

  /**
   * The names of the interfaces with `mpls-enabled`, sorted.
   *
   * @param changed what a commit makes of some, where it is not in force yet
   */
  enabled(changed: ReadonlyMap<string, boolean> = new Map()): readonly string[] {
    const names = new Set(this.#enabled);
    for (const [name, enabled] of changed) {
      if (enabled) names.add(name);
      else names.delete(name);
    }
    return [...names].toSorted();
  }

  /** Whether MPLS runs on an interface; `changed` as above. */
  isEnabled(name: string, changed: ReadonlyMap<string, boolean>): boolean {
    return changed.get(name) ?? this.#enabled.has(name);
  }
}

/** The interfaces that a commit changes, and whether MPLS runs on each afterwards. */
export function mplsInterfaceChanges(changes: Changes): ReadonlyMap<string, boolean> {
  const enabled = new Map<string, boolean>();
  for (const { before, after } of changesOf(changes, MPLS_INTERFACE)) {
    const node = after ?? before;
    if (node === undefined) continue;
    enabled.set(requiredValue(node, 'name'), after !== undefined && requiredBoolean(after, 'mpls-enabled'));
  }
  return enabled;
}
