/**
 * Two autonomous systems in network namespaces, with BGP tunnels across them:
 *
 *        AS 1                   AS 2
 *   csg ─────── asbr1 ─────── asbr2 ─────── masg      the primary LSPs
 *    └──────────────── detour ───────────────┘        the backup LSPs, and the way back of IP
 *
 * csg is the ingress and masg the egress: what runs there is the business of who makes the lab. The others are
 * label switching routers. A frame leaves csg with the transport label of its AS over the label that BGP gave the
 * tunnel; asbr1 takes the former off and swaps the latter, and asbr2 swaps it again.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { inNamespace } from './in-namespace.mjs';
import { LabelSwitchProcess } from './label-switch-process.mjs';
import {
  INGRESS_ADDRESS,
  INGRESS_IPV6,
  interfaceName,
  linkAddress,
  linkIpv6,
  LINKS,
  mac,
  neighbours,
  NODES,
  routes,
} from './topology.mjs';

/**
 * What arrives at masg on a primary LSP: one label, that under a transport label, explicit null, or plain IP after
 * penultimate-hop popping.
 *
 * @typedef {'label' | 'two-labels' | 'explicit-null' | 'popped'} Ending
 */

/** @typedef {{ readonly interface: string, readonly nextHop: string, readonly labels: readonly number[] }} Lsp */

/** @typedef {{ readonly fec: string, readonly address: string, readonly primary: Lsp, readonly backup: Lsp }} LabTunnel */

/** @typedef {import('./topology.mjs').Node} Node */

/** Transport labels: towards asbr1, towards detour, towards masg. */
const TRANSPORT = { primary: 1024, backup: 1040, last: 2048 };
/** BGP labels of the first tunnel: given by asbr1, asbr2, masg and detour. */
const BGP = { asbr1: 48_120, asbr2: 200_000, masg: 300_000, detour: 400_000 };
const EXPLICIT_NULL = { ipv4: 0, ipv6: 2 };

export class LspLab {
  #prefix;
  /** @type {Map<Node, LabelSwitchProcess>} */
  #switches = new Map();
  /** IPv4 tunnels, and after them as many of IPv6 as were asked for. @type {readonly LabTunnel[]} */
  tunnels;

  /**
   * @param {string} prefix of the names of the namespaces
   * @param {readonly LabTunnel[]} tunnels
   */
  constructor(prefix, tunnels) {
    this.#prefix = prefix;
    this.tunnels = tunnels;
  }

  /**
   * Makes the namespaces, starts the label switches and sets the LSPs up.
   *
   * @param {{ prefix: string, tunnels?: number, ipv6Tunnels?: number, ending?: Ending }} options
   */
  static async create({ prefix, tunnels = 1, ipv6Tunnels = 0, ending = 'label' }) {
    const lab = new LspLab(prefix, [
      ...Array.from({ length: tunnels }, (_, index) => tunnel(index, fecAddress(index))),
      ...Array.from({ length: ipv6Tunnels }, (_, index) =>
        tunnel(tunnels + index, `2001:db8::${(5 + index).toString(16)}`),
      ),
    ]);
    try {
      lab.#network();
      await lab.#startSwitches();
      await lab.setUp(ending);
    } catch (error) {
      await lab.dispose();
      throw error;
    }
    return lab;
  }

  /** The name of the namespace of a node. @param {Node} node */
  namespace(node) {
    return `${this.#prefix}-${node}`;
  }

  /**
   * What runs a program on a node, for spawn.
   *
   * @param {Node} node @param {string} program @param {readonly string[]} args
   */
  command(node, program, args) {
    return inNamespace(this.namespace(node), program, args);
  }

  /** @param {Node} node */
  switch(node) {
    const found = this.#switches.get(node);
    if (found === undefined) throw new Error(`${node} switches no labels`);
    return found;
  }

  /** Sets all LSPs up, the primary ones ending as is said. @param {Ending} ending */
  async setUp(ending) {
    const all = this.tunnels.map((_, index) => index);
    await this.switch('asbr1').set([
      { label: TRANSPORT.primary },
      ...all.map((index) => towards('asbr1', 'asbr2', BGP.asbr1 + index, [BGP.asbr2 + index])),
    ]);
    await this.switch('asbr2').set(
      all.map((index) => towards('asbr2', 'masg', BGP.asbr2 + index, this.#lastLabels(index, ending))),
    );
    await this.switch('detour').set([
      { label: TRANSPORT.backup },
      ...all.map((index) => towards('detour', 'masg', BGP.detour + index, [BGP.masg + index])),
    ]);
  }

  /**
   * Gives a tunnel's primary LSP a further label at asbr1, beside the one that it has.
   *
   * @param {number} index of the tunnel
   * @param {number} label
   */
  async relabel(index, label) {
    await this.switch('asbr1').set([towards('asbr1', 'asbr2', label, [BGP.asbr2 + index])]);
  }

  /**
   * Spoils LSPs of a kind where they pass asbr2 or the detour; `{}` ends it.
   *
   * @param {'primary' | 'backup'} role
   * @param {import('./label-forwarding.mjs').Impairment} by
   * @param {readonly number[]} [indexes] of tunnels; all by default
   */
  async impair(role, by, indexes = this.tunnels.map((_, index) => index)) {
    const [node, first] =
      role === 'primary'
        ? /** @type {const} */ (['asbr2', BGP.asbr2])
        : /** @type {const} */ (['detour', BGP.detour]);
    await this.switch(node).impair(
      indexes.map((index) => first + index),
      by,
    );
  }

  /** Runs `ip` on a node. @param {Node} node @param {readonly string[]} args */
  ip(node, ...args) {
    const [program, all] = this.command(node, 'ip', args);
    return execFileSync(program, all, { encoding: 'utf8' });
  }

  /** Ends all that runs in the lab, and removes it. */
  async dispose() {
    await Promise.all([...this.#switches.values()].map((process) => process.stop()));
    for (const node of NODES) removeNamespace(this.namespace(node));
  }

  /** @param {number} index @param {Ending} ending */
  #lastLabels(index, ending) {
    const own = BGP.masg + index;
    if (ending === 'label') return [own];
    if (ending === 'two-labels') return [TRANSPORT.last, own];
    if (ending === 'popped') return [];
    return [this.tunnels[index]?.fec.includes(':') ? EXPLICIT_NULL.ipv6 : EXPLICIT_NULL.ipv4];
  }

  #network() {
    for (const node of NODES) execFileSync('ip', ['netns', 'add', this.namespace(node)]);
    for (const [left, right] of LINKS) {
      const near = ['netns', this.namespace(left), 'name', interfaceName(right), 'address', mac(left, right)];
      const far = ['netns', this.namespace(right), 'name', interfaceName(left), 'address', mac(right, left)];
      execFileSync('ip', ['link', 'add', ...near, 'type', 'veth', 'peer', ...far]);
    }
    for (const node of NODES) this.#batch(node, [...this.#addresses(node), ...routes(node)]);
  }

  /** @param {Node} node */
  #addresses(node) {
    const own = { csg: [INGRESS_ADDRESS, INGRESS_IPV6], masg: this.tunnels.map(({ address }) => address) };
    const loopbacks = node === 'csg' || node === 'masg' ? own[node] : [];
    return [
      'link set lo up',
      ...loopbacks.map((address) => `address add ${address}/${hostBits(address)} dev lo`),
      ...neighbours(node).flatMap((other) => [
        `address add ${linkAddress(node, other)}/30 dev ${interfaceName(other)}`,
        `address add ${linkIpv6(node, other)}/64 dev ${interfaceName(other)} nodad`,
        `link set ${interfaceName(other)} up`,
      ]),
    ];
  }

  /** @param {Node} node @param {readonly string[]} lines */
  #batch(node, lines) {
    const [program, args] = this.command(node, 'ip', ['-batch', '-']);
    execFileSync(program, args, { input: `${lines.join('\n')}\n` });
  }

  async #startSwitches() {
    for (const node of /** @type {const} */ (['asbr1', 'asbr2', 'detour'])) {
      const interfaces = neighbours(node).map((other) => ({
        name: interfaceName(other),
        mac: mac(node, other),
      }));
      this.#switches.set(node, new LabelSwitchProcess(this.namespace(node), interfaces));
    }
    for (const process of this.#switches.values()) await process.ready;
  }
}

/**
 * An entry that sends frames to a neighbour.
 *
 * @param {Node} node @param {Node} other @param {number} label @param {readonly number[]} push
 */
function towards(node, other, label, push) {
  return { label, push, out: interfaceName(other), mac: mac(other, node) };
}

/** @param {number} index @param {string} address @returns {LabTunnel} */
function tunnel(index, address) {
  return {
    fec: `${address}/${hostBits(address)}`,
    address,
    primary: lsp('asbr1', TRANSPORT.primary, BGP.asbr1 + index),
    backup: lsp('detour', TRANSPORT.backup, BGP.detour + index),
  };
}

/** @param {Node} first @param {number} transport @param {number} inner @returns {Lsp} */
function lsp(first, transport, inner) {
  return { interface: interfaceName(first), nextHop: linkAddress(first, 'csg'), labels: [transport, inner] };
}

/** 5.5.5.5, 5.5.5.6, … @param {number} index */
function fecAddress(index) {
  return `5.5.${5 + Math.floor((index + 5) / 256)}.${(index + 5) % 256}`;
}

/** @param {string} address */
function hostBits(address) {
  return address.includes(':') ? 128 : 32;
}

/** Ends what runs in a namespace, and removes it, where it has been made. @param {string} name */
function removeNamespace(name) {
  try {
    const pids = execFileSync('ip', ['netns', 'pids', name], { encoding: 'utf8', stdio: 'pipe' });
    for (const pid of pids.split('\n').filter(Boolean)) endProcess(Number(pid));
    execFileSync('ip', ['netns', 'delete', name], { stdio: 'pipe' });
  } catch (error) {
    // Otherwise the lab was not completed.
    if (existsSync(`/run/netns/${name}`)) throw error;
  }
}

/** @param {number} pid */
function endProcess(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}
