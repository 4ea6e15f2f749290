import { ETH_P_IP, ETH_P_IPV6, ETH_P_MPLS_UC } from './linux-constants.js';
import { acceptLabelledLspPackets, acceptPlainLspPackets } from './lsp-packet-filter.js';
import { PacketReceiver } from './packet-receiver.io.js';
import type { PacketSource } from './packet-source.js';
import type { LspReceivers, ReceivedLspPacket } from './received-lsp-packet.js';
import { SystemCallError } from './system-call-error.io.js';

/** Deeper label stacks are left to the kernel: each label is one instruction more for every packet. */
const MAX_LABELS = 16;

/** Where sockets are read. */
export interface PacketSources {
  addSource(source: PacketSource): void;
  removeSource(source: PacketSource): void;
}

/**
 * Hears what comes in on LSPs by packet sockets, past the kernel, which knows no labels and takes packets to
 * 127/8 that come from outside for forged. They are open only while somebody listens.
 */
export class PacketLspReceivers implements LspReceivers {
  readonly #sources: PacketSources;
  readonly #handle: (packet: ReceivedLspPacket, nowUs: number) => void;
  #open: PacketReceiver[] = [];
  /** By those that are closed. */
  #lost = 0;

  /** @param handle is given every packet, during the call alone */
  constructor(sources: PacketSources, handle: (packet: ReceivedLspPacket, nowUs: number) => void) {
    this.#sources = sources;
    this.#handle = handle;
  }

  listen(wanted: boolean): string | null {
    if (!wanted) {
      this.#closeAll();
    } else if (this.#open.length === 0) {
      return this.#openAll();
    }
    return null;
  }

  lost(): number {
    return this.#open.reduce((sum, receiver) => sum + receiver.lost(), this.#lost);
  }

  #openAll(): string | null {
    const plain = acceptPlainLspPackets();
    try {
      this.#add({ etherType: ETH_P_MPLS_UC, filter: acceptLabelledLspPackets(MAX_LABELS) });
      this.#add({ etherType: ETH_P_IP, filter: plain });
      this.#add({ etherType: ETH_P_IPV6, filter: plain });
      return null;
    } catch (error) {
      this.#closeAll();
      if (error instanceof SystemCallError) {
        return error.message;
      }
      throw error;
    }
  }

  #add(options: ConstructorParameters<typeof PacketReceiver>[0]): void {
    const receiver = new PacketReceiver(options, this.#handle);
    this.#open.push(receiver);
    this.#sources.addSource(receiver);
  }

  #closeAll(): void {
    const receivers = this.#open;
    this.#lost = this.lost();
    this.#open = [];
    for (const receiver of receivers) {
      this.#sources.removeSource(receiver);
      receiver.close();
    }
  }
}
