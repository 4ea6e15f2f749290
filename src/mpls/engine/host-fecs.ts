import { formatPrefix, isHostPrefix, type IpPrefix } from '../../lib/ip-prefix.js';
import { hostAddress, type HostAddress } from '../../net/host-address.js';
import type { Interfaces } from '../../net/interface-table.js';
import type { EgressForwarding, FecMapping } from '../egress/fec-validation.js';
import { isRoutableSource } from '../egress/routable-source.js';
import { SpecialLabel } from '../label-stack.js';
import { lastPrefixFec, type Fec } from '../lsp-ping/message.js';

/** What ends at this host: the addresses of its interfaces, with the labels that are said to lead to them. */
export class HostFecs implements EgressForwarding {
  #interfaces: Interfaces;
  /** Null: labels are another program's business, and any is taken to be right. */
  #labelOf: ReadonlyMap<string, number> | null = null;
  #labels: ReadonlySet<number> = new Set();

  constructor(interfaces: Interfaces) {
    this.#interfaces = interfaces;
  }

  setInterfaces(interfaces: Interfaces): void {
    this.#interfaces = interfaces;
  }

  /** @param bindings all labels that end here; null: they are not known */
  setBindings(bindings: readonly { readonly label: number; readonly fec: string }[] | null): void {
    this.#labelOf = bindings === null ? null : new Map(bindings.map(({ label, fec }) => [fec, label]));
    this.#labels = new Set(bindings?.map(({ label }) => label));
  }

  labelOperation(label: number): 'pop' | null {
    return this.#labelOf === null || this.#labels.has(label) ? 'pop' : null;
  }

  fecMapping(fec: Fec): FecMapping | null {
    if (fec.type === 'nil' || this.addressOf(fec.prefix) === null) {
      return null;
    }
    // An address without a label of its own is reached after penultimate-hop popping.
    const labelOf = this.#labelOf;
    return {
      label: labelOf === null ? null : (labelOf.get(formatPrefix(fec.prefix)) ?? SpecialLabel.ImplicitNull),
    };
  }

  /** The address of this host that a prefix is; null: it is none. */
  addressOf(prefix: IpPrefix): HostAddress | null {
    if (!isHostPrefix(prefix) || !isRoutableSource(prefix.bytes)) {
      return null;
    }
    const address = hostAddress(prefix.bytes);
    return this.#interfaces.hasAddress(address) ? address : null;
  }

  /** The address of this host that a stack of FECs leads to; null: it leads to none. */
  addressLedTo(fecs: readonly Fec[]): HostAddress | null {
    const last = lastPrefixFec(fecs);
    return last === null ? null : this.addressOf(last.prefix);
  }
}
