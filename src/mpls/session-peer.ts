/**
 * Who a session's packets may come from. RFC 5884 §7: once Up, neither end changes its source address or
 * its discriminator, and a packet that differs in one is ignored. RFC 5884 §6: the discriminator of the
 * ingress is the one that its echo request carried, Up or not.
 */

/** Why a packet is ignored. Each is the name of a counter. */
export const PEER_MISMATCHES = ['other-discriminator', 'other-source'] as const;

/** One of {@link PEER_MISMATCHES}. */
export type PeerMismatch = (typeof PEER_MISMATCHES)[number];

/** See the top of the file. */
export class SessionPeer {
  readonly #known: number | null;
  #discriminator: number | null = null;
  #source: Uint8Array | null = null;

  /** @param discriminator what the peer said in an echo request; null for the ingress, which did not get one */
  constructor(discriminator: number | null) {
    this.#known = discriminator;
  }

  /**
   * Null: the packet is the peer's. Runs for every packet.
   *
   * @param source 4 or 16 bytes
   */
  mismatch(myDiscriminator: number, source: Uint8Array): PeerMismatch | null {
    const discriminator = this.#known ?? this.#discriminator;
    if (discriminator !== null && myDiscriminator !== discriminator) {
      return 'other-discriminator';
    }
    return this.#source !== null && !sameBytes(source, this.#source) ? 'other-source' : null;
  }

  /** The session has come Up by a packet that carried these. */
  bind(myDiscriminator: number, source: Uint8Array): void {
    this.#discriminator = myDiscriminator;
    this.#source = source.slice();
  }

  /** The session is Up no more: its peer may come back as another. */
  release(): void {
    this.#discriminator = null;
    this.#source = null;
  }
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  for (let index = 0; index < right.length; index += 1) {
    if (left[index] !== right[index]) {
      return false;
    }
  }
  return left.length === right.length;
}
