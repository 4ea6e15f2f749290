import { SaxesParser, type SaxesTagNS } from 'saxes';
import { err, ok, type Result } from '../result.js';
import { NamespaceScope } from './namespace-scope.js';
import { PayloadCollector } from './payload-collector.js';
import { Utf8Decoder } from './utf8.js';
import type { XmlAttribute, XmlElement } from './xml-element.js';

/** Bounds on a document, against input made to exhaust the reader. */
export interface XmlLimits {
  /** Elements inside one another, the root included. */
  readonly maxDepth: number;
  readonly maxAttributes: number;
  /** Elements that become objects, that is outside payloads. */
  readonly maxElements: number;
  /** Characters that declarations of outer namespaces may add to one document's payloads. */
  readonly maxPayloadAdditions: number;
}

export const DEFAULT_XML_LIMITS: XmlLimits = {
  maxDepth: 128,
  maxAttributes: 64,
  maxElements: 100_000,
  maxPayloadAdditions: 16 * 1024 * 1024,
};

/** Why a document was refused. */
export interface XmlFault {
  /** `malformed`: not well-formed XML in UTF-8, or a construct that is refused. `limit`: a bound was hit. */
  readonly kind: 'malformed' | 'limit';
  readonly message: string;
  /** The root, without content, when its start tag had been read. */
  readonly root?: XmlElement;
}

/** The path of an element from below the root, as `{namespace}local/{namespace}local`. */
export type ElementPath = string;

/** `local` in `namespace` as a step of an ElementPath. */
export const pathStep = (namespace: string, local: string): string => `{${namespace}}${local}`;

/**
 * Reads XML documents, one after another, from bytes that arrive in pieces split anywhere: strict
 * XML 1.0 with namespaces in UTF-8, no document type declaration, no processing instruction, bounded.
 * The elements that `payloads` names keep their content as text (see XmlElement.payload).
 */
export class XmlReader {
  private readonly limits: XmlLimits;
  private readonly payloads: ReadonlySet<ElementPath>;
  private readonly longestPayloadPath: number;
  private readonly decoder = new Utf8Decoder();
  private parser: NamespaceParser | undefined;
  private document: DocumentState;

  constructor(payloads: Iterable<ElementPath> = [], limits: XmlLimits = DEFAULT_XML_LIMITS) {
    this.limits = limits;
    this.payloads = new Set(payloads);
    this.longestPayloadPath = Math.max(0, ...[...this.payloads].map((path) => path.split('/{').length));
    this.document = new DocumentState(limits);
  }

  /** Reads on. After a fault the rest of the document must not be written: the next write begins another. */
  write(bytes: Uint8Array): XmlFault | undefined {
    const text = this.decoder.decode(bytes);
    if (text === undefined) return this.fault('malformed', 'The message is not encoded in UTF-8.');
    return this.parse(text);
  }

  /** Ends the document: its root element. The next write begins another. */
  end(): Result<XmlElement, XmlFault> {
    if (!this.decoder.end()) return err(this.fault('malformed', 'The message is not encoded in UTF-8.'));
    const fault = this.parse(null);
    if (fault !== undefined) return err(fault);
    const root = this.document.root;
    this.document = new DocumentState(this.limits);
    if (root === undefined) throw new Error('a document without a root was accepted');
    return ok(root);
  }

  /** Gives up the document for a reason of the caller's: a fault of the kind `limit`. */
  abandon(message: string): XmlFault {
    return this.fault('limit', message);
  }

  private parse(text: string | null): XmlFault | undefined {
    this.parser ??= this.createParser();
    try {
      if (text === null) this.parser.close();
      else {
        this.document.payload?.textArrives(text);
        this.document.latest = text;
        this.document.latestStart = this.document.length;
        this.document.length += text.length;
        this.parser.write(text);
      }
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return this.fault(error.kind, error.message);
      throw error;
    }
  }

  private fault(kind: XmlFault['kind'], message: string): XmlFault {
    const { root } = this.document;
    this.decoder.end();
    this.parser = undefined;
    this.document = new DocumentState(this.limits);
    if (root === undefined) return { kind, message };
    const { prefix, local, namespace, attributes, scope } = root;
    return { kind, message, root: { prefix, local, namespace, attributes, scope, children: [], text: '' } };
  }

  private createParser(): NamespaceParser {
    const parser = new NamespaceParser({ xmlns: true, forceXMLVersion: true, defaultXMLVersion: '1.0' });
    parser.on('error', (error) => refuse(`The message is not well-formed XML: ${error.message}`));
    parser.on('doctype', () => refuse('A document type declaration must not appear in a NETCONF message.'));
    parser.on('processinginstruction', () => refuse('Processing instructions are not accepted.'));
    parser.on('xmldecl', ({ encoding }) => {
      if (encoding !== undefined && encoding.toUpperCase() !== 'UTF-8') {
        refuse(`The message declares the encoding "${encoding}"; only UTF-8 is accepted.`);
      }
    });
    parser.on('attribute', () => this.document.countAttribute());
    parser.on('opentag', (tag) => this.openTag(parser, tag));
    parser.on('closetag', () => this.closeTag(parser));
    parser.on('text', (text) => this.document.text(text));
    parser.on('cdata', (text) => this.document.text(text));
    return parser;
  }

  private openTag(parser: NamespaceParser, tag: SaxesTagNS): void {
    const { document } = this;
    document.enter();
    if (document.payload !== undefined) {
      if (document.depth === document.payload.depth + 1) document.payload.child(tag, parser.position);
      return;
    }
    const element = document.open(tag);
    if (document.depth - 1 > this.longestPayloadPath || !this.payloads.has(document.path())) return;
    const outside = document.latest.slice(parser.position - document.latestStart);
    document.payload = new PayloadCollector(
      element.scope,
      document.depth,
      parser.position,
      outside,
      (added) => document.countAdditions(added),
    );
  }

  private closeTag(parser: NamespaceParser): void {
    const { document } = this;
    const { payload } = document;
    if (payload !== undefined && payload.depth === document.depth) {
      document.stack.at(-1)!.payload = payload.finish(parser.position);
      document.payload = undefined;
    }
    document.close();
  }
}

/**
 * The parser, with namespaces, as a class of its own: instances of SaxesParser have room for six
 * handlers, with more V8 keeps their properties in a dictionary and parsing takes five times as long.
 */
class NamespaceParser extends SaxesParser<{ xmlns: true; forceXMLVersion: true; defaultXMLVersion: '1.0' }> {}

/** Thrown through the parser to stop it; never leaves the reader. */
class Refusal extends Error {
  readonly kind: XmlFault['kind'];

  constructor(kind: XmlFault['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

function refuse(message: string): never {
  throw new Refusal('malformed', message);
}

/** An element while it is built. */
class ElementNode implements XmlElement {
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
class DocumentState {
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
  private elements = 0;
  private additions = 0;

  constructor(limits: XmlLimits) {
    this.limits = limits;
  }

  /** An element begins, in a payload or outside. */
  enter(): void {
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
    const declared = Object.entries(tag.ns);
    const scope = declared.length === 0 ? outer : new NamespaceScope(new Map(declared), outer);
    const element = new ElementNode(tag, attributesOf(tag), scope);
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
