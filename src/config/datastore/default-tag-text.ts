import { DEFAULT_ATTRIBUTE } from '../yang/default-attribute.js';

/** Comments, CDATA sections and tags: what else there is in well-formed XML is text. */
const markup = /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*>/g;

/**
 * Writes the values `1` and `0` of the attribute `default` of RFC 6243 as `true` and `false`: both forms
 * are allowed there, libyang knows the booleans of YANG only.
 *
 * @param xml well-formed
 */
export function spellOutDefaultTags(xml: string): string {
  const declaration = new RegExp(`xmlns:([\\w.-]+)\\s*=\\s*["']${DEFAULT_ATTRIBUTE}["']`, 'g');
  const prefixes = new Set([...xml.matchAll(declaration)].map(([, prefix]) => prefix));
  if (prefixes.size === 0) return xml;
  const names = [...prefixes].map((prefix) => prefix?.replaceAll('.', String.raw`\.`)).join('|');
  // Other quoted values are stepped over, so that what stands inside them is left alone.
  const attribute = new RegExp(`(\\s(?:${names}):default\\s*=\\s*)["']([01])["']|"[^"]*"|'[^']*'`, 'g');
  return xml.replaceAll(markup, (tag) =>
    tag.startsWith('<!')
      ? tag
      : tag.replaceAll(attribute, (found, name?: string, value?: string) => {
          return name === undefined ? found : `${name}"${value === '1' ? 'true' : 'false'}"`;
        }),
  );
}
