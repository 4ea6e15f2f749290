const OPENING =
  '<routing xmlns="urn:ietf:params:xml:ns:yang:ietf-routing"><control-plane-protocols>' +
  '<control-plane-protocol><type xmlns:t="urn:ietf:params:xml:ns:yang:ietf-bfd-types">t:bfdv1</type>' +
  '<name>main</name><bfd xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd">' +
  '<ip-sh xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh"><sessions>';
const CLOSING = '</sessions></ip-sh></bfd></control-plane-protocol></control-plane-protocols></routing>';

/** An interface that does not exist: sessions are configured, but nothing is sent. */
export const INTERFACE =
  '<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"><interface><name>bench0</name>' +
  '<type xmlns:i="urn:ietf:params:xml:ns:yang:iana-if-type">i:ethernetCsmacd</type>' +
  '</interface></interfaces>';

/** @param {number} number from 0 to 65,535 */
function keys(number) {
  return `<interface>bench0</interface><dest-addr>10.1.${number >> 8}.${number & 255}</dest-addr>`;
}

/** @param {readonly number[]} numbers @param {number} multiplier */
export function sessions(numbers, multiplier) {
  const entries = numbers.map(
    (number) => `<session>${keys(number)}<local-multiplier>${multiplier}</local-multiplier></session>`,
  );
  return OPENING + entries.join('') + CLOSING;
}

/** @param {string} config */
export function edit(config) {
  return `<edit-config><target><candidate/></target><config>${config}</config></edit-config>`;
}

export const COMMIT = '<commit/>';
export const GET_CONFIG = '<get-config><source><running/></source></get-config>';

/** Get-config, or get, of one session. @param {number} number @param {'get' | 'get-config'} operation */
export function getOne(number, operation) {
  const filter = `<filter type="subtree">${OPENING}<session>${keys(number)}</session>${CLOSING}</filter>`;
  const source = operation === 'get' ? '' : '<source><running/></source>';
  return `<${operation}>${source}${filter}</${operation}>`;
}

export const SMALL_GET =
  '<get-config><source><running/></source><filter type="subtree">' +
  '<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"/></filter></get-config>';
