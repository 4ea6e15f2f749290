import { escapeXmlText } from '../../lib/xml/escape-xml.js';

/** A leaf; nothing when there is no value. */
export function leaf(name: string, value: string | number | boolean | null | undefined): string {
  return value === null || value === undefined ? '' : `<${name}>${escapeXmlText(String(value))}</${name}>`;
}

/** A leaf of another module than what it is in; nothing when there is no value. */
export function leafOf(
  namespace: string,
  name: string,
  value: string | number | boolean | null | undefined,
): string {
  return leaf(name, value).replace(`<${name}>`, `<${name} xmlns="${namespace}">`);
}

/** A container or list entry around content that is XML already; nothing when there is none. */
export function element(name: string, content: readonly string[], namespace?: string): string {
  if (content.every((part) => part === '')) return '';
  const declaration = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<${name}${declaration}>${content.join('')}</${name}>`;
}

/** A leaf whose value is an identity of another module. */
export function identityLeaf(
  name: string,
  identity: { prefix: string; namespace: string; name: string },
): string {
  return `<${name} xmlns:${identity.prefix}="${identity.namespace}">${identity.prefix}:${identity.name}</${name}>`;
}

/** A time as yang:date-and-time. */
export function dateAndTime(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
