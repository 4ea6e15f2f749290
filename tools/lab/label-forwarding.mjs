/**
 * What a label switching router does with a labelled frame (RFC 3031, RFC 3032): swaps, pops and pushes labels,
 * and counts their TTL down. A label that is popped does not carry its TTL to what is below it (RFC 3443, short
 * pipe), and a frame whose TTL ends is dropped without a word.
 */

/**
 * What is done to frames that come with a label.
 *
 * @typedef {object} LabelEntry
 * @property {number} label the incoming one
 * @property {readonly number[]} [push] what takes its place, outermost first; none: it is popped, and what was
 *   below goes out, IP as such at the bottom of the stack. Absent: popped, and the next label decides.
 * @property {string} [out] the interface that the frame leaves by; with `push`
 * @property {string} [mac] the next hop; with `push`
 */

/**
 * How an LSP is spoilt.
 *
 * @typedef {object} Impairment
 * @property {boolean} [cut] nothing passes
 * @property {number} [lossRate] 0 to 1
 * @property {number} [delayMs]
 */

/** @typedef {{ readonly out: string, readonly frame: Buffer, readonly delayMs: number }} Forwarded */

const ETHERNET_BYTES = 14;
const ENTRY_BYTES = 4;
const FULL_TTL = 255;
const ETHERTYPE = { mpls: 0x8847, ipv4: 0x0800, ipv6: 0x86dd };

export class LabelForwarding {
  /** @type {Map<number, LabelEntry>} */
  #entries = new Map();
  /** @type {Map<number, Impairment>} */
  #impairments = new Map();
  #random;
  /** Frames by what became of them: `forwarded`, or why they were dropped. @type {Record<string, number>} */
  counters = {};

  /** @param {() => number} random from 0 to 1, for losses */
  constructor(random) {
    this.#random = random;
  }

  /** Adds entries, in place of those of the same labels. @param {readonly LabelEntry[]} entries */
  set(entries) {
    for (const entry of entries) this.#entries.set(entry.label, entry);
  }

  /** @param {readonly number[]} labels */
  remove(labels) {
    for (const label of labels) this.#entries.delete(label);
  }

  /**
   * Spoils all that comes with one of these labels, or with `{}` no longer.
   *
   * @param {readonly number[]} labels
   * @param {Impairment} impairment
   */
  impair(labels, impairment) {
    for (const label of labels) this.#impairments.set(label, impairment);
  }

  /**
   * What goes out for a frame with labels; null: nothing.
   *
   * @param {Buffer} frame from the Ethernet header on, addressed to this router
   * @returns {Forwarded | null}
   */
  forward(frame) {
    const result = this.#forward(frame);
    const fate = typeof result === 'string' ? result : 'forwarded';
    this.counters[fate] = (this.counters[fate] ?? 0) + 1;
    return typeof result === 'string' ? null : result;
  }

  /**
   * @param {Buffer} frame
   * @returns {Forwarded | string}
   */
  #forward(frame) {
    let delayMs = 0;
    for (let at = ETHERNET_BYTES; at + ENTRY_BYTES <= frame.length; at += ENTRY_BYTES) {
      const top = readEntry(frame, at);
      const entry = this.#entries.get(top.label);
      if (entry === undefined) return 'no-label-entry';
      const { cut = false, lossRate = 0, delayMs: more = 0 } = this.#impairments.get(top.label) ?? {};
      if (cut) return 'cut';
      if (lossRate > 0 && this.#random() < lossRate) return 'lost';
      delayMs += more;
      if (top.ttl <= 1) return 'ttl-expired';
      if (entry.push !== undefined) return { ...relabelled(frame, at, top, entry), delayMs };
      if (top.bottom) return 'not-labelled-further';
    }
    return 'truncated';
  }
}

/**
 * @typedef {{ readonly label: number, readonly trafficClass: number, readonly bottom: boolean,
 *   readonly ttl: number }} StackEntry
 */

/**
 * @param {Buffer} frame
 * @param {number} at
 * @returns {StackEntry}
 */
function readEntry(frame, at) {
  const word = frame.readUInt32BE(at);
  return {
    label: word >>> 12,
    trafficClass: (word >>> 9) & 7,
    bottom: ((word >>> 8) & 1) === 1,
    ttl: word & 0xff,
  };
}

/**
 * The frame with the entry at `at`, and all above it, replaced.
 *
 * @param {Buffer} frame
 * @param {number} at
 * @param {StackEntry} top
 * @param {LabelEntry} entry
 */
function relabelled(frame, at, top, { push = [], out = '', mac = '' }) {
  const rest = frame.subarray(at + ENTRY_BYTES);
  const sent = Buffer.alloc(ETHERNET_BYTES + push.length * ENTRY_BYTES + rest.length);
  sent.write(mac.replaceAll(':', ''), 0, 'hex');
  for (const [index, label] of push.entries()) {
    const last = index === push.length - 1;
    const ttl = last ? top.ttl - 1 : FULL_TTL;
    const bottom = last && top.bottom ? 1 : 0;
    const word = label * 2 ** 12 + (top.trafficClass << 9) + (bottom << 8) + ttl;
    sent.writeUInt32BE(word, ETHERNET_BYTES + index * ENTRY_BYTES);
  }
  rest.copy(sent, ETHERNET_BYTES + push.length * ENTRY_BYTES);
  sent.writeUInt16BE(etherType(sent, push.length === 0 && top.bottom), 12);
  return { out, frame: sent };
}

/**
 * @param {Buffer} frame
 * @param {boolean} plain no label is left
 */
function etherType(frame, plain) {
  if (!plain) return ETHERTYPE.mpls;
  const version = (frame[ETHERNET_BYTES] ?? 0) >>> 4;
  return version === 6 ? ETHERTYPE.ipv6 : ETHERTYPE.ipv4;
}
