import { escapeXmlText } from '../../lib/xml/escape-xml.js';

/** Name of the user that the first configuration has. */
export const ADMIN_USER = 'admin';

/** Name of the group whose users may do everything after a first start. */
const ADMIN_GROUP = 'admin';

/**
 * The configuration of a first start: XML siblings with the user `admin`, whose password is hashed
 * when the configuration is taken in.
 */
export function initialConfiguration(password: string): string {
  return (
    '<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><authentication><user>' +
    `<name>${ADMIN_USER}</name><password>${escapeXmlText(`$0$${password}`)}</password>` +
    '</user></authentication></system>'
  );
}

/**
 * Access control of a first start (RFC 8341): `members` may do everything, everybody else reads what no
 * module keeps back.
 */
export function initialAccess(members: readonly string[]): string {
  const users = members.map((name) => `<user-name>${escapeXmlText(name)}</user-name>`).join('');
  return (
    '<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm">' +
    `<groups><group><name>${ADMIN_GROUP}</name>${users}</group></groups>` +
    `<rule-list><name>${ADMIN_GROUP}</name><group>${ADMIN_GROUP}</group>` +
    '<rule><name>permit-all</name><action>permit</action></rule></rule-list></nacm>'
  );
}
