/** An attribute as it stands in the document; `namespace` is '' for an unprefixed one. */
export interface XmlAttribute {
  readonly name: string;
  readonly prefix: string;
  readonly local: string;
  readonly namespace: string;
  readonly value: string;
}

/**
 * An element of a small XML document (an RPC without its payload, a filter). `text` is all character
 * data directly inside it, joined. `scope` maps every prefix that is bound here ('' is the default
 * namespace) to its URI, for values that are XPath or qualified names.
 */
export interface XmlElement {
  readonly prefix: string;
  readonly local: string;
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  readonly text: string;
  readonly scope: ReadonlyMap<string, string>;
  /**
   * The markup inside the element, for the few elements that carry configuration (`<config>`): its
   * own text, unchanged but for namespace declarations of outer elements that are added to each
   * top-level element so that it stands alone. Such an element has no `children`.
   */
  readonly payload?: string;
}
