import { escapeXmlText } from '../../lib/xml/escape-xml.js';

/** Name of the user that the first configuration has. */
export const ADMIN_USER = 'admin';

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
