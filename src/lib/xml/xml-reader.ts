import { SaxesParser, type SaxesTagNS } from 'saxes';
import { err, ok, type Result } from '../result.js';
import { DocumentState, Refusal, type ElementPath } from './document-state.js';
import { ParserFeed } from './parser-feed.js';
import { PayloadCollector } from './payload-collector.js';
import { Utf8Decoder } from './utf8.js';
import type { XmlElement } from './xml-element.js';
import { DEFAULT_XML_LIMITS, type XmlLimits } from './xml-limits.js';

/** Why a document was refused. */
export interface XmlFault {
  /** `malformed`: not well-formed XML in UTF-8, or a construct that is refused. `limit`: a bound was hit. */
  readonly kind: 'malformed' | 'limit';
  readonly message: string;
  /** The root, without content, when its start tag had been read. */
  readonly root?: XmlElement;
}

/**
 * Reads XML documents, one after another, from bytes that arrive in pieces split anywhere: strict
 * XML 1.0 with namespaces in UTF-8, no document type declaration, no processing instruction, bounded.
 * The elements that `payloads` names keep their content as text (see XmlElement.payload).
 */
export class XmlReader {
  private readonly limits: XmlLimits;
  private readonly payloads: ReadonlySet<ElementPath>;
  /** The local names that payloads below the root have: of most elements it is clear by them that they are none. */
  private readonly payloadNames: ReadonlySet<string>;
  private readonly decoder = new Utf8Decoder();
  private parser: NamespaceParser | undefined;
  private feed: ParserFeed | undefined;
  private document: DocumentState;

  constructor(payloads: Iterable<ElementPath> = [], limits: XmlLimits = DEFAULT_XML_LIMITS) {
    this.limits = limits;
    this.payloads = new Set(payloads);
    this.payloadNames = new Set([...this.payloads].map((path) => path.slice(path.lastIndexOf('}') + 1)));
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
    this.feed = undefined;
    if (root === undefined) throw new Error('a document without a root was accepted');
    return ok(root);
  }

  /** Gives up the document for a reason of the caller's: a fault of the kind `limit`. */
  abandon(message: string): XmlFault {
    return this.fault('limit', message);
  }

  private parse(text: string | null): XmlFault | undefined {
    this.parser ??= this.createParser();
    this.feed ??= new ParserFeed(this.parser, () => this.room());
    try {
      if (text === null) {
        this.feed.end();
        this.parser.close();
      } else {
        this.document.payload?.textArrives(text);
        this.document.latest = text;
        this.document.latestStart = this.document.length;
        this.document.length += text.length;
        this.feed.write(text);
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
    this.feed = undefined;
    this.document = new DocumentState(this.limits);
    if (root === undefined) return { kind, message };
    const { prefix, local, namespace, attributes, scope } = root;
    return { kind, message, root: { prefix, local, namespace, attributes, scope, children: [], text: '' } };
  }

  /** How deep elements may be inside one another here without being looked at: in what a payload has at its top. */
  private room(): number {
    const { depth, payload } = this.document;
    return payload === undefined || depth <= payload.depth ? 0 : this.limits.maxDepth - depth;
  }

  private createParser(): NamespaceParser {
    const parser = new NamespaceParser({
      xmlns: true,
      forceXMLVersion: true,
      defaultXMLVersion: '1.0',
      position: false,
    });
    parser.on('error', (error) =>
      refuse(`The message is not well-formed XML: ${this.feed?.place}: ${error.message}`),
    );
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
    this.feed?.tagRead();
    const position = this.feed?.position ?? parser.position;
    document.enter();
    if (document.payload !== undefined) {
      if (document.depth === document.payload.depth + 1) document.payload.child(tag, position);
      return;
    }
    const element = document.open(tag);
    const mayBePayload = document.depth === 1 || this.payloadNames.has(tag.local);
    if (!mayBePayload || !this.payloads.has(document.path())) return;
    const outside = document.latest.slice(position - document.latestStart);
    document.payload = new PayloadCollector(element.scope, document.depth, position, outside, (added) =>
      document.countAdditions(added),
    );
  }

  private closeTag(parser: NamespaceParser): void {
    const { document } = this;
    const { payload } = document;
    this.feed?.tagRead();
    if (payload !== undefined && payload.depth === document.depth) {
      document.stack.at(-1)!.payload = payload.finish(this.feed?.position ?? parser.position);
      document.payload = undefined;
    }
    document.close();
  }
}

/**
 * The parser, with namespaces, as a class of its own: instances of SaxesParser have room for six
 * handlers, with more V8 keeps their properties in a dictionary and parsing takes five times as long.
 */
class NamespaceParser extends SaxesParser<{
  xmlns: true;
  forceXMLVersion: true;
  defaultXMLVersion: '1.0';
  position: false;
}> {}

function refuse(message: string): never {
  throw new Refusal('malformed', message);
}
