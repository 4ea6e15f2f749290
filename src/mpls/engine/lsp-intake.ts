import { InterfaceTable, type Interfaces } from '../../net/interface-table.js';
import type { ReceivedLspPacket } from '../../net/received-lsp-packet.js';
import { createDecodedUdpPacket, decodeUdpPacket } from '../../net/udp-packet.js';
import type { ReceivedEchoRequest } from '../egress/received-echo-request.js';
import { ReceivedLabelStack } from '../label-stack.js';
import { isLoopbackDestination } from '../loopback-destination.js';
import { BFD_SINGLE_HOP_PORT } from '../lsp-encapsulation.js';
import { LSP_PING_PORT } from '../lsp-ping/codepoints.js';
import type { LspCounters } from './lsp-counters.js';
import type { LspSurroundings } from './lsp-surroundings.js';

/** Takes packets of LSPs apart, and gives them to whom they are for: what is nobody's is counted. */
export class LspIntake {
  readonly #surroundings: Pick<LspSurroundings, 'sessions' | 'wallClockMs'>;
  readonly #counters: LspCounters;
  readonly #onEchoRequest: (request: ReceivedEchoRequest, nowUs: number) => void;
  #interfaces: Interfaces = new InterfaceTable();
  #interfaceNames: readonly string[] = [];
  /** Where packets are taken. */
  #interfaceIndexes: ReadonlySet<number> = new Set();
  readonly #stack = new ReceivedLabelStack();
  readonly #packet = createDecodedUdpPacket();
  readonly #source4 = new Uint8Array(4);
  readonly #source16 = new Uint8Array(16);

  constructor(
    surroundings: Pick<LspSurroundings, 'sessions' | 'wallClockMs'>,
    counters: LspCounters,
    onEchoRequest: (request: ReceivedEchoRequest, nowUs: number) => void,
  ) {
    this.#surroundings = surroundings;
    this.#counters = counters;
    this.#onEchoRequest = onEchoRequest;
  }

  /** Packets are taken on these interfaces alone. */
  setInterfaceNames(names: readonly string[]): void {
    this.#interfaceNames = names;
    this.#findInterfaces();
  }

  /** The host's interfaces are others. */
  setInterfaces(interfaces: Interfaces): void {
    this.#interfaces = interfaces;
    this.#findInterfaces();
  }

  /** A packet has come in on an LSP: BFD, or an echo request. */
  handlePacket(received: ReceivedLspPacket, nowUs: number): void {
    const { bytes } = received;
    const discard = this.#interfaceIndexes.has(received.interfaceIndex)
      ? this.#read(received)
      : ('interface' as const);
    if (discard !== null) {
      this.#discard(discard);
    } else if (this.#packet.destinationPort === LSP_PING_PORT) {
      this.#onEchoRequest(this.#echoRequest(bytes), nowUs);
    } else if (this.#packet.destinationPort === BFD_SINGLE_HOP_PORT) {
      this.#handleBfd(bytes, nowUs);
    } else {
      this.#discard('port');
    }
  }

  #findInterfaces(): void {
    const indexes = this.#interfaceNames.flatMap((name) => this.#interfaces.byName(name)?.index ?? []);
    this.#interfaceIndexes = new Set(indexes);
  }

  /** @returns why it cannot be read; null: it has been */
  #read({ bytes, labelled }: ReceivedLspPacket): string | null {
    const stack = this.#stack;
    if (!labelled) {
      stack.setEmpty(0);
    }
    return (
      (labelled ? stack.read(bytes, 0, bytes.length) : null) ??
      decodeUdpPacket(bytes, stack.payloadAt, bytes.length, this.#packet)
    );
  }

  #handleBfd(bytes: Uint8Array, nowUs: number): void {
    const { addressBytes, destinationAt, destinationPort, payloadAt, payloadBytes, sourceAt } = this.#packet;
    if (!isLoopbackDestination(bytes, destinationAt, addressBytes)) {
      this.#discard('destination-address');
      return;
    }
    const source = addressBytes === 4 ? this.#source4 : this.#source16;
    for (let index = 0; index < addressBytes; index += 1) {
      source[index] = bytes[sourceAt + index] ?? 0;
    }
    const { sessions } = this.#surroundings;
    const reason = sessions.handlePacket(bytes, payloadAt, payloadBytes, source, destinationPort, nowUs);
    if (reason !== null) {
      this.#discard(reason);
    }
  }

  #echoRequest(bytes: Uint8Array): ReceivedEchoRequest {
    const { addressBytes, destinationAt, payloadAt, payloadBytes, sourceAt, sourcePort, ttl } = this.#packet;
    const stack = this.#stack;
    return {
      payload: bytes.slice(payloadAt, payloadAt + payloadBytes),
      labels: stack.labels(),
      ttlExpired: (stack.depth === 0 ? ttl : stack.ttl(0)) <= 1,
      source: bytes.slice(sourceAt, sourceAt + addressBytes),
      destination: bytes.slice(destinationAt, destinationAt + addressBytes),
      sourcePort,
      receivedUnixUs: this.#surroundings.wallClockMs() * 1000,
    };
  }

  #discard(reason: string): void {
    this.#counters.discardedBfdPackets.count(reason);
  }
}
