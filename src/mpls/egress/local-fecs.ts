/** What ends at this system: its own addresses, with the labels that lead to them as far as those are known. */
import { formatPrefix, isHostPrefix } from '../../lib/ip-prefix.js';
import type { IpPrefix } from '../../lib/ip-prefix.js';
import { SpecialLabel } from '../label-stack.js';
import type { Fec } from '../lsp-ping/message.js';
import type { EgressForwarding, FecMapping } from './fec-validation.js';

/** A label that this system has given out for one of its addresses. */
export interface LabelBinding {
  readonly label: number;
  readonly fec: IpPrefix;
}

/** See the top of the file. */
export class LocalFecs implements EgressForwarding {
  readonly #addresses: ReadonlySet<string>;
  /** Null: labels are another program's business, and any is taken to be right. */
  readonly #labelOf: ReadonlyMap<string, number> | null;
  readonly #labels: ReadonlySet<number>;

  /**
   * @param addresses host prefixes; others are left out, for they do not end here
   * @param bindings all labels that end here; null: they are not known
   */
  constructor(addresses: Iterable<IpPrefix>, bindings: readonly LabelBinding[] | null) {
    this.#addresses = new Set([...addresses].filter(isHostPrefix).map(formatPrefix));
    this.#labelOf =
      bindings === null ? null : new Map(bindings.map(({ label, fec }) => [formatPrefix(fec), label]));
    this.#labels = new Set(bindings?.map(({ label }) => label));
  }

  labelOperation(label: number): 'pop' | null {
    return this.#labelOf === null || this.#labels.has(label) ? 'pop' : null;
  }

  fecMapping(fec: Fec): FecMapping | null {
    const key = fec.type === 'nil' ? '' : formatPrefix(fec.prefix);
    if (!this.#addresses.has(key)) {
      return null;
    }
    // An address without a label of its own is reached after penultimate-hop popping.
    return { label: this.#labelOf === null ? null : (this.#labelOf.get(key) ?? SpecialLabel.ImplicitNull) };
  }
}
