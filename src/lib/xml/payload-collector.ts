import type { SaxesTagNS } from 'saxes';
import { escapeXmlAttribute } from './escape-xml.js';
import type { NamespaceScope } from './namespace-scope.js';

/**
 * Cuts the content of one element out of the text of its document, and adds to each top-level element
 * of it the namespace declarations of outer elements that it does not make itself, and that of the prefix
 * `xml` where it may occur: who reads the content need not know that XML binds it (Namespaces in XML 1.0 §3).
 * Line ends become line feeds, as in all XML that is read; the rest stays as it is. Positions count characters (UTF-16
 * code units) from the start of the document.
 */
export class PayloadCollector {
  /** Depth of the element whose content is collected. */
  readonly depth: number;
  private readonly start: number;
  private readonly outer: readonly (readonly [prefix: string, declaration: string])[];
  private readonly onAddition: (characters: number) => void;
  private readonly insertions: Insertion[] = [];
  private text: string;

  /**
   * `text` is what the document has after `start`, as far as it has arrived; `onAddition` is told how
   * many characters each addition has, and may throw.
   */
  constructor(
    scope: NamespaceScope,
    depth: number,
    start: number,
    text: string,
    onAddition: (characters: number) => void,
  ) {
    this.outer = [...scope].map(([prefix, uri]) => [prefix, declaration(prefix, uri)]);
    this.depth = depth;
    this.start = start;
    this.text = text;
    this.onAddition = onAddition;
  }

  /** More of the document has arrived. */
  textArrives(text: string): void {
    this.text += text;
  }

  /** The start tag of a top-level element ends before `position`. */
  child(tag: SaxesTagNS, position: number): void {
    const added = this.outer
      .filter(([prefix]) => !(prefix in tag.ns))
      .map(([, text]) => text)
      .join('');
    this.onAddition(added.length);
    const declaresXml = 'xml' in tag.ns;
    this.insertions.push({ at: this.endOfAttributes(position), text: added, declaresXml });
  }

  /** The collected element's end tag, or its empty-element tag, ends before `position`: the content. */
  finish(position: number): string {
    const end = position === this.start ? 0 : this.text.lastIndexOf('<', position - this.start - 1);
    let payload = '';
    let from = 0;
    const xml = this.text.includes('xml:') ? declaration('xml', XML) : '';
    for (const { at, text, declaresXml } of this.insertions) {
      payload += this.text.slice(from, at) + text + (declaresXml ? '' : xml);
      from = at;
    }
    return normalizeLineEnds(payload + this.text.slice(from, end));
  }

  private endOfAttributes(position: number): number {
    const bracket = position - this.start - 1;
    return this.text[bracket - 1] === '/' ? bracket - 1 : bracket;
  }
}

/** What is added to a start tag, and whether that declares the prefix `xml` itself. */
interface Insertion {
  readonly at: number;
  readonly text: string;
  readonly declaresXml: boolean;
}

const XML = 'http://www.w3.org/XML/1998/namespace';

/** XML 1.0 §2.11, which libyang leaves to whoever reads the document. */
function normalizeLineEnds(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
}

function declaration(prefix: string, uri: string): string {
  return ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeXmlAttribute(uri)}"`;
}
