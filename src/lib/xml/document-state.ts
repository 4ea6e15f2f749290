import type { SaxesTagNS } from 'saxes';
import { NamespaceScope } from './namespace-scope.js';
import type { PayloadCollector } from './payload-collector.js';
import type { XmlAttribute, XmlElement } from './xml-element.js';
import type { XmlLimits } from './xml-limits.js';

/** The path of an element from below the root, as `{namespace}local/{namespace}local`. */
export type ElementPath = string;

/** `local` in `namespace` as a step of an ElementPath. */
export const pathStep = (namespace: string, local: string): string => `{${namespace}}${local}`;

/** Thrown through the parser to stop it; never leaves the reader. */
export class Refusal extends Error {
  readonly kind: 'malformed' | 'limit';

  constructor(kind: 'malformed' | 'limit', message: string) {
    super(message);
    this.kind = kind;
  }
}

/** An element while it is built. */
export class ElementNode implements XmlElement {
  readonly prefix: string;
  readonly local: string;
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly scope: NamespaceScope;
  readonly children: ElementNode[] = [];
  text = '';
  declare payload?: string;

  constructor(tag: SaxesTagNS, attributes: readonly XmlAttribute[], scope: NamespaceScope) {
    this.prefix = tag.prefix;
    this.local = tag.local;
    this.namespace = tag.uri;
    this.attributes = attributes;
    this.scope = scope;
  }
}

/** The namespace that namespace declarations are in (Namespaces in XML 1.0 §3). */
const XMLNS = 'http://www.w3.org/2000/xmlns/';
const NO_SCOPE = new NamespaceScope();
const NO_ATTRIBUTES: readonly XmlAttribute[] = [];

/** What is known of the document that is being read. */
export class DocumentState {
  root: ElementNode | undefined;
  readonly stack: ElementNode[] = [];
  depth = 0;
  payload: PayloadCollector | undefined;
  /** The piece of text that is being parsed, and how many characters came before it. */
  latest = '';
  latestStart = 0;
  length = 0;
  private readonly limits: XmlLimits;
  private attributes = 0;
  /** Whether the element that has begun has attributes, declarations of namespaces among them. */
  private hasAttributes = false;
  private elements = 0;
  private additions = 0;

  constructor(limits: XmlLimits) {
    this.limits = limits;
  }

  /** An element begins, in a payload or outside. */
  enter(): void {
    this.hasAttributes = this.attributes > 0;
    this.attributes = 0;
    this.depth += 1;
    if (this.depth > this.limits.maxDepth) exceed(`more than ${this.limits.maxDepth} levels of elements`);
  }

  countAttribute(): void {
    this.attributes += 1;
    if (this.attributes > this.limits.maxAttributes) {
      exceed(`more than ${this.limits.maxAttributes} attributes on one element`);
    }
  }

  countAdditions(characters: number): void {
    this.additions += characters;
    if (this.additions > this.limits.maxPayloadAdditions) exceed('too many namespace declarations');
  }

  open(tag: SaxesTagNS): ElementNode {
    this.elements += 1;
    if (this.elements > this.limits.maxElements) exceed(`more than ${this.limits.maxElements} elements`);
    const parent = this.stack.at(-1);
    const outer = parent?.scope ?? NO_SCOPE;
    const element = this.hasAttributes
      ? new ElementNode(tag, attributesOf(tag), scopeOf(tag, outer))
      : new ElementNode(tag, NO_ATTRIBUTES, outer);
    if (parent === undefined) this.root = element;
    else parent.children.push(element);
    this.stack.push(element);
    return element;
  }

  close(): void {
    if (this.depth === this.stack.length) this.stack.pop();
    this.depth -= 1;
  }

  text(text: string): void {
    if (this.payload !== undefined) return;
    const element = this.stack.at(-1);
    if (element !== undefined) element.text += text;
  }

  /** The path of the innermost open element. */
  path(): ElementPath {
    return this.stack
      .slice(1)
      .map(({ namespace, local }) => pathStep(namespace, local))
      .join('/');
  }
}

function exceed(what: string): never {
  throw new Refusal('limit', `The message has ${what}.`);
}

function scopeOf(tag: SaxesTagNS, outer: NamespaceScope): NamespaceScope {
  const declared = Object.entries(tag.ns);
  return declared.length === 0 ? outer : new NamespaceScope(new Map(declared), outer);
}

/** Namespace declarations are not among them: they are the scope. */
function attributesOf(tag: SaxesTagNS): readonly XmlAttribute[] {
  let list: XmlAttribute[] | undefined;
  for (const key in tag.attributes) {
    const { name, prefix, local, uri, value } = tag.attributes[key]!;
    if (uri === XMLNS) continue;
    list ??= [];
    list.push({ name, prefix, local, namespace: uri, value });
  }
  return list ?? NO_ATTRIBUTES;
}
