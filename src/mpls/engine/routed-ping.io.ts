import type { AddressFamily, HostAddress } from '../../net/host-address.js';
import type { PacketSources } from '../../net/lsp-receivers.io.js';
import type { ReceivedDatagram } from '../../net/received-datagram.js';
import { SystemCallError } from '../../net/system-call-error.io.js';
import { UdpPingSocket } from '../../net/udp-ping-socket.io.js';
import { LSP_PING_PORT } from '../lsp-ping/codepoints.js';
import type { RoutedPing } from './lsp-surroundings.js';

/**
 * The UDP sockets of LSP ping, opened when they are first needed: for each family one that requests are sent
 * from, past it, and whose port hears their replies; and one that replies are sent from (RFC 8029 §4.5).
 */
export class UdpRoutedPing implements RoutedPing {
  readonly #sources: PacketSources;
  readonly #replied: (datagram: ReceivedDatagram, nowUs: number) => void;
  readonly #open = new Map<string, UdpPingSocket>();
  /** Why a socket could not be opened last; null: all could. */
  obstacle: string | null = null;

  /** @param replied is given what comes to the ports that requests come from */
  constructor(sources: PacketSources, replied: (datagram: ReceivedDatagram, nowUs: number) => void) {
    this.#sources = sources;
    this.#replied = replied;
  }

  replyPort(family: AddressFamily): number {
    return this.#socket(family, 0, this.#replied)?.port ?? LSP_PING_PORT;
  }

  sendReply(source: HostAddress | null, destination: HostAddress, port: number, payload: Uint8Array): void {
    this.#socket(destination.family, LSP_PING_PORT, ignoreRequest)?.send(source, destination, port, payload);
  }

  close(): void {
    for (const socket of this.#open.values()) {
      this.#sources.removeSource(socket);
      socket.close();
    }
    this.#open.clear();
  }

  #socket(
    family: AddressFamily,
    port: number,
    handle: (datagram: ReceivedDatagram, nowUs: number) => void,
  ): UdpPingSocket | null {
    const name = `${family} ${port}`;
    const known = this.#open.get(name);
    if (known !== undefined) {
      return known;
    }
    try {
      const socket = new UdpPingSocket(family, port, handle);
      this.#open.set(name, socket);
      this.#sources.addSource(socket);
      this.obstacle = null;
      return socket;
    } catch (error) {
      if (error instanceof SystemCallError) {
        this.obstacle = error.message;
        return null;
      }
      throw error;
    }
  }
}

/** Requests come on LSPs: what is routed here is none. */
function ignoreRequest(): void {
  // It is left alone.
}
