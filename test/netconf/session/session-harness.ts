import { setImmediate as turn } from 'node:timers/promises';
import { XmlReader } from '../../../src/lib/xml/xml-reader.js';
import { DEFAULT_XML_LIMITS, type XmlLimits } from '../../../src/lib/xml/xml-limits.js';
import type { XmlElement } from '../../../src/lib/xml/xml-element.js';
import { serverCapabilities } from '../../../src/netconf/capabilities/server-capabilities.js';
import { ChunkedDecoder } from '../../../src/netconf/framing/chunked.js';
import { EndOfMessageDecoder } from '../../../src/netconf/framing/end-of-message.js';
import type { FrameDecoder } from '../../../src/netconf/framing/frame-decoder.js';
import { NetconfSession } from '../../../src/netconf/session/netconf-session.js';
import { SessionRegistry } from '../../../src/netconf/session/session-registry.js';
import type { SessionTransport } from '../../../src/netconf/session/session-transport.js';
import { EventStream } from '../../../src/netconf/notify/event-stream.js';
import { InMemoryConfigService } from '../../support/in-memory-config-service.js';
import { InMemoryNotificationLog, InMemoryNotifications } from '../../support/in-memory-notifications.js';
import { VirtualClock } from '../../support/virtual-clock.js';

export const BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';
export const NOTIFICATION = 'urn:ietf:params:xml:ns:netconf:notification:1.0';
const MAX_TURNS = 1000;

/** Something that a test keeps waiting until it opens the gate. */
export class Gate {
  readonly passed: Promise<void>;
  open: () => void = () => undefined;

  constructor() {
    this.passed = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

/** A transport that keeps what is sent. */
export class MemoryTransport implements SessionTransport {
  readonly sent: Uint8Array[] = [];
  reading = true;
  closed = false;
  /** What `drained` answers. */
  backlog: Promise<void> | undefined;
  turns = 0;

  write(bytes: Uint8Array): void {
    if (!this.closed) this.sent.push(bytes);
  }

  flush(): void {}

  drained(): Promise<void> | undefined {
    return this.backlog;
  }

  pause(): void {
    this.reading = false;
  }

  resume(): void {
    this.reading = true;
  }

  async nextTurn(): Promise<void> {
    this.turns += 1;
    await turn();
  }

  close(): void {
    this.closed = true;
  }
}

/** The server of one or more sessions, over memory. */
export class SessionServer {
  readonly config = new InMemoryConfigService();
  readonly source = new InMemoryNotifications();
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 1, 12));
  readonly events = new EventStream({
    source: this.source,
    log: new InMemoryNotificationLog(this.clock.nowMs()),
    clock: this.clock,
  });
  readonly registry = new SessionRegistry(
    serverCapabilities(this.config.schemas()),
    new Date('2026-01-01T00:00:00Z'),
    this.source,
  );
  readonly logged: string[] = [];

  open(options: { maxMessageBytes?: number; xmlLimits?: XmlLimits } = {}): SessionClient {
    const transport = new MemoryTransport();
    const note = (_fields: object, message: string): void => void this.logged.push(message);
    const session = new NetconfSession({
      user: 'admin',
      sourceHost: '192.0.2.1',
      loginTime: new Date('2026-01-01T00:00:01Z'),
      transport,
      config: this.config,
      registry: this.registry,
      events: this.events,
      isKnownNamespace: (namespace) => [BASE, NOTIFICATION, 'urn:toy'].includes(namespace),
      log: { debug: note, info: note, warn: note, error: note },
      maxMessageBytes: options.maxMessageBytes ?? 1_000_000,
      xmlLimits: options.xmlLimits ?? DEFAULT_XML_LIMITS,
    });
    return new SessionClient(session, transport);
  }
}

/** The client's side of a session. */
export class SessionClient {
  readonly session: NetconfSession;
  readonly transport: MemoryTransport;
  private read = 0;
  private decoder: FrameDecoder = new EndOfMessageDecoder(10_000_000);
  private chunked = false;
  private message = '';

  constructor(session: NetconfSession, transport: MemoryTransport) {
    this.session = session;
    this.transport = transport;
  }

  /** Exchanges hellos for a base version. */
  async hello(version: '1.0' | '1.1' = '1.1'): Promise<this> {
    await this.reply();
    this.sendRaw(clientHello(version));
    if (version === '1.1') this.useChunked();
    return this;
  }

  /** From here on both sides frame in chunks. */
  useChunked(): void {
    this.decoder = new ChunkedDecoder(10_000_000);
    this.chunked = true;
  }

  sendRaw(bytes: string | Uint8Array): void {
    this.session.receive(toBuffer(bytes));
  }

  send(message: string | Uint8Array): void {
    const bytes = toBuffer(message);
    this.sendRaw(this.chunked ? chunks(bytes) : Buffer.concat([bytes, Buffer.from(']]>]]>')]));
  }

  /** The next message of the server as text; throws when the session closes or nothing comes. */
  async reply(): Promise<string> {
    for (let turns = 0; turns < MAX_TURNS; turns += 1) {
      const message = this.take();
      if (message !== undefined) return message;
      if (this.transport.closed) throw new Error('the session is closed');
      await turn();
    }
    throw new Error('no reply');
  }

  /** Sends a message and reads the answer. */
  async exchange(message: string | Uint8Array): Promise<string> {
    this.send(message);
    return this.reply();
  }

  /** Sends an operation in an rpc and reads the answer as an element. */
  async rpc(operation: string): Promise<XmlElement> {
    return parse(await this.exchange(`<rpc xmlns="${BASE}" message-id="1">${operation}</rpc>`));
  }

  /** Waits until the session has closed its transport; what it still sent is given back. */
  async closed(): Promise<string[]> {
    for (let turns = 0; turns < MAX_TURNS && !this.transport.closed; turns += 1) await turn();
    if (!this.transport.closed) throw new Error('the session is still open');
    const last: string[] = [];
    for (let message = this.take(); message !== undefined; message = this.take()) last.push(message);
    return last;
  }

  private take(): string | undefined {
    for (; ; this.decoder.push(this.transport.sent[this.read++]!)) {
      for (let event = this.decoder.next(); event !== undefined; event = this.decoder.next()) {
        if (event.type === 'data') this.message += Buffer.from(event.bytes).toString();
        if (event.type !== 'end') continue;
        const { message } = this;
        this.message = '';
        return message;
      }
      if (this.read === this.transport.sent.length) return undefined;
    }
  }
}

export const clientHello = (...versions: string[]): string =>
  `<hello xmlns="${BASE}"><capabilities>${versions
    .map((version) => `<capability>urn:ietf:params:netconf:base:${version}</capability>`)
    .join('')}</capabilities></hello>]]>]]>`;

export const chunks = (message: string | Uint8Array): Buffer => {
  const bytes = toBuffer(message);
  return Buffer.concat([Buffer.from(`\n#${bytes.length}\n`), bytes, Buffer.from('\n##\n')]);
};

export const toBuffer = (data: string | Uint8Array): Buffer =>
  typeof data === 'string' ? Buffer.from(data) : Buffer.from(data);

export function parse(document: string): XmlElement {
  const reader = new XmlReader();
  reader.write(Buffer.from(document));
  const result = reader.end();
  if (!result.ok) throw new Error(`${result.error.message} ${document}`);
  return result.value;
}

/** An rpc-error of a reply, flat: its type, its tag, and the content of its error-info. */
export type FlatError = readonly [type: string, tag: string, info: Readonly<Record<string, string>>];

export function errorsOf(reply: XmlElement): FlatError[] {
  return reply.children.map((error) => {
    if (error.local !== 'rpc-error') throw new Error(`<${error.local}> is no rpc-error`);
    const child = (name: string) => error.children.find(({ local }) => local === name);
    const info = child('error-info')?.children.map(({ local, text }) => [local, text]) ?? [];
    return [child('error-type')!.text, child('error-tag')!.text, Object.fromEntries(info)];
  });
}
