import type { Arena } from './arena.io.js';
import { checkPayloadLength, readAddresses, type PacketHeader } from './packet-header.js';
import { writePacketInfo } from './packet-info.js';
import { holdsPayload, putPayload } from './payload-bytes.js';
import type { RawBatch, RawMessage } from './raw-batch.io.js';
import { SOCKADDR_IN6_SIZE, SOCKADDR_IN_SIZE, writeSocketAddress } from './socket-address.js';
import { DEFAULT_TTL, type TransmitChannel, type TransmitPath } from './transmitter.js';
import { udpPacketHeaderBytes, writeUdpPacket } from './udp-packet.js';

/**
 * What one channel needs of an arena, and where in it lies what the packet goes to, what it leaves by, both
 * addresses, and what else its headers say: behind the packet itself, of which there is one with the longest
 * payload at most.
 */
export interface RawSlotLayout {
  readonly address: number;
  readonly addressLength: number;
  readonly control: number;
  readonly addresses: number;
  readonly ports: number;
  readonly ttl: number;
  readonly failedSends: number;
  readonly size: number;
}

/** By the bytes of an address. */
export const RAW_SLOT_LAYOUTS: Readonly<Record<4 | 16, RawSlotLayout>> = {
  4: {
    ttl: 92,
    address: 96,
    addressLength: SOCKADDR_IN_SIZE,
    control: 112,
    addresses: 144,
    ports: 152,
    failedSends: 156,
    size: 160,
  },
  16: {
    address: 112,
    addressLength: SOCKADDR_IN6_SIZE,
    ttl: 140,
    control: 144,
    addresses: 184,
    ports: 216,
    failedSends: 220,
    size: 224,
  },
};

const FLAGS_OFFSET = 6;
const DONT_FRAGMENT = 0x40;

/** What many channels share. */
export interface RawChannelHome {
  readonly batch: RawBatch;
  /** Where the channels' slots lie. */
  readonly arena: Arena;
  readonly layout: RawSlotLayout;
  /** The bytes of the control message that all of them have. */
  readonly controlLength: number;
  readonly closed: (channel: RawChannel) => void;
  /** Filled in for each packet that is written. */
  readonly header: PacketHeader;
}

/**
 * A packet that lies ready in memory: it is written when it changes, and else only sent once more. There
 * is one for every session: what can be is kept in the slot, as typed arrays take much memory.
 */
export class RawChannel implements TransmitChannel, RawMessage {
  pending = 0;
  readonly packetOffset: number;
  packetLength = 0;
  readonly #home: RawChannelHome;
  readonly #closed: (() => void) | undefined;

  /**
   * @param slot the offset of the arena's bytes that are the channel's until it is closed
   * @param closed is called once the channel has been closed
   */
  constructor(
    home: RawChannelHome,
    path: TransmitPath,
    sourcePort: number,
    slot: number,
    closed?: () => void,
  ) {
    const { arena, layout } = home;
    this.#home = home;
    this.#closed = closed;
    this.packetOffset = slot;
    arena.bytes.fill(0, slot, slot + layout.size);
    arena.view.setUint16(slot + layout.ports, sourcePort);
    arena.view.setUint16(slot + layout.ports + 2, path.destinationPort);
    arena.bytes[slot + layout.ttl] = DEFAULT_TTL;
    const [source, destination] = [path.source.bytes, path.destination.bytes];
    const index = path.interface?.index ?? 0;
    // A raw socket takes no port here: it would be a protocol.
    writeSocketAddress(arena.view, this.addressOffset, destination, 0, index);
    writePacketInfo(arena.view, this.controlOffset, source, index);
    arena.bytes.set(source, this.#addressesOffset);
    arena.bytes.set(destination, this.#addressesOffset + source.length);
  }

  get sourcePort(): number {
    return this.#home.arena.view.getUint16(this.packetOffset + this.#home.layout.ports);
  }

  get failedSends(): number {
    return this.#home.arena.view.getUint32(this.packetOffset + this.#home.layout.failedSends);
  }

  set failedSends(count: number) {
    this.#home.arena.view.setUint32(this.packetOffset + this.#home.layout.failedSends, count);
  }

  get addressOffset(): number {
    return this.packetOffset + this.#home.layout.address;
  }

  get addressLength(): number {
    return this.#home.layout.addressLength;
  }

  get controlOffset(): number {
    return this.packetOffset + this.#home.layout.control;
  }

  get controlLength(): number {
    return this.#home.controlLength;
  }

  /** What it was given, to be used again when it is closed. */
  get slot(): number {
    return this.packetOffset;
  }

  setTtl(ttl: number): void {
    const { arena, layout } = this.#home;
    const at = this.packetOffset + layout.ttl;
    if (ttl !== arena.bytes[at]) {
      this.#release();
      arena.bytes[at] = ttl;
      // The packet is written anew.
      this.packetLength = 0;
    }
  }

  /** @throws RangeError when the packet is longer than any that BFD has */
  send(packet: Uint8Array, length: number): void {
    if (!this.#holds(packet, length)) {
      this.#write(packet, length);
    }
    this.#home.batch.add(this);
  }

  repeat(): boolean {
    if (this.packetLength === 0) {
      return false;
    }
    this.#home.batch.add(this);
    return true;
  }

  close(): void {
    this.#release();
    this.#home.closed(this);
    this.#closed?.();
  }

  get #addressesOffset(): number {
    return this.packetOffset + this.#home.layout.addresses;
  }

  get #payloadOffset(): number {
    return this.packetOffset + udpPacketHeaderBytes(this.#home.header);
  }

  #holds(packet: Uint8Array, length: number): boolean {
    const at = this.#payloadOffset;
    const ends = at + length === this.packetOffset + this.packetLength;
    return ends && holdsPayload(this.#home.arena.bytes, at, packet, length);
  }

  #write(packet: Uint8Array, length: number): void {
    checkPayloadLength(length);
    this.#release();
    const { bytes } = this.#home.arena;
    putPayload(bytes, this.#payloadOffset, packet, length);
    this.packetLength = writeUdpPacket(this.#header(), bytes, this.packetOffset, length);
    if (this.#home.header.source.length === 4) {
      // The kernel writes the header's checksum.
      bytes[this.packetOffset + FLAGS_OFFSET] = DONT_FRAGMENT;
    }
  }

  #header(): PacketHeader {
    const { arena, header, layout } = this.#home;
    readAddresses(header, arena.bytes, this.#addressesOffset);
    header.ttl = arena.bytes[this.packetOffset + layout.ttl] ?? DEFAULT_TTL;
    header.sourcePort = this.sourcePort;
    header.destinationPort = arena.view.getUint16(this.packetOffset + layout.ports + 2);
    return header;
  }

  /** What waits to be sent must leave before its memory changes. */
  #release(): void {
    if (this.pending > 0) {
      this.#home.batch.flush();
    }
  }
}
