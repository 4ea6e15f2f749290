import type { Arena } from './arena.io.js';
import { writePacketInfo } from './packet-info.js';
import type { RawBatch, RawMessage } from './raw-batch.io.js';
import { writeSocketAddress } from './socket-address.js';
import { DEFAULT_TTL, TYPE_OF_SERVICE, type TransmitChannel, type TransmitPath } from './transmitter.js';
import { udpPacketHeaderBytes, writeUdpPacket, type UdpPacketHeader } from './udp-packet.js';

/** The longest payload: a BFD Control packet with the longest digest, RFC 5880 §4.4, has 52 bytes. */
const PAYLOAD_MAX = 64;
/** IPv6 and UDP headers and the payload; where the packet goes to; what it leaves by. */
const PACKET_SIZE = 112;
const ADDRESS_SIZE = 32;
const CONTROL_SIZE = 48;

const FLAGS_OFFSET = 6;
const DONT_FRAGMENT = 0x40;

/** What one channel needs of an arena. */
export const RAW_SLOT_SIZE = PACKET_SIZE + ADDRESS_SIZE + CONTROL_SIZE;

export interface RawChannelOptions {
  readonly path: TransmitPath;
  readonly sourcePort: number;
  readonly batch: RawBatch;
  /** Where the slot lies. */
  readonly arena: Arena;
  /** The offset of RAW_SLOT_SIZE bytes that are the channel's until it is closed. */
  readonly slot: number;
  readonly closed: () => void;
}

/** A packet that lies ready in memory: it is written when it changes, and else only sent once more. */
export class RawChannel implements TransmitChannel, RawMessage, UdpPacketHeader {
  readonly sourcePort: number;
  failedSends = 0;
  pending = 0;
  readonly packetOffset: number;
  packetLength = 0;
  readonly addressOffset: number;
  readonly addressLength: number;
  readonly controlOffset: number;
  readonly controlLength: number;
  readonly trafficClass = TYPE_OF_SERVICE;
  /** Any but zero: the kernel would look for one. It means nothing for what is never cut (RFC 6864 §4.1). */
  readonly identification = 1;
  ttl = DEFAULT_TTL;
  readonly #options: RawChannelOptions;
  readonly #payloadOffset: number;

  constructor(options: RawChannelOptions) {
    const { arena, path, slot, sourcePort } = options;
    this.#options = options;
    this.sourcePort = sourcePort;
    this.packetOffset = slot;
    this.addressOffset = slot + PACKET_SIZE;
    this.controlOffset = this.addressOffset + ADDRESS_SIZE;
    arena.bytes.fill(0, slot, slot + RAW_SLOT_SIZE);
    const { destination, source } = path;
    const index = path.interface?.index ?? 0;
    // A raw socket takes no port here: it would be a protocol.
    this.addressLength = writeSocketAddress(arena.view, this.addressOffset, destination.bytes, 0, index);
    this.controlLength = writePacketInfo(arena.view, this.controlOffset, source.bytes, index);
    this.#payloadOffset = slot + udpPacketHeaderBytes(this);
  }

  get source(): Uint8Array {
    return this.#options.path.source.bytes;
  }

  get destination(): Uint8Array {
    return this.#options.path.destination.bytes;
  }

  get destinationPort(): number {
    return this.#options.path.destinationPort;
  }

  setTtl(ttl: number): void {
    if (ttl !== this.ttl) {
      this.#release();
      this.ttl = ttl;
      // The packet is written anew.
      this.packetLength = 0;
    }
  }

  /** @throws RangeError when the packet is longer than any that BFD has */
  send(packet: Uint8Array, length: number): void {
    if (!this.#holds(packet, length)) {
      this.#write(packet, length);
    }
    this.#options.batch.add(this);
  }

  close(): void {
    this.#release();
    this.#options.closed();
  }

  #holds(packet: Uint8Array, length: number): boolean {
    const { bytes } = this.#options.arena;
    const at = this.#payloadOffset;
    if (at + length !== this.packetOffset + this.packetLength) {
      return false;
    }
    for (let index = 0; index < length; index += 1) {
      if (bytes[at + index] !== packet[index]) {
        return false;
      }
    }
    return true;
  }

  #write(packet: Uint8Array, length: number): void {
    if (length > PAYLOAD_MAX) {
      throw new RangeError(`a packet of ${length} bytes is longer than ${PAYLOAD_MAX}`);
    }
    this.#release();
    const { bytes } = this.#options.arena;
    for (let index = 0; index < length; index += 1) {
      bytes[this.#payloadOffset + index] = packet[index] ?? 0;
    }
    this.packetLength = writeUdpPacket(this, bytes, this.packetOffset, length);
    if (this.source.length === 4) {
      // The kernel writes the header's checksum.
      bytes[this.packetOffset + FLAGS_OFFSET] = DONT_FRAGMENT;
    }
  }

  /** What waits to be sent must leave before its memory changes. */
  #release(): void {
    if (this.pending > 0) {
      this.#options.batch.flush();
    }
  }
}
