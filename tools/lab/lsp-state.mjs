/** What an agent says of its tunnels and sessions, out of a reply to `<get>`. */
import { XMLParser } from 'fast-xml-parser';
import { NAMESPACES } from './configuration.mjs';

/**
 * Leaves by name, those of containers inside too: `local-state` of a session is in session-running, `state` in
 * bootstrap.
 *
 * @typedef {Readonly<Record<string, string | undefined>>} Leaves
 */

/** @typedef {{ readonly leaves: Leaves, readonly lsps: readonly Leaves[] }} TunnelState */

/**
 * @typedef {object} LspState
 * @property {readonly TunnelState[]} tunnels
 * @property {readonly Leaves[]} sessions
 * @property {Leaves} statistics counts; of what was discarded by reason: `discarded-echo-requests/REASON`
 */

/** The filter of a `<get>` for it. */
export const LSP_STATE_FILTER =
  `<routing xmlns="${NAMESPACES.rt}"><control-plane-protocols><control-plane-protocol>` +
  `<bfd xmlns="${NAMESPACES.bfd}"><mpls xmlns="${NAMESPACES['bfd-mpls']}">` +
  `<bgp-lsp xmlns="${NAMESPACES.mbb}"><tunnels/><sessions/><statistics/></bgp-lsp>` +
  '</mpls></bfd></control-plane-protocol></control-plane-protocols></routing>';

const LISTS = new Set([
  'tunnels.tunnel',
  'tunnel.lsp',
  'sessions.session',
  'statistics.discarded-echo-requests',
  'statistics.discarded-echo-replies',
  'statistics.discarded-bfd-packets',
]);
const parser = new XMLParser({
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (_, path) => LISTS.has(String(path).split('.').slice(-2).join('.')),
});

/**
 * @param {string} xml a reply
 * @returns {LspState}
 */
export function readLspState(xml) {
  const { tunnels, sessions, statistics } = find(parser.parse(xml), 'bgp-lsp') ?? {};
  return {
    tunnels: entries(tunnels?.tunnel).map(({ lsp, ...rest }) => ({
      leaves: leavesOf(rest),
      lsps: entries(lsp).map(leavesOf),
    })),
    sessions: entries(sessions?.session).map(leavesOf),
    statistics: leavesOf(statistics ?? {}),
  };
}

/** @typedef {Record<string, any>} Element */

/** @param {Element[] | undefined} list */
function entries(list) {
  return list ?? [];
}

/**
 * The first element of a name, at any depth.
 *
 * @param {unknown} node
 * @param {string} name
 * @returns {Element | undefined}
 */
function find(node, name) {
  if (typeof node !== 'object' || node === null) return undefined;
  for (const [key, child] of Object.entries(node)) {
    const found = key === name ? child : find(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * @param {Element} element
 * @returns {Leaves}
 */
function leavesOf(element) {
  /** @type {Record<string, string>} */
  const leaves = {};
  for (const [name, value] of Object.entries(element)) {
    if (typeof value === 'string') leaves[name] = value;
    else if (!Array.isArray(value)) Object.assign(leaves, leavesOf(value));
    else for (const { reason, count } of value) leaves[`${name}/${reason}`] = count;
  }
  return leaves;
}
