import { execFileSync } from 'node:child_process';

/**
 * Two network namespaces joined by one veth, for sessions `10.1.x.y` to `10.2.x.y`. Neighbours are
 * permanent, so that no ARP comes in between.
 */

/** Of the two ends of the veth. */
export const MACS = { a: '02:bf:d0:00:00:01', b: '02:bf:d0:00:00:02' };
/** An address that no interface has: what is sent there arrives nowhere. */
const NOWHERE = '02:bf:d0:00:00:99';

export const INTERFACE = 'bench0';

/** @typedef {{ readonly a: string, readonly b: string }} SessionPair */

export class BenchNetwork {
  /** The namespaces. */
  a = `bfdbench-${process.pid}-a`;
  b = `bfdbench-${process.pid}-b`;
  /** @type {readonly SessionPair[]} */
  sessions;

  /** @param {number} count sessions */
  constructor(count) {
    this.sessions = Array.from({ length: count }, (_, index) => ({
      a: address(1, index),
      b: address(2, index),
    }));
    for (const name of [this.a, this.b]) ip('netns', 'add', name);
    const peer = ['type', 'veth', 'peer', 'name', INTERFACE, 'address', MACS.b, 'netns', this.b];
    ip('link', 'add', INTERFACE, 'address', MACS.a, 'netns', this.a, ...peer);
    this.#fill(this.a, ({ a, b }) => [a, b], MACS.b);
    this.#fill(this.b, ({ a, b }) => [b, a], MACS.a);
  }

  /**
   * From now on nothing that side b sends for these sessions arrives, or all of it does again.
   *
   * @param {readonly SessionPair[]} sessions
   * @param {boolean} silent
   */
  silence(sessions, silent) {
    const mac = silent ? NOWHERE : MACS.a;
    batch(
      this.b,
      sessions.map(({ a }) => `neigh replace ${a} lladdr ${mac} dev ${INTERFACE} nud permanent`),
    );
  }

  remove() {
    for (const name of [this.a, this.b]) ip('netns', 'delete', name);
  }

  /**
   * @param {string} namespace
   * @param {(pair: SessionPair) => [string, string]} sides own address and peer's
   * @param {string} mac the peer's
   */
  #fill(namespace, sides, mac) {
    const pairs = this.sessions.map(sides);
    // Else the kernel looks for the sender of each packet among its own addresses, in 256 lists: with thousands
    // of them, which only a bench has, that takes as long as all the rest.
    ip('netns', 'exec', namespace, 'sysctl', '-q', '-w', 'net.ipv4.conf.all.accept_local=1');
    batch(namespace, [
      'link set lo up',
      ...pairs.map(([own], index) => `addr add ${own}/${index === 0 ? 8 : 32} dev ${INTERFACE}`),
      `link set ${INTERFACE} up`,
      ...pairs.map(([, peer]) => `neigh replace ${peer} lladdr ${mac} dev ${INTERFACE} nud permanent`),
    ]);
  }
}

/**
 * @param {number} side
 * @param {number} index
 */
function address(side, index) {
  return `10.${side}.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}

/** @param {readonly string[]} args */
function ip(...args) {
  execFileSync('ip', args);
}

/**
 * @param {string} namespace
 * @param {readonly string[]} lines
 */
function batch(namespace, lines) {
  execFileSync('ip', ['-n', namespace, '-batch', '-'], { input: `${lines.join('\n')}\n` });
}
