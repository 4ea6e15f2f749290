import { err, ok, type Result } from '../lib/result.js';
import { Arena } from './arena.io.js';
import {
  checkLabels,
  createFrameHeaders,
  FRAME_SLOT_SIZE,
  FrameChannel,
  LABELS_MAX,
  type FrameChannelHome,
} from './frame-channel.io.js';
import { HOP_ADDRESS_SIZE, HopAddresses, hopAddressesSize, type HopAddress } from './hop-addresses.io.js';
import { libc } from './libc.io.js';
import {
  SINGLE_PAYLOAD_MAX,
  type LspChannel,
  type LspTransmitPath,
  type LspTransmitter,
  type LspWay,
} from './lsp-transmitter.js';
import { NextHopMonitor } from './next-hop-monitor.io.js';
import type { HeldNextHop, NextHop } from './next-hop.js';
import { openPacketSender } from './packet-sender.io.js';
import { RawBatch, rawBatchSize, type RawMessage } from './raw-batch.io.js';
import type { SourcePorts } from './source-ports.js';
import type { TransmitRefusal } from './transmitter.js';
import { udpPacketHeaderBytes, writeUdpPacket, type UdpPacketHeader } from './udp-packet.js';

/** Memory is reserved for so many channels, and used by those that are open. */
const CHANNELS_MAX = 65_536;
/** What the kernel takes at most by one system call (UIO_MAXIOV). */
const MESSAGES = 1024;
/** Single packets that may wait to be sent. */
const SINGLES = 32;
const SINGLE_ADDRESS_SIZE = 32;
/** Labels, IPv6 and UDP headers, payload; where it goes to. */
const SINGLE_SIZE = LABELS_MAX + 48 + SINGLE_PAYLOAD_MAX + SINGLE_ADDRESS_SIZE;
/** Whoever is handed out begins at a multiple of 16. */
const ALIGNMENT = 16;

const ARENA_SIZE =
  CHANNELS_MAX * FRAME_SLOT_SIZE +
  // Every channel has one next hop; one that moves has two.
  hopAddressesSize(CHANNELS_MAX + 1) +
  rawBatchSize(MESSAGES) +
  SINGLES * (SINGLE_SIZE + ALIGNMENT) +
  4096;

/**
 * Sends packets to next hops past the kernel's routing, with and without labels, through one packet socket,
 * many a call. Needs CAP_NET_RAW when it is made, and nothing later.
 */
export class FrameTransmitter implements LspTransmitter {
  onUsableChange: (hop: NextHop) => void = () => undefined;
  readonly #fd: number;
  readonly #ports: SourcePorts;
  readonly #arena = new Arena(ARENA_SIZE);
  readonly #batch: RawBatch;
  readonly #monitor: NextHopMonitor;
  readonly #addresses: HopAddresses;
  readonly #home: FrameChannelHome;
  /** Slots of channels that were closed. */
  readonly #free: number[] = [];
  #slots = 0;
  readonly #singles: SingleMessage[];
  #nextSingle = 0;

  /**
   * @param fatal is told of an exception in the work on neighbours; it should end the process
   * @throws SystemCallError EPERM without CAP_NET_RAW
   */
  constructor(ports: SourcePorts, fatal: (error: unknown) => void) {
    this.#fd = openPacketSender();
    this.#ports = ports;
    this.#batch = new RawBatch(this.#fd, this.#arena, MESSAGES);
    this.#monitor = new NextHopMonitor((state, usableChanged) => {
      this.#addresses.changed(state);
      if (usableChanged) {
        this.onUsableChange(state.hop);
      }
    }, fatal);
    this.#addresses = new HopAddresses(this.#arena, this.#monitor);
    this.#singles = Array.from({ length: SINGLES }, () => createSingle(this.#arena.reserve(SINGLE_SIZE)));
    this.#home = {
      batch: this.#batch,
      arena: this.#arena,
      headers: createFrameHeaders(),
      moved: (channel, hop) => this.#move(channel, hop),
      closed: (channel) => this.#closed(channel),
    };
  }

  /** Single packets that the kernel did not take. */
  get failedSingles(): number {
    return this.#singles.reduce((sum, { failedSends }) => sum + failedSends, 0);
  }

  hold(hop: NextHop): HeldNextHop {
    const state = this.#monitor.hold(hop);
    return {
      hop,
      get usable(): boolean {
        return state.linkAddress !== null;
      },
      get obstacle(): string | null {
        return state.obstacle;
      },
      release: () => this.#monitor.release(hop),
    };
  }

  open(path: LspTransmitPath, givenPort?: number, closed?: () => void): Result<LspChannel, TransmitRefusal> {
    checkLabels(path.way.labels);
    const slot = this.#takeSlot();
    if (slot === null) {
      return err({ type: 'resources', reason: `${CHANNELS_MAX} sessions are open already` });
    }
    const hop = this.#addresses.take(path.way.hop);
    const port = { number: givenPort ?? this.#ports.take(), own: givenPort === undefined };
    return ok(new FrameChannel(this.#home, path, port, hop, slot, closed));
  }

  sendSingle({ hop, labels }: LspWay, header: UdpPacketHeader, payload: Uint8Array): boolean {
    checkLabels(labels);
    if (payload.length > SINGLE_PAYLOAD_MAX) {
      throw new RangeError(`a payload of ${payload.length} bytes is longer than ${SINGLE_PAYLOAD_MAX}`);
    }
    const state = this.#monitor.get(hop);
    if (state === null || state.linkAddress === null) {
      return false;
    }
    const single = this.#takeSingle();
    const { bytes } = this.#arena;
    bytes.set(labels, single.packetOffset);
    const packetAt = single.packetOffset + labels.length;
    bytes.set(payload, packetAt + udpPacketHeaderBytes(header));
    single.packetLength = labels.length + writeUdpPacket(header, bytes, packetAt, payload.length);
    const plain = header.source.length === 4 ? 'ipv4' : 'ipv6';
    this.#addresses.writeAt(single.addressOffset, state, labels.length > 0 ? 'labelled' : plain);
    this.#batch.add(single);
    return true;
  }

  flush(): void {
    this.#batch.flush();
  }

  /** Nothing can be sent afterwards. */
  close(): void {
    this.flush();
    this.#monitor.stop();
    libc.close(this.#fd);
  }

  /** What waits has left already. */
  #move(channel: FrameChannel, hop: NextHop): HopAddress {
    const taken = this.#addresses.take(hop);
    this.#addresses.release(channel.hop);
    return taken;
  }

  #closed(channel: FrameChannel): void {
    this.#addresses.release(channel.hop);
    this.#free.push(channel.slot);
    if (channel.ownPort) {
      this.#ports.release(channel.sourcePort);
    }
  }

  #takeSlot(): number | null {
    const free = this.#free.pop();
    if (free !== undefined) {
      return free;
    }
    if (this.#slots === CHANNELS_MAX) {
      return null;
    }
    this.#slots += 1;
    return this.#arena.reserve(FRAME_SLOT_SIZE);
  }

  /** The one that was used longest ago. */
  #takeSingle(): SingleMessage {
    const single = this.#singles[this.#nextSingle];
    if (single === undefined) {
      throw new Error('there is no room for a single packet');
    }
    this.#nextSingle = (this.#nextSingle + 1) % SINGLES;
    if (single.pending > 0) {
      this.#batch.flush();
    }
    return single;
  }
}

type SingleMessage = { -readonly [Name in keyof RawMessage]: RawMessage[Name] };

/** @param at where its SINGLE_SIZE bytes begin */
function createSingle(at: number): SingleMessage {
  const addressOffset = at;
  return {
    packetOffset: at + SINGLE_ADDRESS_SIZE,
    packetLength: 0,
    addressOffset,
    addressLength: HOP_ADDRESS_SIZE,
    controlOffset: addressOffset,
    controlLength: 0,
    pending: 0,
    failedSends: 0,
  };
}
