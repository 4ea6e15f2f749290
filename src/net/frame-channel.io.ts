import type { Arena } from './arena.io.js';
import { HOP_ADDRESS_SIZE, type HopAddress } from './hop-addresses.io.js';
import type { LspChannel, LspTransmitPath, LspWay } from './lsp-transmitter.js';
import type { NextHop } from './next-hop.js';
import {
  CHANNEL_PAYLOAD_MAX,
  checkPayloadLength,
  createPacketHeader,
  readAddresses,
  type PacketHeader,
} from './packet-header.js';
import { holdsPayload, putPayload } from './payload-bytes.js';
import type { RawBatch, RawMessage } from './raw-batch.io.js';
import { DEFAULT_TTL } from './transmitter.js';
import { writeUdpPacket } from './udp-packet.js';

/** 16 label stack entries. */
export const LABELS_MAX = 64;
const UDP_HEADER = 8;
/** Of the IP header, by the bytes of an address: its own bytes, and where the addresses lie. */
const IP_HEADER = { 4: { bytes: 20, addresses: 12 }, 16: { bytes: 40, addresses: 8 } } as const;

/** What one channel needs of an arena: the labels, right before the packet; IPv6 and UDP headers; the payload. */
export const FRAME_SLOT_SIZE = LABELS_MAX + 40 + UDP_HEADER + CHANNEL_PAYLOAD_MAX;

/** What many channels share. */
export interface FrameChannelHome {
  readonly batch: RawBatch;
  /** Where the channels' slots lie. */
  readonly arena: Arena;
  readonly headers: Readonly<Record<4 | 16, PacketHeader>>;
  /** Answers the address of another next hop, which the channel has from now on instead of its own. */
  readonly moved: (channel: FrameChannel, hop: NextHop) => HopAddress;
  readonly closed: (channel: FrameChannel) => void;
}

/** The headers that channels of one home fill in, one after another. */
export function createFrameHeaders(): Readonly<Record<4 | 16, PacketHeader>> {
  return { 4: createPacketHeader(4), 16: createPacketHeader(16) };
}

/**
 * A packet that lies ready in memory, labels and all: it is written when it changes, and else only sent once
 * more. The link-layer header is the kernel's work.
 */
export class FrameChannel implements LspChannel, RawMessage {
  readonly sourcePort: number;
  failedSends = 0;
  pending = 0;
  packetOffset = 0;
  packetLength = 0;
  readonly addressLength = HOP_ADDRESS_SIZE;
  readonly controlOffset: number;
  readonly controlLength = 0;
  readonly slot: number;
  readonly ownPort: boolean;
  readonly #home: FrameChannelHome;
  readonly #closed: (() => void) | undefined;
  readonly #destinationPort: number;
  readonly #addressBytes: 4 | 16;
  #hop: HopAddress;
  #labelBytes = 0;
  /** The IP packet, without labels; 0: it is to be written. */
  #written = 0;
  #ttl = DEFAULT_TTL;

  /**
   * @param slot the offset of FRAME_SLOT_SIZE bytes of the arena that are the channel's until it is closed
   * @param port the source port, and whether it is given back when the channel is closed
   * @param closed is called once the channel has been closed
   */
  constructor(
    home: FrameChannelHome,
    path: LspTransmitPath,
    port: { readonly number: number; readonly own: boolean },
    hop: HopAddress,
    slot: number,
    closed?: () => void,
  ) {
    this.#home = home;
    this.#closed = closed;
    this.#hop = hop;
    this.slot = slot;
    this.controlOffset = slot;
    this.sourcePort = port.number;
    this.ownPort = port.own;
    this.#destinationPort = path.destinationPort;
    this.#addressBytes = path.source.family === 'ipv4' ? 4 : 16;
    const { bytes } = home.arena;
    const addressesAt = this.#addressesAt;
    bytes.set(path.source.bytes, addressesAt);
    bytes.set(path.destination.bytes, addressesAt + this.#addressBytes);
    this.#setLabels(path.way.labels);
  }

  get hop(): HopAddress {
    return this.#hop;
  }

  get usable(): boolean {
    return this.#hop.state.linkAddress !== null;
  }

  /** Where the packet goes to, for the system call. */
  get addressOffset(): number {
    const plain = this.#addressBytes === 4 ? 'ipv4' : 'ipv6';
    return this.#hop.offset(this.#labelBytes > 0 ? 'labelled' : plain);
  }

  setTtl(ttl: number): void {
    if (ttl !== this.#ttl) {
      this.#release();
      this.#ttl = ttl;
      this.#written = 0;
    }
  }

  /** @throws RangeError when the label stack has more than 16 entries */
  setWay(way: LspWay): void {
    this.#release();
    this.#setLabels(way.labels);
    this.#hop = this.#home.moved(this, way.hop);
  }

  /** @throws RangeError when the packet is longer than any that BFD has */
  send(packet: Uint8Array, length: number): void {
    if (!this.usable) {
      this.failedSends += 1;
      return;
    }
    if (!this.#holds(packet, length)) {
      this.#write(packet, length);
    }
    this.#home.batch.add(this);
  }

  repeat(): boolean {
    if (this.#written === 0) {
      return false;
    }
    if (this.usable) {
      this.#home.batch.add(this);
    } else {
      this.failedSends += 1;
    }
    return true;
  }

  close(): void {
    this.#release();
    this.#home.closed(this);
    this.#closed?.();
  }

  get #packetAt(): number {
    return this.slot + LABELS_MAX;
  }

  get #addressesAt(): number {
    return this.#packetAt + IP_HEADER[this.#addressBytes].addresses;
  }

  get #payloadAt(): number {
    return this.#packetAt + IP_HEADER[this.#addressBytes].bytes + UDP_HEADER;
  }

  /** The packet stays where it is; the labels end where it begins. */
  #setLabels(labels: Uint8Array): void {
    checkLabels(labels);
    this.#home.arena.bytes.set(labels, this.#packetAt - labels.length);
    this.#labelBytes = labels.length;
    this.packetOffset = this.#packetAt - labels.length;
    this.packetLength = labels.length + this.#written;
  }

  #holds(packet: Uint8Array, length: number): boolean {
    const at = this.#payloadAt;
    const ends = at + length === this.#packetAt + this.#written;
    return ends && holdsPayload(this.#home.arena.bytes, at, packet, length);
  }

  #write(packet: Uint8Array, length: number): void {
    checkPayloadLength(length);
    this.#release();
    const { bytes } = this.#home.arena;
    putPayload(bytes, this.#payloadAt, packet, length);
    this.#written = writeUdpPacket(this.#header(), bytes, this.#packetAt, length);
    this.packetLength = this.#labelBytes + this.#written;
  }

  /** The addresses lie in the packet, where they always are. */
  #header(): PacketHeader {
    const { arena, headers } = this.#home;
    const header = headers[this.#addressBytes];
    readAddresses(header, arena.bytes, this.#addressesAt);
    header.ttl = this.#ttl;
    header.sourcePort = this.sourcePort;
    header.destinationPort = this.#destinationPort;
    return header;
  }

  /** What waits to be sent must leave before its memory changes. */
  #release(): void {
    if (this.pending > 0) {
      this.#home.batch.flush();
    }
  }
}

/** @throws RangeError when there are more than 16 label stack entries, or a part of one */
export function checkLabels(labels: Uint8Array): void {
  if (labels.length > LABELS_MAX || labels.length % 4 !== 0) {
    throw new RangeError(`${labels.length} bytes are no label stack of up to 16 entries`);
  }
}
