import { namespaces } from './namespaces.js';

const NC = `xmlns:nc="${namespaces.nc}"`;

/** What an operation attribute looks like; '' for none. */
function operation(name: string | undefined): string {
  return name === undefined ? '' : ` ${NC} nc:operation="${name}"`;
}

/** An interface of ietf-interfaces. */
export function interfaceXml(name: string, content = '', op?: string): string {
  return (
    `<interfaces xmlns="${namespaces.if}">` +
    `<interface${operation(op)}><name>${name}</name>` +
    (op === 'delete'
      ? ''
      : '<type xmlns:ianaift="urn:ietf:params:xml:ns:yang:iana-if-type">ianaift:ethernetCsmacd</type>') +
    `${content}</interface></interfaces>`
  );
}

/** A single-hop session in a bfdv1 instance. */
export function sessionXml(session: {
  interface?: string;
  dest: string;
  instance?: string;
  content?: string;
  op?: string;
}): string {
  const { interface: name = 'eth0', dest, instance = 'main', content = '', op } = session;
  const leaves = `<interface>${name}</interface><dest-addr>${dest}</dest-addr>${content}`;
  return instanceXml(instance, ipShXml(`<session${operation(op)}>${leaves}</session>`));
}

/** The single-hop BFD of an instance, with entries of its list of sessions. */
export function ipShXml(entries: string): string {
  const sessions = `<sessions>${entries}</sessions>`;
  return `<bfd xmlns="${namespaces.bfd}"><ip-sh xmlns="${namespaces['bfd-ip-sh']}">${sessions}</ip-sh></bfd>`;
}

/** A group of multihop sessions in a bfdv1 instance; `content` is `<rx-ttl>` unless given. */
export function multihopXml(session: {
  source: string;
  dest: string;
  instance?: string;
  content?: string;
  op?: string;
}): string {
  const { source, dest, instance = 'main', content = '<rx-ttl>250</rx-ttl>', op } = session;
  return instanceXml(
    instance,
    `<bfd xmlns="${namespaces.bfd}">` +
      '<ip-mh xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd-ip-mh"><session-groups>' +
      `<session-group${operation(op)}><source-addr>${source}</source-addr><dest-addr>${dest}</dest-addr>` +
      `${content}</session-group></session-groups></ip-mh></bfd>`,
  );
}

/** A protocol instance, of type bfdv1 unless another is given. */
export function instanceXml(name: string, content = '', type = 'bfd-types:bfdv1', op?: string): string {
  return (
    `<routing xmlns="${namespaces.rt}"><control-plane-protocols>` +
    `<control-plane-protocol${operation(op)}>` +
    `<type xmlns:bfd-types="urn:ietf:params:xml:ns:yang:ietf-bfd-types">${type}</type><name>${name}</name>` +
    `${content}</control-plane-protocol></control-plane-protocols></routing>`
  );
}

/** A user of ietf-system. */
export function userXml(name: string, content: string, op?: string): string {
  return (
    `<system xmlns="${namespaces.sys}"><authentication>` +
    `<user${operation(op)}><name>${name}</name>${content}</user></authentication></system>`
  );
}

const KEY_CHAIN = 'urn:ietf:params:xml:ns:yang:ietf-key-chain';

/** A key chain; `keys` as `keyXml` makes them. */
export function keyChainXml(name: string, keys: string, op?: string): string {
  return `<key-chains xmlns="${KEY_CHAIN}"><key-chain${operation(op)}><name>${name}</name>${keys}</key-chain></key-chains>`;
}

/** A key of a chain, SHA-1 with the secret `secret` unless others are given. */
export function keyXml(key: {
  id?: number | string;
  algorithm?: string;
  secret?: string;
  lifetime?: string;
  op?: string;
}): string {
  const { id = 1, algorithm = 'sha-1', lifetime = '', op } = key;
  const { secret = '<keystring>secret</keystring>' } = key;
  return (
    `<key${operation(op)}><key-id>${id}</key-id>${lifetime === '' ? '' : `<lifetime>${lifetime}</lifetime>`}` +
    `<crypto-algorithm>${algorithm}</crypto-algorithm>` +
    `${secret === '' ? '' : `<key-string>${secret}</key-string>`}</key>`
  );
}

/** The authentication of a session. */
export function authenticationXml(keyChain: string, more = ''): string {
  return `<authentication><key-chain>${keyChain}</key-chain>${more}</authentication>`;
}

const MPLS_BGP_BFD = 'urn:bfd-agent:yang:mpls-bgp-bfd';

/** `mpls` of ietf-bfd-mpls in a bfdv1 instance, with `bgp-lsp` of mpls-bgp-bfd and what is before it. */
export function mplsXml(bgpLsp: string, { instance = 'main', before = '' } = {}): string {
  const own = `<bgp-lsp xmlns="${MPLS_BGP_BFD}">${bgpLsp}</bgp-lsp>`;
  const mpls = `<mpls xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd-mpls">${before}${own}</mpls>`;
  return instanceXml(instance, `<bfd xmlns="${namespaces.bfd}">${mpls}</bfd>`);
}
