import type { ConfigService } from '../../config/config-service.js';
import { malformedMessage, operationFailed, tooBig, type RpcError } from '../../config/errors/rpc-error.js';
import { err } from '../../lib/result.js';
import { encodeUtf8 } from '../../lib/xml/utf8.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import type { XmlFault } from '../../lib/xml/xml-reader.js';
import type { XmlLimits } from '../../lib/xml/xml-limits.js';
import { frameChunked } from '../framing/chunked.js';
import { frameEndOfMessage } from '../framing/end-of-message.js';
import type { Log } from '../../lib/log.js';
import { readRpc } from '../rpc/envelope.js';
import type { OperationContext } from '../rpc/operation.js';
import type { EventStream } from '../notify/event-stream.js';
import { notificationName } from '../notify/notification-name.js';
import { SessionSubscription } from '../notify/session-subscription.js';
import { runOperation } from '../rpc/run-operation.js';
import { writeErrorReply, writeReply } from '../rpc/reply-writer.js';
import { newSessionCounters } from './counters.js';
import { readHello, writeHello, type BaseVersion } from './hello.js';
import { MessageReader, type Message } from './message-reader.js';
import type { RegisteredSession, SessionRegistry, TerminationReason } from './session-registry.js';
import type { SessionTransport } from './session-transport.js';

/** What a session is and what it works with. */
export interface SessionOptions {
  readonly user: string;
  readonly sourceHost: string;
  readonly loginTime: Date;
  readonly transport: SessionTransport;
  readonly config: ConfigService;
  readonly registry: SessionRegistry;
  readonly events: EventStream;
  readonly isKnownNamespace: (namespace: string) => boolean;
  readonly log: Log;
  readonly maxMessageBytes: number;
  readonly xmlLimits: XmlLimits;
}

/** Unread bytes above which the session stops taking more, and below which it goes on. */
const PAUSE_ABOVE_BYTES = 256 * 1024;
const RESUME_BELOW_BYTES = 64 * 1024;

/** Messages after which other sessions get their turn. */
const MESSAGES_PER_TURN = 16;

/**
 * A NETCONF session (RFC 6241): the exchange of hellos, then one message after another, each answered
 * before the next one is read. Bytes that arrive meanwhile wait, up to a bound beyond which the peer
 * is held up.
 *
 * A message that is not well-formed XML, or exceeds a limit, is answered with an error and the session
 * goes on: both framings tell where the next message begins. Broken chunked framing does not, so it
 * ends the session without an answer, as RFC 6242 §4.2 demands; so does a bad hello (RFC 6241 §8.1).
 */
export class NetconfSession implements RegisteredSession {
  readonly id: number;
  readonly user: string;
  readonly sourceHost: string;
  readonly loginTime: Date;
  readonly counters = newSessionCounters();
  activity = 0;
  private readonly options: SessionOptions;
  private readonly context: OperationContext;
  private readonly reader: MessageReader;
  private readonly subscription: SessionSubscription;
  /** `undefined` until the client's hello has been read. */
  private version: BaseVersion | undefined;
  private busy = false;
  /** A message is being answered. Not so while the client takes its time to read the answer. */
  private handling = false;
  private paused = false;
  private inputEnded = false;
  private isOver = false;
  /** Why the session is to end once the request that it is working on is answered. */
  private endAfterRequest: TerminationReason | undefined;
  private released: Promise<void> | undefined;
  /** Resolves when the session is over and its locks are released. */
  private readonly ended: Promise<void>;
  private onEnded: () => void = () => undefined;

  /** Registers the session and sends the hello. */
  constructor(options: SessionOptions) {
    const { user, sourceHost, loginTime, registry, config, isKnownNamespace } = options;
    this.options = options;
    this.id = registry.allocateId();
    this.user = user;
    this.sourceHost = sourceHost;
    this.loginTime = loginTime;
    this.reader = new MessageReader(options.maxMessageBytes, options.xmlLimits);
    this.context = {
      requester: { sessionId: this.id, user, sourceHost },
      config,
      killSession: (sessionId) => registry.kill(sessionId, this.id),
      createSubscription: (stream, request) => this.subscription.create(stream, request),
      isKnownNamespace,
    };
    this.subscription = this.makeSubscription();
    this.ended = new Promise((resolve) => {
      this.onEnded = resolve;
    });
    registry.add(this);
    this.send(writeHello(registry.capabilities(), this.id));
    options.transport.flush();
  }

  /** True until the client's hello has been read. */
  get awaitsHello(): boolean {
    return this.version === undefined;
  }

  get isIdle(): boolean {
    return !this.handling && !this.subscription.isActive;
  }

  /** Bytes have arrived. */
  receive(bytes: Uint8Array): void {
    if (this.isOver) return;
    this.activity += 1;
    this.reader.push(bytes);
    if (!this.paused && this.busy && this.reader.pendingBytes > PAUSE_ABOVE_BYTES) {
      this.paused = true;
      this.options.transport.pause();
    }
    void this.work();
  }

  /** No more bytes will arrive; what has arrived is still answered, then the session ends. */
  receiveEnd(): void {
    this.inputEnded = true;
    void this.work();
  }

  /** Ends the session; resolves when its locks are released. */
  end(reason: TerminationReason): Promise<void> {
    if (!this.isOver) {
      this.isOver = true;
      void this.finish(reason);
    }
    return this.ended;
  }

  /** Ends the session once the request that it is working on is answered; those after it are not. */
  endWhenIdle(reason: TerminationReason): Promise<void> {
    if (!this.busy) return this.end(reason);
    this.endAfterRequest = reason;
    return this.ended;
  }

  private async finish(reason: TerminationReason): Promise<void> {
    const { registry, transport, log } = this.options;
    this.subscription.end();
    registry.remove(this, reason);
    log.info({ session: this.id, user: this.user, reason }, 'NETCONF session ended');
    transport.close();
    await this.release();
    this.onEnded();
  }

  /** Gives back what the session holds, once. */
  private release(): Promise<void> {
    this.released ??= this.options.config.releaseSession(this.id).catch((error: unknown) => {
      this.options.log.error({ session: this.id, err: error }, 'releasing a session failed');
    });
    return this.released;
  }

  /** Answers what has arrived, unless that is being done already. */
  private async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      for (let handled = 1; !this.isOver; handled += 1) {
        const message = this.nextMessage();
        if (message === undefined) break;
        this.handling = true;
        await this.handle(message);
        this.handling = false;
        this.activity += 1;
        if (this.endAfterRequest !== undefined) void this.end(this.endAfterRequest);
        await this.options.transport.drained();
        if (handled % MESSAGES_PER_TURN === 0) await this.options.transport.nextTurn();
      }
      this.options.transport.flush();
    } catch (error) {
      this.options.log.error({ session: this.id, err: error }, 'a session failed');
      void this.end('other');
    } finally {
      this.handling = false;
      this.busy = false;
    }
    if (this.inputEnded) void this.end('dropped');
  }

  private nextMessage(): Message | undefined {
    const message = this.reader.next();
    if (this.paused && this.reader.pendingBytes < RESUME_BELOW_BYTES) {
      this.paused = false;
      this.options.transport.resume();
    }
    return message;
  }

  private async handle(message: Message): Promise<void> {
    if (this.version === undefined) return this.handleHello(message);
    switch (message.type) {
      case 'document':
        return this.handleDocument(message.root);
      case 'fault':
        return this.handleFault(message.fault);
      case 'broken':
        this.options.registry.count(this, 'inBadRpcs');
        this.options.log.warn({ session: this.id, reason: message.reason }, 'broken framing');
        return this.end('other');
    }
  }

  private handleHello(message: Message): void {
    const hello = message.type === 'document' ? readHello(message.root) : err(faultText(message));
    if (!hello.ok) {
      this.options.log.warn({ session: this.id, user: this.user, reason: hello.error }, 'bad hello');
      void this.end('bad-hello');
      return;
    }
    this.version = hello.value;
    if (this.version === '1.1') this.reader.useChunkedFraming();
    this.options.log.info({ session: this.id, user: this.user, base: this.version }, 'NETCONF session open');
  }

  private async handleDocument(root: XmlElement): Promise<void> {
    this.subscription.outlet.hold();
    try {
      await this.answer(root);
    } finally {
      this.subscription.outlet.release();
    }
  }

  private async answer(root: XmlElement): Promise<void> {
    const rpc = readRpc(root);
    if (!rpc.ok) {
      this.options.registry.count(this, 'inBadRpcs');
      return this.sendErrors(root, [rpc.error]);
    }
    this.options.registry.count(this, 'inRpcs');
    const { outcome, endsSession } = await runOperation(rpc.value, this.context, this.options.log);
    if (this.isOver) return;
    if (!outcome.ok) return this.sendErrors(root, outcome.error);
    // The next owner of a lock may ask for it as soon as it sees this session's last reply.
    if (endsSession) await this.release();
    this.send(writeReply(root, outcome.value));
    if (endsSession) await this.end('closed');
  }

  /** malformed-message is new in base:1.1 and must not be sent to a client of base:1.0 (RFC 6241 appendix A). */
  private handleFault({ kind, message, root }: XmlFault): void {
    this.options.registry.count(this, 'inBadRpcs');
    this.options.log.warn({ session: this.id, reason: message }, 'a message was refused');
    if (kind === 'limit') return this.sendErrors(root, [tooBig(message, { type: 'rpc' })]);
    const error =
      this.version === '1.1' ? malformedMessage(message) : operationFailed(message, { type: 'rpc' });
    return this.sendErrors(root, [error]);
  }

  private makeSubscription(): SessionSubscription {
    const { config, events, transport, registry, log } = this.options;
    const write = (messages: readonly string[]): void => {
      for (const message of messages) {
        registry.count(this, 'outNotifications');
        this.send(message);
      }
    };
    const taken = async (): Promise<void> => {
      await transport.drained();
      await transport.nextTurn();
    };
    return new SessionSubscription(
      events,
      { write, taken },
      {
        permits: (notification) =>
          config.permitsNotification(notificationName(notification), this.context.requester),
        lost: (reason) => {
          log.warn({ session: this.id, user: this.user, reason }, 'a subscription was given up');
          void this.end('other');
        },
      },
    );
  }

  private sendErrors(rpc: XmlElement | undefined, errors: readonly RpcError[]): void {
    this.options.registry.count(this, 'outRpcErrors');
    this.send(writeErrorReply(rpc, errors));
  }

  private send(xml: string): void {
    const bytes = this.version === '1.1' ? frameChunked(encodeUtf8(xml)) : encodeUtf8(frameEndOfMessage(xml));
    this.options.transport.write(bytes);
  }
}

function faultText(message: Exclude<Message, { type: 'document' }>): string {
  return message.type === 'fault' ? message.fault.message : message.reason;
}
