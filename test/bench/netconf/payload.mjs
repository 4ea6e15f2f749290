// What is configured and read, the same for every server: single-hop sessions of ietf-bfd-ip-sh.

const ROUTING =
  '<routing xmlns="urn:ietf:params:xml:ns:yang:ietf-routing" ' +
  'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"><control-plane-protocols>';

/**
 * An instance of BFD.
 *
 * @param {string} name
 * @param {string} content
 * @param {string} [attributes]
 */
function instance(name, content, attributes = '') {
  return (
    `${ROUTING}<control-plane-protocol${attributes}>` +
    // The prefix that the module gives itself: netconfd compares identities in a filter with it.
    '<type xmlns:bfd-types="urn:ietf:params:xml:ns:yang:ietf-bfd-types">bfd-types:bfdv1</type>' +
    `<name>${name}</name>${content}</control-plane-protocol></control-plane-protocols></routing>`
  );
}

/**
 * Sessions in an instance of BFD.
 *
 * @param {readonly string[]} entries each a `<session>`
 * @param {string} [name] of the instance
 */
export function wrap(entries, name = 'main') {
  const content =
    '<bfd xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd"><ip-sh xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh">' +
    `<sessions>${entries.join('')}</sessions></ip-sh></bfd>`;
  return instance(name, content);
}

/** An interface that does not exist: sessions are configured, but nothing is sent. */
export const INTERFACE =
  '<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"><interface><name>bench0</name>' +
  '<type xmlns:ianaift="urn:ietf:params:xml:ns:yang:iana-if-type">ianaift:ethernetCsmacd</type>' +
  '</interface></interfaces>';

/**
 * The keys of a session.
 *
 * @param {number} number from 0 to 65,535
 */
function keys(number) {
  return `<interface>bench0</interface><dest-addr>10.1.${number >> 8}.${number & 255}</dest-addr>`;
}

/**
 * Sessions; `variant` makes the same sessions with other values.
 *
 * @param {readonly number[]} numbers
 * @param {number} variant
 */
export function sessions(numbers, variant) {
  return wrap(numbers.map((number) => session(number, variant)));
}

/**
 * @param {number} number
 * @param {number} variant
 */
function session(number, variant) {
  const interval = 300_000 + variant;
  return (
    `<session>${keys(number)}<local-multiplier>${3 + (variant % 5)}</local-multiplier>` +
    `<desired-min-tx-interval>${interval}</desired-min-tx-interval>` +
    `<required-min-rx-interval>${interval}</required-min-rx-interval></session>`
  );
}

/** The removal of all sessions of the instance `main`. A session of base:1.0 knows no "remove". */
export const REMOVE_SESSIONS = instance('main', '', ' nc:operation="delete"');

/** @param {string} config */
export function edit(config) {
  return `<edit-config><target><candidate/></target><config>${config}</config></edit-config>`;
}

export const COMMIT = '<commit/>';

/**
 * Edits the candidate and commits.
 *
 * @param {import('./client.mjs').NetconfClient} client
 * @param {string} config
 */
export async function change(client, config) {
  await client.rpc(edit(config));
  await client.rpc(COMMIT);
}

/** Get-config of everything that is configured. */
export const GET_CONFIG = '<get-config><source><running/></source></get-config>';

/** @param {number} number of the session to get */
export function getOne(number) {
  const filter = wrap([`<session>${keys(number)}</session>`]);
  return `<get-config><source><running/></source><filter type="subtree">${filter}</filter></get-config>`;
}

/** @param {string} filter */
function get(filter) {
  return `<get><filter type="subtree">${filter}</filter></get>`;
}

/** Get of the state of a session. @param {number} number */
export function getState(number) {
  return get(wrap([`<session>${keys(number)}</session>`]));
}

/** Get of one leaf of the state of all sessions. */
export const STATE_OF_ALL = get(
  wrap(['<session><session-running><local-state/></session-running></session>']),
);

/** Get of how many sessions there are in which state. */
export const SUMMARY = get(wrap([]).replace('<sessions></sessions>', '<summary/>'));

/** A get-config with a short reply. */
export const SMALL_GET =
  '<get-config><source><running/></source><filter type="subtree">' +
  '<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"/></filter></get-config>';

/** @param {number} count @param {number} [from] */
export function range(count, from = 0) {
  return Array.from({ length: count }, (_, index) => from + index);
}
