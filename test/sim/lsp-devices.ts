/**
 * Devices with the whole engine, BFD and LSPs, joined by LSPs and routes in virtual time. Everything that
 * travels is bytes: packets under labels one way, routed datagrams the other.
 */
import { nodeDigest } from '../../src/bfd/auth/node-digest.io.js';
import { Engine } from '../../src/bfd/engine/engine.js';
import { decodeControlPacket } from '../../src/bfd/packet/control-packet.js';
import { stateName } from '../../src/bfd/packet/session-state.js';
import { formatAddressBytes } from '../../src/lib/address.js';
import { ok } from '../../src/lib/result.js';
import { LspEngine } from '../../src/mpls/engine/lsp-engine.js';
import type { EngineEvent, SessionReport } from '../../src/mpls/engine-model.js';
import { LSP_PING_PORT } from '../../src/mpls/lsp-ping/codepoints.js';
import type { DesiredMpls, DesiredTunnel } from '../../src/mpls/mpls-model.js';
import { parseHostAddress, type HostAddress } from '../../src/net/host-address.js';
import { InterfaceTable } from '../../src/net/interface-table.js';
import type { LspChannel, LspTransmitPath, LspTransmitter, LspWay } from '../../src/net/lsp-transmitter.js';
import { nextHopName, type NextHop } from '../../src/net/next-hop.js';
import type { TransmitPath } from '../../src/net/transmitter.js';
import { udpPacketHeaderBytes, writeUdpPacket, type UdpPacketHeader } from '../../src/net/udp-packet.js';
import { seededRandom } from './seeded-random.js';
import { VirtualTime } from './virtual-time.js';

/** The one interface that all devices have. */
export const INTERFACE = 'eth0';
const INTERFACE_INDEX = 2;
const REPLY_PORT = 50_001;

/** What is on its way, as a reader of a capture would say it. */
export interface Travelling {
  readonly from: string;
  readonly kind: 'echo request' | 'echo reply' | 'bfd on the lsp' | 'bfd routed';
  readonly destination: string;
  /** The payload of the UDP packet. */
  readonly payload: Uint8Array;
  readonly labels: Uint8Array;
  readonly ttl: number;
  readonly destinationPort: number;
  readonly source: string;
}

/** A device without a kernel. */
export class LspDevice {
  readonly engine: Engine;
  readonly lsp: LspEngine;
  readonly interfaces = new InterfaceTable();
  readonly events: EngineEvent[] = [];
  /** Next hops that cannot be reached. */
  readonly unreachable = new Set<string>();
  /** What packets of an LSP look like when they arrive; null: they do not. */
  listening = false;
  openChannels = 0;
  readonly #world: LspWorld;
  readonly address: string;
  #timerAtUs = Infinity;
  #nextPort = 49_152;

  constructor(world: LspWorld, address: string, seed: number) {
    this.#world = world;
    this.address = address;
    const { time } = world;
    const uniform = seededRandom(seed);
    const random = (): number => Math.floor(uniform() * 2 ** 32);
    const wallClockMs = (): number => time.nowUs / 1000;
    const routed = {
      echoObstacle: null,
      open: (path: TransmitPath) => ok(this.#routedChannel(path)),
      flush: () => undefined,
    };
    this.engine = new Engine({
      transmitter: routed,
      forwards: () => false,
      random,
      digest: nodeDigest,
      lostPackets: () => 0,
      wallClockMs,
      onEvent: (event) => {
        const told = this.lsp.tellChange(event);
        if (told !== null) this.events.push(told);
      },
      nowUs: time.nowUs,
    });
    const surroundings = {
      sessions: this.engine.external,
      lspTransmitter: this.#lspTransmitter(),
      routed,
      routedPing: {
        replyPort: () => REPLY_PORT,
        sendReply: (source: HostAddress | null, to: HostAddress, port: number, payload: Uint8Array) => {
          const from = source?.text ?? this.address;
          this.#world.send(
            this,
            'echo reply',
            NO_LABELS,
            { source: from, ttl: 255, destination: to.text, destinationPort: port },
            payload,
          );
        },
      },
      listenOnLsps: (wanted: boolean) => {
        this.listening = wanted;
      },
      listenRouted: () => undefined,
      random,
      wallClockMs,
      onEvent: (event: EngineEvent) => this.events.push(event),
    };
    this.lsp = new LspEngine(surroundings, time.nowUs);
    this.interfaces.apply({
      type: 'link',
      index: INTERFACE_INDEX,
      name: INTERFACE,
      up: true,
      running: true,
      pointToPoint: false,
    });
    this.addAddress(address);
    this.lsp.interfacesChanged(this.interfaces, time.nowUs);
  }

  /** To be followed by `interfacesChanged`. */
  addAddress(text: string, present = true): void {
    const local = addressOf(text);
    const address = { local, peer: local, prefixLength: local.family === 'ipv4' ? 32 : 128 };
    this.interfaces.apply({ type: present ? 'address' : 'address-gone', index: INTERFACE_INDEX, address });
  }

  interfacesChanged(): void {
    this.engine.interfacesChanged(this.interfaces, this.#world.time.nowUs);
    this.lsp.interfacesChanged(this.interfaces, this.#world.time.nowUs);
    this.schedule();
  }

  want(
    mpls: DesiredMpls | null | undefined,
    set: readonly DesiredTunnel[] = [],
    remove: readonly string[] = [],
  ): void {
    this.lsp.change({ set, remove, mpls }, this.#world.time.nowUs);
    this.schedule();
  }

  setReachable(hop: NextHop, reachable: boolean): void {
    if (reachable) this.unreachable.delete(nextHopName(hop));
    else this.unreachable.add(nextHopName(hop));
    this.lsp.usableChanged(hop, this.#world.time.nowUs);
    this.schedule();
  }

  report(key: string): SessionReport {
    const report = this.lsp.report(key);
    if (report === null) throw new Error(`no session ${key}; there are ${this.lsp.keys().join(', ')}`);
    return report;
  }

  reports(): SessionReport[] {
    return this.lsp.keys().map((key) => this.report(key));
  }

  get up(): number {
    return this.reports().filter(({ localState }) => localState === 'up').length;
  }

  /** A packet of the world has arrived. */
  receive(packet: Travelling): void {
    const { nowUs } = this.#world.time;
    if (packet.kind === 'echo request' || packet.kind === 'bfd on the lsp') {
      if (this.listening) this.#receiveOnLsp(packet);
    } else {
      const datagram = {
        bytes: packet.payload,
        source: addressOf(packet.source).bytes,
        sourcePort: LSP_PING_PORT,
        destination: addressOf(packet.destination).bytes,
        destinationPort: packet.destinationPort,
        interfaceIndex: INTERFACE_INDEX,
        ttl: 250,
        droppedBySocket: 0,
      };
      if (packet.kind === 'echo reply') this.lsp.handleEchoReply(datagram, nowUs);
      else this.engine.handleDatagram(datagram, nowUs);
      this.lsp.settle(nowUs);
    }
    this.schedule();
  }

  /** Sees to the next deadline. */
  schedule(): void {
    const nextUs = Math.min(this.engine.nextDeadlineUs() ?? Infinity, this.lsp.pollTimeout());
    if (nextUs === Infinity || this.#timerAtUs <= nextUs) {
      return;
    }
    const { time } = this.#world;
    const atUs = Math.max(nextUs, time.nowUs);
    this.#timerAtUs = atUs;
    time.at(atUs, 'timer', () => {
      if (this.#timerAtUs === atUs) this.#timerAtUs = Infinity;
      this.engine.handleTimers(time.nowUs, time.nowUs);
      this.lsp.handleTimers(time.nowUs);
      this.schedule();
    });
  }

  #receiveOnLsp(packet: Travelling): void {
    const header = {
      source: addressOf(packet.source).bytes,
      destination: addressOf(packet.destination).bytes,
      ttl: packet.ttl,
      trafficClass: 0xc0,
      identification: 0,
      sourcePort: REPLY_PORT,
      destinationPort: packet.destinationPort,
    };
    const at = packet.labels.length + udpPacketHeaderBytes(header);
    const bytes = new Uint8Array(at + packet.payload.length);
    bytes.set(packet.labels);
    bytes.set(packet.payload, at);
    writeUdpPacket(header, bytes, packet.labels.length, packet.payload.length);
    const received = { bytes, labelled: packet.labels.length > 0, interfaceIndex: INTERFACE_INDEX };
    this.lsp.handlePacket(received, this.#world.time.nowUs);
  }

  #lspTransmitter(): LspTransmitter {
    return {
      onUsableChange: () => undefined,
      hold: (hop) => {
        const usable = (): boolean => !this.unreachable.has(nextHopName(hop));
        return {
          hop,
          get usable() {
            return usable();
          },
          get obstacle() {
            return usable() ? null : 'unreachable';
          },
          release: () => undefined,
        };
      },
      open: (path) => ok(this.#lspChannel(path)),
      sendSingle: (way, header, payload) => {
        if (this.unreachable.has(nextHopName(way.hop))) return false;
        this.#sendOnLsp('echo request', way, header, payload);
        return true;
      },
      flush: () => undefined,
    };
  }

  #lspChannel(path: LspTransmitPath): LspChannel {
    let { way } = path;
    let ttl = 255;
    this.openChannels += 1;
    const header = {
      source: path.source.bytes,
      destination: path.destination.bytes,
      trafficClass: 0xc0,
      identification: 0,
      sourcePort: this.#nextPort++,
      destinationPort: path.destinationPort,
    };
    const usable = (): boolean => !this.unreachable.has(nextHopName(way.hop));
    const channel = {
      sourcePort: header.sourcePort,
      failedSends: 0,
      get usable() {
        return usable();
      },
      setTtl: (wanted: number) => {
        ttl = wanted;
      },
      setWay: (wanted: LspWay) => {
        way = wanted;
      },
      send: (packet: Uint8Array, length: number) => {
        if (usable()) this.#sendOnLsp('bfd on the lsp', way, { ...header, ttl }, packet.slice(0, length));
        else channel.failedSends += 1;
      },
      close: () => {
        this.openChannels -= 1;
      },
    };
    return channel;
  }

  #sendOnLsp(kind: Travelling['kind'], way: LspWay, header: UdpPacketHeader, payload: Uint8Array): void {
    const { ttl, destinationPort } = header;
    const addresses = { source: textOf(header.source), destination: textOf(header.destination) };
    this.#world.send(this, kind, way.labels, { ...addresses, ttl, destinationPort }, payload);
  }

  #routedChannel(path: TransmitPath): ReturnType<Engine['external']['create']>['channel'] & object {
    let ttl = 255;
    this.openChannels += 1;
    return {
      sourcePort: this.#nextPort++,
      failedSends: 0,
      setTtl: (wanted: number) => {
        ttl = wanted;
      },
      send: (packet: Uint8Array, length: number) => {
        const [source, destination] = [path.source.text, path.destination.text];
        const { destinationPort } = path;
        const header = { source, destination, ttl, destinationPort };
        this.#world.send(this, 'bfd routed', NO_LABELS, header, packet.slice(0, length));
      },
      close: () => {
        this.openChannels -= 1;
      },
    };
  }
}

/** Two devices; what one sends on an LSP comes to the other. */
export class LspWorld {
  readonly time = new VirtualTime();
  readonly ingress: LspDevice;
  readonly egress: LspDevice;
  readonly log: string[] = [];
  recording = false;
  /** Looks at what is sent. */
  onSend: (packet: Travelling) => void = () => undefined;
  /** What arrives of a packet; null: nothing. */
  transit: (packet: Travelling) => Travelling | null = (packet) => packet;
  lossRate = 0;
  readonly #random: () => number;

  constructor(seed = 1) {
    this.#random = seededRandom(seed);
    this.ingress = new LspDevice(this, '1.1.1.1', seed + 1);
    this.egress = new LspDevice(this, '5.5.5.5', seed + 2);
  }

  send(
    from: LspDevice,
    kind: Travelling['kind'],
    labels: Uint8Array,
    header: { source: string; destination: string; ttl: number; destinationPort: number },
    payload: Uint8Array,
  ): void {
    const packet = { from: from === this.ingress ? 'ingress' : 'egress', kind, labels, ...header, payload };
    if (this.recording) this.log.push(`${packet.from}: ${describe(packet)}`);
    this.onSend(packet);
    const arrived = this.#random() < this.lossRate ? null : this.transit(packet);
    if (arrived !== null) {
      const to = from === this.ingress ? this.egress : this.ingress;
      const delayUs = 2000 + Math.floor(this.#random() * 3000);
      this.time.at(this.time.nowUs + delayUs, 'delivery', () => to.receive(arrived));
    }
  }
}

function describe({ kind, payload }: Travelling): string {
  const decoded = decodeControlPacket(payload, 0, payload.length);
  if (!kind.startsWith('bfd') || !decoded.ok) return kind;
  const { state, diagnostic, yourDiscriminator } = decoded.value;
  const whom = yourDiscriminator === 0 ? ' to nobody' : '';
  return `${kind} ${stateName(state)}${diagnostic === 0 ? '' : ` ${diagnostic}`}${whom}`;
}

function addressOf(text: string): HostAddress {
  const address = parseHostAddress(text);
  if (address === null) throw new Error(`${text} is no address`);
  return address;
}

function textOf(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : formatAddressBytes(bytes);
}

const NO_LABELS = new Uint8Array(0);
