import type { ExternalSessions } from '../../bfd/engine/external-sessions.js';
import type { HostAddress } from '../../net/host-address.js';
import type { LspTransmitter } from '../../net/lsp-transmitter.js';
import type { Transmitter } from '../../net/transmitter.js';
import type { AddressFamily } from '../../net/host-address.js';
import type { MplsEvent } from '../mpls-model.js';

/** What sessions of LSPs need of the engine and the host. */
export interface LspSurroundings {
  /** Where sessions run. */
  readonly sessions: ExternalSessions;
  /** What leaves on LSPs. */
  readonly lspTransmitter: LspTransmitter;
  /** What is routed: BFD packets of the egress. */
  readonly routed: Transmitter;
  /** LSP ping that is routed. */
  readonly routedPing: RoutedPing;
  /** Hears packets on LSPs from now on, or no longer. */
  listenOnLsps(wanted: boolean): void;
  /** Hears what egresses send back, at the ports of BFD, from now on or no longer. */
  listenRouted(families: ReadonlySet<AddressFamily>): void;
  /** A random integer from 0 to 2^32 - 1, from a generator that cannot be foretold. */
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly wallClockMs: () => number;
  readonly onEvent: (event: MplsEvent) => void;
}

/** The UDP sockets of LSP ping. */
export interface RoutedPing {
  /** The port that echo requests of a family come from, and their replies go to. */
  replyPort(family: AddressFamily): number;
  /** Sends a reply from port 3503 with TTL 255 (RFC 8029 §4.5). */
  sendReply(source: HostAddress | null, destination: HostAddress, port: number, payload: Uint8Array): void;
}
