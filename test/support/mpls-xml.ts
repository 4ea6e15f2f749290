import { instanceXml } from './agent-xml.js';
import { namespaces } from './namespaces.js';

/** `mpls-enabled` of interfaces, in ietf-mpls. */
export function mplsInterfacesXml(interfaces: Readonly<Record<string, boolean>>): string {
  const entries = Object.entries(interfaces).map(
    ([name, enabled]) => `<interface><name>${name}</name><mpls-enabled>${enabled}</mpls-enabled></interface>`,
  );
  const mpls = `<mpls xmlns="${namespaces.mpls}"><interfaces>${entries.join('')}</interfaces></mpls>`;
  return `<routing xmlns="${namespaces.rt}">${mpls}</routing>`;
}

/** `router-id` of ietf-routing. */
export function routerIdXml(id: string): string {
  return `<routing xmlns="${namespaces.rt}"><router-id>${id}</router-id></routing>`;
}

/** What an instance has of ietf-bfd-mpls. */
export function bfdMplsXml(content: string, instance = 'main'): string {
  const mpls = `<mpls xmlns="${namespaces['bfd-mpls']}">${content}</mpls>`;
  return instanceXml(instance, `<bfd xmlns="${namespaces.bfd}">${mpls}</bfd>`);
}

/** The egress of an instance; nodes of mpls-bgp-bfd carry `OWN`. */
export function egressXml(content: string, instance?: string): string {
  return bfdMplsXml(`<egress>${content}</egress>`, instance);
}

/** The attribute that puts an element into mpls-bgp-bfd. */
export const OWN = `xmlns="${namespaces.mbb}"`;

function bgpLspXml(content: string, instance?: string): string {
  return bfdMplsXml(`<bgp-lsp ${OWN}>${content}</bgp-lsp>`, instance);
}

/** The ingress of an instance. */
export function ingressXml(content: string, instance?: string): string {
  return bgpLspXml(`<ingress>${content}</ingress>`, instance);
}

/** A prefix list; `entries` as `prefixEntryXml` makes them. */
export function prefixListXml(name: string, entries: string, instance?: string): string {
  const list = `<prefix-list><name>${name}</name>${entries}</prefix-list>`;
  return bgpLspXml(`<prefix-lists>${list}</prefix-lists>`, instance);
}

/** An entry of a prefix list. */
export function prefixEntryXml(
  index: number,
  action: 'permit' | 'deny',
  prefix: string,
  bounds: { greaterEqual?: number; lessEqual?: number } = {},
): string {
  const { greaterEqual, lessEqual } = bounds;
  return (
    `<entry><index>${index}</index><action>${action}</action><prefix>${prefix}</prefix>` +
    (greaterEqual === undefined ? '' : `<greater-equal>${greaterEqual}</greater-equal>`) +
    `${lessEqual === undefined ? '' : `<less-equal>${lessEqual}</less-equal>`}</entry>`
  );
}

/** A path of a tunnel: to 10.0.0.2 through eth0 with the labels, the top first, unless others are given. */
export function lspXml(
  labels: readonly (number | string)[],
  given: { role?: 'primary' | 'backup'; nextHop?: string; outInterface?: string } = {},
): string {
  const { role = 'primary', nextHop = '10.0.0.2', outInterface = 'eth0' } = given;
  const entries = labels.map(
    (label, index) =>
      `<entry><id>${index}</id><label xmlns:rt-types="${namespaces['rt-types']}">${label}</label></entry>`,
  );
  return (
    `<lsp><role>${role}</role><next-hop>${nextHop}</next-hop><out-interface>${outInterface}</out-interface>` +
    `<mpls-label-stack>${entries.join('')}</mpls-label-stack></lsp>`
  );
}

/** A configured tunnel. */
export function tunnelXml(fec: string, lsps: string, instance?: string): string {
  return bgpLspXml(`<static-tunnels><tunnel><fec>${fec}</fec>${lsps}</tunnel></static-tunnels>`, instance);
}
