import type { TransmitChannel } from '../../net/transmitter.js';
import type { MutableControlPacket } from '../packet/control-packet.js';
import type { DesiredSessionBase } from './session-model.js';

/**
 * A session that is made by another part of this host than the operator's wishes, and whose packets travel
 * by a way that its maker provides. It is found by its discriminator alone.
 */
export interface ExternalSession extends DesiredSessionBase {
  readonly type: 'external';
  /** Canonical text of the local address; null: there is none yet. */
  readonly source: string | null;
}

/** What becomes of a packet: the session gets it, its way has dealt with it, or it is thrown away. */
export type Admission = 'hand-over' | 'dealt-with' | 'refused';

/** How the packets of an external session travel. */
export interface ExternalWay {
  /** The session's way out: of the engine from now on, which closes it when the session vanishes. */
  readonly channel: TransmitChannel;
  /**
   * What is to become of a packet for the session, which its Your Discriminator names. Runs for every
   * packet. May change the packet's state; it has counted what it refuses, and noted it at the
   * session.
   *
   * @param source the address that the packet comes from: 4 or 16 bytes, valid during the call
   * @param destinationPort the port that it has come to
   * @param onPath it has come by the external way itself; else it was routed to an address of this host
   */
  admits(
    packet: MutableControlPacket,
    source: Uint8Array,
    destinationPort: number,
    onPath: boolean,
    nowUs: number,
  ): Admission;
}
