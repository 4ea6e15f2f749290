import type { HostAddress } from '../../net/host-address.js';
import { nextHopName, type HeldNextHop, type NextHop } from '../../net/next-hop.js';
import type { LspTransmitter } from '../../net/lsp-transmitter.js';
import type { TunnelKey } from '../tunnels/tunnel.js';

interface Use {
  readonly held: HeldNextHop;
  readonly tunnels: Set<TunnelKey>;
}

/** The next hops that tunnels depend on: each is held once, as long as a tunnel has it. */
export class NextHops {
  readonly #transmitter: LspTransmitter;
  readonly #byName = new Map<string, Use>();

  constructor(transmitter: LspTransmitter) {
    this.#transmitter = transmitter;
  }

  /** The tunnel depends on the next hop. */
  hold(interfaceName: string, address: HostAddress, tunnel: TunnelKey): HeldNextHop {
    const hop = { interfaceName, address };
    const name = nextHopName(hop);
    let use = this.#byName.get(name);
    if (use === undefined) {
      use = { held: this.#transmitter.hold(hop), tunnels: new Set() };
      this.#byName.set(name, use);
    }
    use.tunnels.add(tunnel);
    return use.held;
  }

  /** The tunnel depends on it no longer. */
  release({ hop }: HeldNextHop, tunnel: TunnelKey): void {
    const name = nextHopName(hop);
    const use = this.#byName.get(name);
    if (use?.tunnels.delete(tunnel) === true && use.tunnels.size === 0) {
      this.#byName.delete(name);
      use.held.release();
    }
  }

  /** The tunnels that depend on it. */
  tunnelsOver(hop: NextHop): Iterable<TunnelKey> {
    return this.#byName.get(nextHopName(hop))?.tunnels ?? [];
  }
}
