import type { Result } from '../lib/result.js';
import type { HostAddress } from './host-address.js';
import type { HeldNextHop, NextHop } from './next-hop.js';
import type { TransmitChannel, TransmitRefusal } from './transmitter.js';
import type { UdpPacketHeader } from './udp-packet.js';

/** The UDP payload of a single packet is at most this long. */
export const SINGLE_PAYLOAD_MAX = 9000;

/** How packets leave on an LSP. */
export interface LspWay {
  readonly hop: NextHop;
  /**
   * The label stack as it is on the wire, bottom-of-stack bit included: up to 16 entries of 4 bytes. None:
   * the packet leaves as plain IP, as it does behind an implicit null label.
   */
  readonly labels: Uint8Array;
}

/** What the UDP packets of a session on an LSP are made of. Both addresses are of one family. */
export interface LspTransmitPath {
  readonly way: LspWay;
  readonly source: HostAddress;
  readonly destination: HostAddress;
  readonly destinationPort: number;
}

/**
 * A session's way out over an LSP, for Control packets (64 bytes at most). The next hop is held while the
 * channel is open. What is sent while it is not usable counts as a failed send.
 */
export interface LspChannel extends TransmitChannel {
  readonly usable: boolean;
  /** From now on packets leave this way; those that were sent before are not affected. */
  setWay(way: LspWay): void;
}

/** Opens ways out over LSPs. Its frames are its own: the holder knows neither link layer nor neighbours. */
export interface LspTransmitter {
  /** Told whenever a next hop that is held becomes usable or ceases to be. To be set before anything is held. */
  onUsableChange: (hop: NextHop) => void;
  /** Keeps a next hop resolved, so that it is known whether an LSP over it is usable. */
  hold(hop: NextHop): HeldNextHop;
  /**
   * @param sourcePort the source port; one of the channel's own when not given
   * @param closed is called once the channel has been closed
   */
  open(path: LspTransmitPath, sourcePort?: number, closed?: () => void): Result<LspChannel, TransmitRefusal>;
  /**
   * Sends one packet, as LSP ping needs it, at the latest when the transmitter is flushed.
   *
   * @param payload at most SINGLE_PAYLOAD_MAX bytes
   * @returns false: it could not be sent, as its next hop is not held and usable
   * @throws RangeError when the payload or the label stack is too long
   */
  sendSingle(way: LspWay, header: UdpPacketHeader, payload: Uint8Array): boolean;
  /** Hands to the kernel what was sent and still waits for company. */
  flush(): void;
}
