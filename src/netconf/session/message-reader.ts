import { XmlReader, type XmlFault } from '../../lib/xml/xml-reader.js';
import type { XmlLimits } from '../../lib/xml/xml-limits.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import { ChunkedDecoder } from '../framing/chunked.js';
import { EndOfMessageDecoder } from '../framing/end-of-message.js';
import type { FrameDecoder, FrameEvent } from '../framing/frame-decoder.js';
import { payloadPaths } from '../rpc/operations.js';

/** What arrives on a session. After `broken` nothing can be read any more. */
export type Message =
  | { readonly type: 'document'; readonly root: XmlElement }
  | { readonly type: 'fault'; readonly fault: XmlFault }
  | { readonly type: 'broken'; readonly reason: string };

/**
 * Makes XML documents of the bytes of a session, as they arrive: large messages are read in pieces.
 * A message that is refused is reported as soon as that is clear, and the rest of it is dropped.
 */
export class MessageReader {
  private readonly maxMessageBytes: number;
  private readonly xml: XmlReader;
  private decoder: FrameDecoder;
  /** Until the end of a message that has been refused. */
  private dropping = false;
  /** Before the first character of a message whose framing allows white space there. */
  private atStart = true;

  constructor(maxMessageBytes: number, xmlLimits: XmlLimits) {
    this.maxMessageBytes = maxMessageBytes;
    this.xml = new XmlReader(payloadPaths, xmlLimits);
    this.decoder = new EndOfMessageDecoder(maxMessageBytes);
  }

  /** Bytes that have arrived and are not yet read. */
  get pendingBytes(): number {
    return this.decoder.pendingBytes;
  }

  /** More bytes have arrived. */
  push(bytes: Uint8Array): void {
    this.decoder.push(bytes);
  }

  /** All that follows the last message is chunked (RFC 6242 §4.1). */
  useChunkedFraming(): void {
    const rest = this.decoder.takeRest();
    this.decoder = new ChunkedDecoder(this.maxMessageBytes);
    for (const bytes of rest) this.decoder.push(bytes);
  }

  /** The next message, `undefined` when more bytes are needed. */
  next(): Message | undefined {
    for (let event = this.decoder.next(); event !== undefined; event = this.decoder.next()) {
      const message = this.take(event);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  private take(event: FrameEvent): Message | undefined {
    if (event.type === 'broken') return event;
    if (event.type === 'end') return this.endMessage();
    if (this.dropping) return undefined;
    if (event.type === 'data') return this.refusal(this.xml.write(this.trimStart(event.bytes)));
    return this.refusal(this.xml.abandon(`The message is larger than ${this.maxMessageBytes} bytes.`));
  }

  private endMessage(): Message | undefined {
    const wasDropping = this.dropping;
    this.dropping = false;
    this.atStart = this.decoder instanceof EndOfMessageDecoder;
    if (wasDropping) return undefined;
    const document = this.xml.end();
    return document.ok
      ? { type: 'document', root: document.value }
      : { type: 'fault', fault: document.error };
  }

  private refusal(fault: XmlFault | undefined): Message | undefined {
    if (fault === undefined) return undefined;
    this.dropping = true;
    return { type: 'fault', fault };
  }

  /**
   * People and scripts write a line feed after `]]>]]>`, which then begins the next message. XML allows
   * nothing before its declaration, but the delimiter leaves no doubt about what is meant.
   */
  private trimStart(bytes: Uint8Array): Uint8Array {
    if (!this.atStart) return bytes;
    const start = bytes.findIndex((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
    if (start === -1) return bytes.subarray(bytes.length);
    this.atStart = false;
    return bytes.subarray(start);
  }
}
