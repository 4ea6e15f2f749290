import { nodeDigest } from '../../../src/bfd/auth/node-digest.io.js';
import { Engine } from '../../../src/bfd/engine/engine.js';
import type { EngineEvent, SessionReport } from '../../../src/bfd/engine/session-model.js';
import { err, ok, type Result } from '../../../src/lib/result.js';
import { parseHostAddress, type HostAddress } from '../../../src/net/host-address.js';
import { InterfaceTable } from '../../../src/net/interface-table.js';
import { ipShSession } from '../../support/desired-sessions.js';
import type { GlancedDatagram, ReceivedDatagram } from '../../../src/net/received-datagram.js';
import type { TransmitChannel, TransmitPath, TransmitRefusal } from '../../../src/net/transmitter.js';

/** A packet on the virtual link. */
export interface Packet {
  readonly from: VirtualHost;
  readonly path: TransmitPath;
  readonly ttl: number;
  readonly sourcePort: number;
  readonly bytes: Uint8Array;
  readonly sentUs: number;
}

const LEFT_ADDRESS = '10.0.0.1';
const RIGHT_ADDRESS = '10.0.0.2';
const INTERFACE_INDEX = 2;

/** An engine on a host without a kernel: one interface `eth0`, whose packets go to a virtual link. */
export class VirtualHost {
  readonly engine: Engine;
  readonly events: EngineEvent[] = [];
  readonly interfaces = new InterfaceTable();
  readonly openPorts = new Set<number>();
  /** How many packets have found the buffers of its sockets full. */
  lostPackets = 0;
  /** Whether packets may go the short way of sessions that run steadily, and those that did. */
  shortWay = true;
  repeatsReceived = 0;
  repeatsSent = 0;
  /** Whether its kernel forwards packets. */
  forwards = false;
  readonly address: string;
  /** Why channels cannot be opened; null: they can. */
  refusal: TransmitRefusal | null = null;
  #nextPort = 50_000;
  readonly #link: VirtualLink;

  constructor(link: VirtualLink, address: string, random: () => number) {
    this.#link = link;
    this.address = address;
    this.engine = new Engine({
      transmitter: {
        echoObstacle: null,
        open: (path, port) => this.#open(path, port),
        flush: () => undefined,
      },
      forwards: () => this.forwards,
      random,
      digest: nodeDigest,
      lostPackets: () => this.lostPackets,
      wallClockMs: () => link.nowUs / 1000,
      onEvent: (event) => this.events.push(event),
      nowUs: link.nowUs,
    });
    this.setLink(true);
    this.setAddress(address, true);
  }

  report(key: string): SessionReport {
    const report = this.engine.report(key);
    if (report === null) throw new Error(`no session ${key}`);
    return report;
  }

  /** Makes the interface, or switches it on and off. */
  setLink(up: boolean): void {
    this.interfaces.apply({
      type: 'link',
      index: INTERFACE_INDEX,
      name: 'eth0',
      up,
      pointToPoint: false,
      running: up,
    });
    this.engine.interfacesChanged(this.interfaces, this.#link.nowUs);
  }

  setAddress(text: string, present: boolean, prefixLength = 24): void {
    const local = addressOf(text);
    const address = { local, peer: local, prefixLength };
    this.interfaces.apply({ type: present ? 'address' : 'address-gone', index: INTERFACE_INDEX, address });
    this.engine.interfacesChanged(this.interfaces, this.#link.nowUs);
  }

  receive(
    packet: Pick<Packet, 'path' | 'sourcePort' | 'bytes'>,
    ttl = 255,
    index = INTERFACE_INDEX,
    droppedBySocket = 0,
  ): void {
    const datagram = {
      bytes: packet.bytes,
      source: packet.path.source.bytes,
      sourcePort: packet.sourcePort,
      destination: packet.path.destination.bytes,
      destinationPort: packet.path.destinationPort,
      interfaceIndex: index,
      ttl,
      droppedBySocket,
    };
    if (!this.shortWay || !this.engine.handleRepeated(glance(datagram), this.#link.nowUs)) {
      this.engine.handleDatagram(datagram, this.#link.nowUs);
    } else {
      this.repeatsReceived += 1;
    }
  }

  #open(path: TransmitPath, givenPort?: number): Result<TransmitChannel, TransmitRefusal> {
    if (this.refusal !== null) {
      return err(this.refusal);
    }
    const sourcePort = givenPort ?? this.#nextPort;
    if (givenPort === undefined) {
      this.#nextPort += 1;
      this.openPorts.add(sourcePort);
    }
    let ttl = 255;
    let last: Uint8Array | null = null;
    const transmit = (bytes: Uint8Array): void => {
      this.#link.send({ from: this, path, ttl, sourcePort, bytes, sentUs: this.#link.nowUs });
    };
    return ok({
      sourcePort,
      failedSends: 0,
      setTtl: (wanted) => {
        ttl = wanted;
        last = null;
      },
      send: (packet, length) => {
        last = packet.slice(0, length);
        transmit(last);
      },
      repeat: () => {
        if (last === null || !this.shortWay) return false;
        this.repeatsSent += 1;
        transmit(last);
        return true;
      },
      close: () => {
        this.openPorts.delete(sourcePort);
      },
    });
  }
}

/** Two hosts on one link, in virtual time. */
export class VirtualLink {
  nowUs = 1_000_000;
  readonly left: VirtualHost;
  readonly right: VirtualHost;
  readonly packets: Packet[] = [];
  /** How long a packet takes; null: it is lost. */
  latencyUs: (packet: Packet) => number | null = () => 100;
  readonly #onTheWay: { readonly atUs: number; readonly packet: Packet }[] = [];

  /** @param random an integer from 0 to 2^32 - 1 */
  constructor(random: () => number) {
    this.left = new VirtualHost(this, LEFT_ADDRESS, random);
    this.right = new VirtualHost(this, RIGHT_ADDRESS, random);
  }

  send(packet: Packet): void {
    this.packets.push(packet);
    const latency = this.latencyUs(packet);
    const { neighbour, destination } = packet.path;
    // As in a kernel: nobody hears what is for an address that nobody has, unless it is looked at before.
    const heard = neighbour !== undefined || this.#receiver(packet).interfaces.hasAddress(destination);
    if (latency !== null && heard) {
      this.#onTheWay.push({ atUs: this.nowUs + latency, packet });
      this.#onTheWay.sort((a, b) => a.atUs - b.atUs);
    }
  }

  /** Lets time pass. `frozen` hosts do nothing meanwhile; packets for them wait. */
  run(durationUs: number, frozen: readonly VirtualHost[] = []): void {
    const endUs = this.nowUs + durationUs;
    const hosts = [this.left, this.right].filter((host) => !frozen.includes(host));
    for (;;) {
      const nextUs = Math.min(
        ...hosts.map((host) => host.engine.nextDeadlineUs() ?? Infinity),
        ...this.#deliverable(hosts).map(({ atUs }) => atUs),
      );
      if (nextUs > endUs) {
        this.nowUs = endUs;
        return;
      }
      this.nowUs = Math.max(this.nowUs, nextUs);
      this.#deliver(hosts);
      hosts.forEach((host) => host.engine.handleTimers(this.nowUs, this.nowUs));
    }
  }

  #deliverable(hosts: readonly VirtualHost[]): readonly { readonly atUs: number; readonly packet: Packet }[] {
    return this.#onTheWay.filter(({ packet }) => hosts.includes(this.#receiver(packet)));
  }

  #deliver(hosts: readonly VirtualHost[]): void {
    for (const due of this.#deliverable(hosts).filter(({ atUs }) => atUs <= this.nowUs)) {
      this.#onTheWay.splice(this.#onTheWay.indexOf(due), 1);
      this.#receiver(due.packet).receive(due.packet, due.packet.ttl);
    }
  }

  #receiver(packet: Packet): VirtualHost {
    return packet.from === this.left ? this.right : this.left;
  }
}

/** The datagram as a receiver shows it at first. */
export function glance(datagram: ReceivedDatagram): GlancedDatagram {
  const { bytes, destinationPort, droppedBySocket, interfaceIndex, ttl } = datagram;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = Int32Array.from({ length: bytes.length >> 2 }, (_, word) => view.getInt32(4 * word, true));
  const four = datagram.source.length === 4;
  const rest = { destinationPort, droppedBySocket, four, interfaceIndex, ttl };
  return { words, wordsAt: 0, length: bytes.length, ...rest };
}

/** The address that a text is of. */
export function addressOf(text: string): HostAddress {
  const address = parseHostAddress(text);
  if (address === null) throw new Error(`${text} is no address`);
  return address;
}

/** A generator of integers from 0 to 2^32 - 1 that repeats itself from run to run (xorshift). */
export function repeatableRandom(seed: number): () => number {
  let state = (seed | 0) === 0 ? 1 : seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** The session of a virtual host with its peer: 50 ms × 3 where nothing else is said. */
export const virtualSession = ipShSession;
