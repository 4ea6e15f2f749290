import { HostFecs } from '../../src/mpls/engine/host-fecs.js';
import { parseHostAddress } from '../../src/net/host-address.js';
import { InterfaceTable } from '../../src/net/interface-table.js';

/** The FECs of a host with these addresses; `bindings` null: its labels are not known. */
export function hostFecs(
  addresses: readonly string[],
  bindings: readonly { readonly label: number; readonly fec: string }[] | null,
): HostFecs {
  const interfaces = new InterfaceTable();
  interfaces.apply({ type: 'link', index: 2, name: 'lo', up: true, running: true, pointToPoint: false });
  for (const text of addresses) {
    const local = parseHostAddress(text);
    if (local === null) throw new Error(`${text} is no address`);
    interfaces.apply({ type: 'address', index: 2, address: { local, peer: local, prefixLength: 8 } });
  }
  const fecs = new HostFecs(interfaces);
  fecs.setBindings(bindings);
  return fecs;
}
