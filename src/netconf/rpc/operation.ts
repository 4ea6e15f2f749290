import type { ConfigService, Outcome, Requester } from '../../config/config-service.js';
import { ok } from '../../lib/result.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import type { SubscriptionRequest } from '../notify/subscription.js';
import { NETCONF_BASE } from '../namespaces.js';

/** What a `<rpc-reply>` that is no error carries. */
export type ReplyBody =
  | { readonly type: 'ok' }
  /** `<data>` of `namespace` around `xml`, which stands alone whatever is declared outside it. */
  | { readonly type: 'data'; readonly namespace: string; readonly xml: string }
  /** The output of an operation, elements that each stand alone. */
  | { readonly type: 'output'; readonly xml: string };

/** What operations may use. */
export interface OperationContext {
  readonly requester: Requester;
  readonly config: ConfigService;
  /** Ends another session (RFC 6241 §7.9); resolves when its locks are released. `false`: no such session. */
  killSession(sessionId: number): Promise<boolean>;
  /** Subscribes the session to an event stream (RFC 5277 §2.1.1). */
  createSubscription(stream: string, request: SubscriptionRequest): Promise<Outcome>;
  /** True for the namespaces of the protocol and of the modules that are served. */
  isKnownNamespace(namespace: string): boolean;
}

/** A NETCONF operation: the element inside `<rpc>` that asks for it, and what it does. */
export interface Operation {
  readonly namespace: string;
  readonly name: string;
  /** Paths, from the operation's element, of parameters that carry configuration (XmlElement.payload). */
  readonly payloads?: readonly (readonly string[])[];
  /** The session is closed once the reply is sent. */
  readonly endsSession?: true;
  /** Who may run it depends on what is inside: `run` sees to that. */
  readonly ownAccessRule?: true;
  /** Decodes the parameters, does the operation, and gives the content of the reply. */
  run(element: XmlElement, context: OperationContext): Promise<Outcome<ReplyBody>>;
}

const OK_REPLY: ReplyBody = { type: 'ok' };

/** `<ok/>` when `outcome` is a success. */
export function okReply(outcome: Outcome): Outcome<ReplyBody> {
  return outcome.ok ? ok(OK_REPLY) : outcome;
}

/** `<data>` of the base namespace around the XML of a success. */
export function dataReply(outcome: Outcome<string>): Outcome<ReplyBody> {
  return outcome.ok ? ok({ type: 'data', namespace: NETCONF_BASE, xml: outcome.value }) : outcome;
}
