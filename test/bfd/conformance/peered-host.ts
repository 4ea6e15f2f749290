import { createControlPacket, encodeControlPacket } from '../../../src/bfd/packet/control-packet.js';
import type { ControlPacket } from '../../../src/bfd/packet/control-packet.js';
import type { DesiredSession } from '../../../src/bfd/engine/session-model.js';
import {
  addressOf,
  repeatableRandom,
  VirtualLink,
  type Packet,
  type VirtualHost,
} from '../engine/virtual-hosts.js';
import { SECOND } from '../session/session-driver.js';

/** How a packet comes in; where nothing is said, as one of the neighbour over one hop does. */
export interface Arrival {
  readonly source?: string;
  readonly destination?: string;
  readonly destinationPort?: number;
  readonly ttl?: number;
  readonly interfaceIndex?: number;
}

/** An engine with some sessions, and packets that a peer, who exists on paper, sends to it. */
export class PeeredHost {
  readonly link = new VirtualLink(repeatableRandom(5));
  readonly host: VirtualHost = this.link.left;

  constructor(sessions: readonly DesiredSession[], addresses: readonly string[] = []) {
    this.link.latencyUs = () => null;
    for (const address of addresses) {
      this.host.setAddress(address, true);
    }
    const refused = this.host.engine.set(sessions, this.link.nowUs);
    if (refused.length > 0) throw new Error(JSON.stringify(refused));
  }

  /** The packets that the host has sent. */
  get sent(): readonly Packet[] {
    return this.link.packets.filter(({ from }) => from === this.host);
  }

  /** The local discriminator of a session. */
  discriminator(key: string): number {
    return this.host.report(key).localDiscriminator;
  }

  /** Hands a packet over; answers the counters of discarded packets that it moved. */
  receive(fields: Partial<ControlPacket>, arrival: Arrival = {}): string[] {
    const bytes = new Uint8Array(24);
    const base = { ...createControlPacket(), detectMult: 3, myDiscriminator: 0x2001 };
    encodeControlPacket({ ...base, desiredMinTxIntervalUs: SECOND, ...fields }, bytes, 0);
    return this.receiveBytes(bytes, arrival);
  }

  receiveBytes(bytes: Uint8Array, arrival: Arrival = {}): string[] {
    const { source = '10.0.0.2', destination = '10.0.0.1', destinationPort = 3784 } = arrival;
    const before = this.host.engine.discards();
    const path = {
      interface: null,
      source: addressOf(source),
      destination: addressOf(destination),
      destinationPort,
    };
    this.host.receive({ path, sourcePort: 50_000, bytes }, arrival.ttl, arrival.interfaceIndex);
    return [...this.host.engine.discards()]
      .filter(([reason, count]) => count !== before.get(reason))
      .map(([reason]) => reason);
  }
}
