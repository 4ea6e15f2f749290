/** Who is joined to whom in the lab, by which addresses, and where each sends what is for the ends. */

/** @typedef {'csg' | 'asbr1' | 'asbr2' | 'masg' | 'detour'} Node */

/** The loopback addresses of csg. */
export const INGRESS_ADDRESS = '1.1.1.1';
export const INGRESS_IPV6 = '2001:db8::1';

/** Each link: its two ends, in the order of their addresses. */
/** @type {readonly (readonly [Node, Node])[]} */
export const LINKS = [
  ['csg', 'asbr1'],
  ['asbr1', 'asbr2'],
  ['asbr2', 'masg'],
  ['csg', 'detour'],
  ['detour', 'masg'],
];
/** @type {readonly Node[]} */
export const NODES = ['csg', 'asbr1', 'asbr2', 'masg', 'detour'];

/** Where each node sends what is for the loopback addresses of csg and of masg. */
/** @type {Readonly<Record<Node, { readonly csg?: Node, readonly masg?: Node }>>} */
const ROUTES = {
  csg: { masg: 'asbr1' },
  asbr1: { csg: 'csg', masg: 'asbr2' },
  asbr2: { csg: 'asbr1', masg: 'masg' },
  masg: { csg: 'detour' },
  detour: { csg: 'csg', masg: 'masg' },
};

/** The interface of a node that leads to another. @param {Node} other */
export function interfaceName(other) {
  return `to-${other}`;
}

/** The IPv4 address of a node on its link to another. @param {Node} node @param {Node} other */
export function linkAddress(node, other) {
  const { link, end } = linkEnd(node, other);
  return `198.51.100.${link * 4 + 1 + end}`;
}

/** @param {Node} node @param {Node} other */
export function linkIpv6(node, other) {
  const { link, end } = linkEnd(node, other);
  return `2001:db8:${link + 1}::${1 + end}`;
}

/** @param {Node} node @param {Node} other */
export function mac(node, other) {
  const { link, end } = linkEnd(node, other);
  return `02:bf:d0:00:0${link}:0${1 + end}`;
}

/** @param {Node} node @param {Node} other */
function linkEnd(node, other) {
  const link = LINKS.findIndex((ends) => ends.includes(node) && ends.includes(other));
  return { link, end: LINKS[link]?.[0] === node ? 0 : 1 };
}

/** @param {Node} node */
export function neighbours(node) {
  return LINKS.filter((ends) => ends.includes(node)).map(([left, right]) => (left === node ? right : left));
}

/** Lines for `ip -batch`. @param {Node} node */
export function routes(node) {
  const { csg, masg } = ROUTES[node];
  const lines = [];
  if (csg !== undefined) {
    lines.push(`route add ${INGRESS_ADDRESS} via ${linkAddress(csg, node)}`);
    lines.push(`route add ${INGRESS_IPV6} via ${linkIpv6(csg, node)}`);
  }
  if (masg !== undefined) {
    lines.push(`route add 5.5.0.0/16 via ${linkAddress(masg, node)}`);
    lines.push(`route add 2001:db8::/64 via ${linkIpv6(masg, node)}`);
  }
  return lines;
}
