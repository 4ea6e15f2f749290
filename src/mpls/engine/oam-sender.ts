import { hostAddress, parseHostAddress, type HostAddress } from '../../net/host-address.js';
import type { LspWay } from '../../net/lsp-transmitter.js';
import { TYPE_OF_SERVICE } from '../../net/transmitter.js';
import type { UdpPacketHeader } from '../../net/udp-packet.js';
import { LABEL_ENTRY_BYTES, writeLabelStack } from '../label-stack.js';
import { loopbackDestination } from '../loopback-destination.js';
import { INGRESS_RULES, oamLabelStack } from '../lsp-encapsulation.js';
import { LSP_PING_PORT } from '../lsp-ping/codepoints.js';
import { echoRequestMessage, type EchoRequest } from '../lsp-ping/echo-request.js';
import { encodeLspPing } from '../lsp-ping/encode-message.js';
import type { TunnelLsp } from '../tunnels/tunnel.js';
import type { CurrentWishes } from './ingress-wishes.js';
import type { LspCounters } from './lsp-counters.js';
import type { LspSurroundings } from './lsp-surroundings.js';

/** How OAM packets leave on LSPs: under which labels, to which destination, in which packets. */
export class OamSender {
  readonly #surroundings: LspSurroundings;
  readonly #counters: LspCounters;
  readonly #wishes: CurrentWishes;

  constructor(surroundings: LspSurroundings, counters: LspCounters, wishes: CurrentWishes) {
    this.#surroundings = surroundings;
    this.#counters = counters;
    this.#wishes = wishes;
  }

  /** How packets of a path leave; null: its next hop is no address. */
  wayOf(lsp: Omit<TunnelLsp, 'usable' | 'role'>): LspWay | null {
    const address = parseHostAddress(lsp.nextHop);
    if (address === null) {
      return null;
    }
    const { ingress } = this.#wishes();
    const stack = oamLabelStack(lsp.labels, ingress?.trafficClass ?? 0, ingress?.innerLabelTtlOne ?? false);
    const labels = new Uint8Array(stack.length * LABEL_ENTRY_BYTES);
    writeLabelStack(stack, labels, 0);
    return { hop: { interfaceName: lsp.outInterface, address }, labels };
  }

  /** A destination that no router forwards to, picked at random. */
  loopback(family: HostAddress['family']): HostAddress {
    return hostAddress(loopbackDestination(family, this.#surroundings.random()));
  }

  /** Sends an echo request; false: it could not leave. */
  sendEchoRequest(request: EchoRequest, source: HostAddress, destination: HostAddress, way: LspWay): boolean {
    const payload = encodeLspPing(echoRequestMessage(request));
    const header: UdpPacketHeader = {
      source: source.bytes,
      destination: destination.bytes,
      ttl: INGRESS_RULES.transmitTtl,
      trafficClass: TYPE_OF_SERVICE,
      identification: request.sequenceNumber & 0xffff,
      sourcePort: this.#surroundings.routedPing.replyPort(source.family),
      destinationPort: LSP_PING_PORT,
    };
    this.#counters.echoRequestsSent += 1;
    return this.#surroundings.lspTransmitter.sendSingle(way, header, payload);
  }
}
