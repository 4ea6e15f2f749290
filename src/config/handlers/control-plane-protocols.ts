import { changesOf, plainPreparation, type Changes, type Handler, type Preparation } from './handler.js';
import { requiredValue } from './node-values.js';

/** Schema path of the list of protocol instances (RFC 8349). */
export const CONTROL_PLANE_PROTOCOL = '/ietf-routing:routing/control-plane-protocols/control-plane-protocol';

/**
 * ietf-routing: protocol instances. All are of type bfdv1: bfd-agent-deviations refuses the others, so
 * that the name alone tells them apart.
 */
export class ControlPlaneProtocolsHandler implements Handler {
  readonly name = 'ietf-routing';
  readonly claims = ['type', 'name', 'description'].map((leaf) => `${CONTROL_PLANE_PROTOCOL}/${leaf}`);
  readonly watches = [CONTROL_PLANE_PROTOCOL];
  readonly #instances = new Set<string>();

  prepare(changes: Changes): Preparation {
    const names = changesOf(changes, CONTROL_PLANE_PROTOCOL).map(({ before, after }) => ({
      removed: before && requiredValue(before, 'name'),
      present: after && requiredValue(after, 'name'),
    }));
    return plainPreparation([], () => {
      for (const { removed, present } of names) {
        if (removed !== undefined) this.#instances.delete(removed);
        if (present !== undefined) this.#instances.add(present);
      }
    });
  }

  *desired(): Iterable<never> {}

  /** The names of all configured instances. */
  instances(): Iterable<string> {
    return this.#instances;
  }
}
