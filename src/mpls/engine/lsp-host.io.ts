import type { EngineHost, HostExtension } from '../../bfd/engine/engine-host.io.js';
import type { AddressFamily } from '../../net/host-address.js';
import type { Interfaces } from '../../net/interface-table.js';
import { PacketLspReceivers } from '../../net/lsp-receivers.io.js';
import type { LspTransmitter } from '../../net/lsp-transmitter.js';
import { monotonicUs } from '../../net/monotonic-clock.io.js';
import type { Listening, Receivers } from '../../net/receivers.io.js';
import { BFD_MULTIHOP_PORT, BFD_SINGLE_HOP_PORT } from '../lsp-encapsulation.js';
import type { MplsEvent } from '../mpls-model.js';
import { LspEngine } from './lsp-engine.js';
import type { LspSurroundings } from './lsp-surroundings.js';
import { NoLspTransmitter } from './no-lsp-transmitter.js';
import { UdpRoutedPing } from './routed-ping.io.js';

/** BFD for LSPs with the sockets of this host: works along with the engine from then on. */
export class LspHost implements HostExtension {
  readonly engine: LspEngine;
  readonly #transmitter: LspTransmitter;
  readonly #receivers: PacketLspReceivers;
  readonly #ping: UdpRoutedPing;
  #listening: readonly Listening[] = [];

  constructor(host: EngineHost, onEvent: (event: MplsEvent) => void) {
    const { loop, random, receivers, sessions, transmitter } = host.parts;
    this.#transmitter = host.frames ?? new NoLspTransmitter(host.rawObstacle ?? 'there is no packet socket');
    this.#receivers = new PacketLspReceivers(loop, (packet, nowUs) =>
      this.engine.handlePacket(packet, nowUs),
    );
    this.#ping = new UdpRoutedPing(loop, (datagram, nowUs) => this.engine.handleEchoReply(datagram, nowUs));
    const surroundings: LspSurroundings = {
      sessions,
      lspTransmitter: this.#transmitter,
      routed: transmitter,
      routedPing: this.#ping,
      // Where packets cannot be heard, none can be sent either, and that is told: no next hop is usable.
      listenOnLsps: (wanted) => void this.#receivers.listen(wanted),
      listenRouted: (families) => this.#listenRouted(receivers, families),
      random,
      wallClockMs: () => Date.now(),
      onEvent,
    };
    this.engine = new LspEngine(surroundings, monotonicUs());
    this.#transmitter.onUsableChange = (hop) => {
      this.engine.usableChanged(hop, monotonicUs());
      host.settle();
    };
    host.extend(this);
  }

  interfacesChanged(interfaces: Interfaces, nowUs: number): void {
    this.engine.interfacesChanged(interfaces, nowUs);
  }

  settle(nowUs: number): void {
    this.engine.settle(nowUs);
  }

  handleTimers(nowUs: number): void {
    this.engine.handleTimers(nowUs);
  }

  pollTimeout(): number {
    return this.engine.pollTimeout();
  }

  flush(): void {
    this.#transmitter.flush();
  }

  lostPackets(): number {
    return this.#receivers.lost();
  }

  /** Nothing is heard or sent on LSPs afterwards. */
  close(): void {
    this.#receivers.listen(false);
    this.#ping.close();
  }

  /** Some egresses send to the port of sessions over one hop, from many hops away. */
  #listenRouted(receivers: Receivers, families: ReadonlySet<AddressFamily>): void {
    const before = this.#listening;
    this.#listening = [...families].flatMap((family) =>
      [BFD_MULTIHOP_PORT, BFD_SINGLE_HOP_PORT].flatMap((port) => {
        const listening = receivers.listen(family, port);
        return listening.ok ? [listening.value] : [];
      }),
    );
    before.forEach((listening) => listening.release());
    receivers.letAnyTtlIn(BFD_SINGLE_HOP_PORT, families.size > 0);
  }
}
