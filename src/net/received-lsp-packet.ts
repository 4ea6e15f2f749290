/** A packet that came in on an LSP. The object and its bytes are used again: they hold during the call only. */
export interface ReceivedLspPacket {
  /** From the first label on; from the IP header on when there is none. Padding of the frame may follow. */
  bytes: Uint8Array;
  /** Whether a label is in front; without one it had been popped before (RFC 3031 §3.16). */
  labelled: boolean;
  /** The interface that it came in by. */
  interfaceIndex: number;
}

/** Sockets that hear what comes in on LSPs: LSP ping and BFD, and nothing else. */
export interface LspReceivers {
  /**
   * Hears from now on, or does not. To hear costs the host a look at every packet, so it is for who needs it.
   *
   * @returns null; or why nothing can be heard, for the operator to read
   */
  listen(wanted: boolean): string | null;
  /** Packets that found the buffers full, so far. */
  lost(): number;
}
