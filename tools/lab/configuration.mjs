/** What csg and masg are told over NETCONF: pieces of configuration, as XML that `<config>` takes. */
import { INGRESS_ADDRESS, INGRESS_IPV6 } from './topology.mjs';

export const NAMESPACES = {
  nc: 'urn:ietf:params:xml:ns:netconf:base:1.0',
  if: 'urn:ietf:params:xml:ns:yang:ietf-interfaces',
  'iana-if': 'urn:ietf:params:xml:ns:yang:iana-if-type',
  rt: 'urn:ietf:params:xml:ns:yang:ietf-routing',
  mpls: 'urn:ietf:params:xml:ns:yang:ietf-mpls',
  'bfd-types': 'urn:ietf:params:xml:ns:yang:ietf-bfd-types',
  bfd: 'urn:ietf:params:xml:ns:yang:ietf-bfd',
  'bfd-mpls': 'urn:ietf:params:xml:ns:yang:ietf-bfd-mpls',
  mbb: 'urn:bfd-agent:yang:mpls-bgp-bfd',
};
const OWN = `xmlns="${NAMESPACES.mbb}"`;

/** `<config>` around a piece; several would be several elements of one name. @param {string} piece */
export function configuration(piece) {
  return `<config xmlns="${NAMESPACES.nc}" xmlns:nc="${NAMESPACES.nc}">${piece}</config>`;
}

/** What is configured there is gone. @param {string} element without attributes and content */
export function gone(element) {
  return `<${element} nc:operation="remove"/>`;
}

/** BFD is enabled globally; `''` or what `operation` names is done to that. @param {string} [operation] */
export function bfd(operation) {
  return instance('', operation === undefined ? '' : ` nc:operation="${operation}"`);
}

/** Interfaces as such. @param {readonly string[]} names */
export function interfaces(names) {
  const entries = names.map(
    (name) =>
      `<interface><name>${name}</name>` +
      `<type xmlns:ianaift="${NAMESPACES['iana-if']}">ianaift:ethernetCsmacd</type></interface>`,
  );
  return `<interfaces xmlns="${NAMESPACES.if}">${entries.join('')}</interfaces>`;
}

/** The same with MPLS on them. @param {readonly string[]} names */
export function mplsInterfaces(names) {
  const entries = names.map(
    (name) => `<interface><name>${name}</name><mpls-enabled>true</mpls-enabled></interface>`,
  );
  return (
    `<routing xmlns="${NAMESPACES.rt}"><mpls xmlns="${NAMESPACES.mpls}">` +
    `<interfaces>${entries.join('')}</interfaces></mpls></routing>`
  );
}

/** Interfaces with MPLS on them, and BFD. @param {readonly string[]} links */
function basics(links) {
  return [interfaces(links), mplsInterfaces(links), bfd()];
}

/** What csg has before anything is said of BFD for tunnels. @param {readonly import('./lsp-lab.mjs').LabTunnel[]} tunnels */
export function ingressBasics(tunnels) {
  return [...basics(['to-asbr1', 'to-detour']), staticTunnels(tunnels)];
}

/** The same at masg. */
export function egressBasics() {
  return basics(['to-asbr2', 'to-detour']);
}

/**
 * `mpls bgp bfd enable`, or something of the ingress.
 *
 * @param {string} content children of `<ingress>`
 */
export function ingress(content) {
  return bgpLsp(`<ingress>${content}</ingress>`);
}

/** The ingress is enabled; it has the addresses of csg, and no policy. */
export const ENABLED_INGRESS =
  '<enabled>true</enabled>' +
  `<source-address><ipv4>${INGRESS_ADDRESS}</ipv4><ipv6>${INGRESS_IPV6}</ipv6></source-address>`;

/**
 * Intervals of an end, the same both ways.
 *
 * @param {number} intervalUs
 * @param {number} [multiplier]
 */
export function timers(intervalUs, multiplier = 3) {
  return (
    `<local-multiplier>${multiplier}</local-multiplier>` +
    `<desired-min-tx-interval>${intervalUs}</desired-min-tx-interval>` +
    `<required-min-rx-interval>${intervalUs}</required-min-rx-interval>`
  );
}

/**
 * An ordered prefix list.
 *
 * @param {string} name
 * @param {readonly (readonly ['permit' | 'deny', string])[]} entries action and prefix
 */
export function prefixList(name, entries) {
  const list = entries.map(
    ([action, prefix], index) =>
      `<entry><index>${10 * (index + 1)}</index><action>${action}</action><prefix>${prefix}</prefix></entry>`,
  );
  return bgpLsp(
    `<prefix-lists><prefix-list><name>${name}</name>${list.join('')}</prefix-list></prefix-lists>`,
  );
}

/**
 * BGP tunnels with their paths, which take the place of those that they had.
 *
 * @param {readonly import('./lsp-lab.mjs').LabTunnel[]} list
 */
export function staticTunnels(list) {
  const entries = list.map(
    ({ fec, primary, backup }) =>
      `<tunnel nc:operation="replace"><fec>${fec}</fec>${lsp('primary', primary)}${lsp('backup', backup)}</tunnel>`,
  );
  return bgpLsp(`<static-tunnels>${entries.join('')}</static-tunnels>`);
}

/** Tunnels that are no more. @param {readonly string[]} fecs */
export function noTunnels(fecs) {
  const entries = fecs.map((fec) => `<tunnel nc:operation="delete"><fec>${fec}</fec></tunnel>`);
  return bgpLsp(`<static-tunnels>${entries.join('')}</static-tunnels>`);
}

/**
 * A path of a tunnel.
 *
 * @param {'primary' | 'backup'} role
 * @param {import('./lsp-lab.mjs').Lsp} path
 */
function lsp(role, { nextHop, interface: out, labels }) {
  const entries = labels.map((label, index) => `<entry><id>${index + 1}</id><label>${label}</label></entry>`);
  return (
    `<lsp><role>${role}</role><next-hop>${nextHop}</next-hop>` +
    `<out-interface>${out}</out-interface>` +
    `<mpls-label-stack>${entries.join('')}</mpls-label-stack></lsp>`
  );
}

/**
 * `mpls-passive`, or something of the egress.
 *
 * @param {string} content children of `<egress>`, those of mpls-bgp-bfd made by `own`
 */
export function egress(content) {
  return bfdMpls(`<egress>${content}</egress>`);
}

/** A leaf of mpls-bgp-bfd in what is of another module. @param {string} name @param {string | number} value */
export function own(name, value) {
  return `<${name} ${OWN}>${value}</${name}>`;
}

/** @param {string} content */
function bgpLsp(content) {
  return bfdMpls(`<bgp-lsp ${OWN}>${content}</bgp-lsp>`);
}

/** @param {string} content */
function bfdMpls(content) {
  return instance(
    `<bfd xmlns="${NAMESPACES.bfd}"><mpls xmlns="${NAMESPACES['bfd-mpls']}">${content}</mpls></bfd>`,
  );
}

/** @param {string} content @param {string} [attribute] */
function instance(content, attribute = '') {
  return (
    `<routing xmlns="${NAMESPACES.rt}"><control-plane-protocols><control-plane-protocol${attribute}>` +
    `<type xmlns:bfd-types="${NAMESPACES['bfd-types']}">bfd-types:bfdv1</type><name>main</name>${content}` +
    '</control-plane-protocol></control-plane-protocols></routing>'
  );
}
