import { parseAddress } from '../../lib/address.js';

/** The longest delay of an answer. */
const DELAY_MOST_MS = 10_000;
/** Time without a failure after which an address begins anew. */
const FORGET_AFTER_MS = 60_000;
/** The most addresses that are remembered; one more makes the one that failed longest ago be forgotten. */
const SOURCES_MOST = 4096;
/** Octets of an IPv6 address that its owner does not choose. */
const IPV6_PREFIX_BYTES = 8;

interface Failures {
  count: number;
  lastMs: number;
}

/**
 * How long the answers to failed logins wait: longer with every failure from the same address, so that
 * passwords are not tried over many connections at once. A login that succeeds changes nothing of that, and
 * is never delayed.
 */
export class LoginDelays {
  /** In the order of the last failure. */
  readonly #bySource = new Map<string, Failures>();

  /**
   * A login from `sourceHost` has failed.
   *
   * @param firstMs the delay of the first failure
   * @returns the delay of the answer
   */
  failed(sourceHost: string, nowMs: number, firstMs: number): number {
    const source = sourceOf(sourceHost);
    const known = this.#bySource.get(source);
    this.#bySource.delete(source);
    const goesOn = known !== undefined && nowMs - known.lastMs < FORGET_AFTER_MS;
    const count = goesOn ? known.count + 1 : 1;
    this.#bySource.set(source, { count, lastMs: nowMs });
    this.#bound();
    return Math.min(firstMs * 2 ** Math.min(count - 1, 30), DELAY_MOST_MS);
  }

  /** The number of addresses that are remembered. */
  get size(): number {
    return this.#bySource.size;
  }

  #bound(): void {
    if (this.#bySource.size <= SOURCES_MOST) return;
    const [oldest] = this.#bySource.keys();
    if (oldest !== undefined) this.#bySource.delete(oldest);
  }
}

/** Somebody with one IPv6 address has all of the same 64 bits. */
function sourceOf(sourceHost: string): string {
  const address = parseAddress(sourceHost);
  if (!address.ok || address.value.bytes.length === 4) return sourceHost;
  const { bytes } = address.value;
  const isMapped =
    bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return (isMapped ? bytes.subarray(12) : bytes.subarray(0, IPV6_PREFIX_BYTES)).join('.');
}
