/**
 * The egress: answers echo requests (RFC 8029 §4.4, §4.5) and creates the BFD sessions that they ask for
 * (RFC 5884 §6, RFC 7726 §2.1), as a pure machine.
 *
 * Anybody on an LSP can send a request. So all that one can make grow is bounded: sessions in all and for
 * each peer, sessions created in a second, replies in a second. What policy does not allow is dropped without
 * an answer.
 *
 * All times but those in timestamps are absolute microseconds of one monotonic clock.
 */
import { formatAddressBytes } from '../../lib/address.js';
import { TokenBucket } from '../../lib/token-bucket.js';
import { isLoopbackDestination } from '../loopback-destination.js';
import { FecType, GlobalFlag, MessageType, ReturnCode } from '../lsp-ping/codepoints.js';
import { decodeLspPing } from '../lsp-ping/decode-message.js';
import type { LspPingError } from '../lsp-ping/decode-message.js';
import { bfdDiscriminatorOf, fecStackOf, findTlv } from '../lsp-ping/message.js';
import type { Fec, LspPingMessage, LspPingTlv } from '../lsp-ping/message.js';
import { EchoReplier } from './echo-replier.js';
import type { ReplyContent } from './echo-replier.js';
import { erroredTlvs, repeatedTlvs, replyWay } from './echo-reply.js';
import type { EchoRequestDiscard, EgressEffect, PassiveRemovalReason } from './egress-effects.js';
import type { EgressSettings } from './egress-settings.js';
import { validateFecs } from './fec-validation.js';
import type { EgressForwarding, FecVerdict } from './fec-validation.js';
import { PassiveSessions } from './passive-sessions.js';
import type { PassiveSession, PassiveSessionIdentity } from './passive-sessions.js';
import type { ReceivedEchoRequest } from './received-echo-request.js';
import { isRoutableSource } from './routable-source.js';

/** What the egress needs of its surroundings. */
export interface EgressSurroundings {
  readonly forwarding: EgressForwarding;
  /** A local discriminator that no session has; it is in use until its session is removed. */
  takeDiscriminator(): number;
  /** Told of each request for a session that there is, or is just created: before its effects come out. */
  readonly sessionAsked?: (session: PassiveSession) => void;
}

/** The session that a request is about, if it has one. */
interface Bootstrapped {
  readonly session: PassiveSession | null;
  readonly effects: readonly EgressEffect[];
}

/** See the top of the file. */
export class EgressResponder {
  /** To read alone. */
  readonly sessions: Pick<PassiveSessions, 'size' | 'countOf' | 'find' | 'get' | 'phaseOf' | 'all'>;
  readonly #sessions: PassiveSessions;
  readonly #surroundings: EgressSurroundings;
  readonly #replier: EchoReplier;
  readonly #creations: TokenBucket;
  #settings: EgressSettings;
  #limitTold = false;

  constructor(settings: EgressSettings, surroundings: EgressSurroundings, nowUs: number) {
    this.#settings = settings;
    this.#surroundings = surroundings;
    this.#sessions = new PassiveSessions(settings.deleteDelayUs);
    this.sessions = this.#sessions;
    this.#replier = new EchoReplier(settings, nowUs);
    this.#creations = new TokenBucket(settings.creationRate, nowUs);
  }

  /** A packet to port 3503 has come in; never throws, whatever it holds. */
  handleEchoRequest(request: ReceivedEchoRequest, nowUs: number): readonly EgressEffect[] {
    if (!isLoopbackDestination(request.destination, 0, request.destination.length)) {
      return discarded('destination-address');
    }
    if (!isRoutableSource(request.source)) {
      return discarded('source-address');
    }
    const message = decodeLspPing(request.payload);
    if (!message.ok) {
      return this.#answerError(request, message.error, nowUs);
    }
    if (message.value.header.messageType !== MessageType.EchoRequest) {
      return discarded('not-a-request');
    }
    return this.#answer(request, message.value, nowUs);
  }

  /** A session has come Up, or is Up no more. */
  sessionChanged(localDiscriminator: number, up: boolean, nowUs: number): void {
    this.#sessions.changed(localDiscriminator, up, nowUs);
  }

  /** RFC 7726 §2.3: a packet of the ingress says Down, with diagnostic 7. */
  peerWithdrew(localDiscriminator: number, nowUs: number): readonly EgressEffect[] {
    const session = this.#sessions.get(localDiscriminator);
    return session !== null && this.#sessions.withdraw(localDiscriminator, nowUs)
      ? [{ type: 'withdraw-session', session }]
      : [];
  }

  /** RFC 7726 §2.3: all sessions of a FEC that ends here no more are removed. */
  fecRemoved(fec: Fec): readonly EgressEffect[] {
    return this.#removeAll(this.#sessions.withFec(fec), 'fec-removed');
  }

  /** The operator removes a session; its ingress may ask for it again. */
  clear(localDiscriminator: number): readonly EgressEffect[] {
    return this.#remove(localDiscriminator, 'cleared');
  }

  /** Other settings. Sessions beyond a lower limit stay; without `passive` none does. */
  setSettings(settings: EgressSettings, nowUs: number): readonly EgressEffect[] {
    this.#settings = settings;
    this.#sessions.setDeleteDelay(settings.deleteDelayUs);
    this.#creations.setRate(settings.creationRate, nowUs);
    this.#replier.setRates(settings, nowUs);
    return settings.passive
      ? this.#withLimitTold([])
      : this.#removeAll(this.#sessions.all(), 'passive-disabled');
  }

  /** To be called at `pollTimeout()` or later; earlier it does nothing. */
  handleTimeout(nowUs: number): readonly EgressEffect[] {
    const effects: EgressEffect[] = [];
    for (
      let over = this.#sessions.takeExpired(nowUs);
      over !== null;
      over = this.#sessions.takeExpired(nowUs)
    ) {
      effects.push(...this.#dismiss(over));
    }
    return this.#withLimitTold(effects);
  }

  /** When `handleTimeout` is next to be called; Infinity when nothing is waited for. */
  pollTimeout(): number {
    return this.#sessions.nextExpiry();
  }

  #answerError(request: ReceivedEchoRequest, error: LspPingError, nowUs: number): readonly EgressEffect[] {
    if (error.header === null) {
      return discarded(error.rule);
    }
    if (error.header.messageType !== MessageType.EchoRequest) {
      return discarded('not-a-request');
    }
    if (error.bfdDiscriminatorPresent && !this.#settings.passive) {
      return discarded('passive-disabled');
    }
    const content: ReplyContent = {
      header: error.header,
      verdict: { returnCode: error.returnCode, returnSubcode: 0 },
      tlvs: erroredTlvs(error.erroredTlvs),
      trafficClass: null,
      about: 'other',
    };
    return [...discarded(error.rule), ...this.#replier.reply(request, content, nowUs)];
  }

  #answer(request: ReceivedEchoRequest, message: LspPingMessage, nowUs: number): readonly EgressEffect[] {
    const discriminator = bfdDiscriminatorOf(message);
    if (discriminator !== null && !this.#settings.passive) {
      return discarded('passive-disabled');
    }
    if (replyWay(message.header.replyMode) === 'unsupported') {
      return discarded('reply-mode');
    }
    if (message.header.globalFlags & GlobalFlag.RespondOnlyIfTtlExpired && !request.ttlExpired) {
      return discarded('ttl-not-expired');
    }
    const fecs = fecStackOf(message);
    const verdict = validateFecs(request.labels, fecs, this.#surroundings.forwarding);
    if (discriminator === null) {
      return this.#replier.reply(request, contentOf(message, verdict, [], 'other'), nowUs);
    }
    const identity = { peer: formatAddressBytes(request.source), fecs, remoteDiscriminator: discriminator };
    return verdict.returnCode === ReturnCode.Egress
      ? this.#answerBootstrap(request, message, identity, verdict, nowUs)
      : this.#refuseBootstrap(request, message, identity, verdict, nowUs);
  }

  /** The FEC does not end here. If it did once, its session goes (RFC 7726 §2.3). */
  #refuseBootstrap(
    request: ReceivedEchoRequest,
    message: LspPingMessage,
    identity: PassiveSessionIdentity,
    verdict: FecVerdict,
    nowUs: number,
  ): readonly EgressEffect[] {
    const session = verdict.returnCode === ReturnCode.NoMapping ? this.#sessions.find(identity) : null;
    return [
      ...(session === null ? [] : this.#remove(session.localDiscriminator, 'fec-removed')),
      ...this.#replier.reply(request, contentOf(message, verdict, [], 'other'), nowUs),
    ];
  }

  #answerBootstrap(
    request: ReceivedEchoRequest,
    message: LspPingMessage,
    identity: PassiveSessionIdentity,
    verdict: FecVerdict,
    nowUs: number,
  ): readonly EgressEffect[] {
    const path = findTlv(message, 'bfd-reverse-path')?.subTlvTypes ?? [];
    const received = message.tlvs.filter((tlv) => SENT_BACK.has(tlv.type));
    if (path.some((type) => MULTICAST_FECS.has(type))) {
      return this.#replier.reply(request, contentOf(message, INAPPROPRIATE_FEC, received, 'other'), nowUs);
    }
    const known = this.#sessions.find(identity);
    const { session, effects } = known === null ? this.#create(identity, nowUs) : this.#prompt(known, nowUs);
    if (session === null) {
      return effects;
    }
    this.#surroundings.sessionAsked?.(session);
    const own: LspPingTlv = { type: 'bfd-discriminator', discriminator: session.localDiscriminator };
    // RFC 9612 §3.1: no reverse path is known here; the session is set up over IP all the same.
    const content =
      path.length > 0
        ? contentOf(message, REVERSE_PATH_NOT_FOUND, received, 'session')
        : contentOf(message, verdict, [own], 'session');
    return [...effects, ...this.#replier.reply(request, content, nowUs)];
  }

  #prompt(session: PassiveSession, nowUs: number): Bootstrapped {
    this.#sessions.refresh(session, nowUs);
    const up = this.#sessions.phaseOf(session.localDiscriminator) === 'up';
    return { session, effects: up ? [] : [{ type: 'prompt-session', session }] };
  }

  /** RFC 7726 §2.1: what policy disallows is dropped; then there is no session. */
  #create(identity: PassiveSessionIdentity, nowUs: number): Bootstrapped {
    const { maxSessions, maxSessionsPerPeer } = this.#settings;
    if (this.#sessions.countOf(identity.peer) >= maxSessionsPerPeer) {
      return { session: null, effects: discarded('peer-session-limit') };
    }
    const missed = this.#sessions.size < maxSessions ? null : this.#sessions.leastMissed(nowUs);
    if (this.#sessions.size >= maxSessions && missed === null) {
      return { session: null, effects: this.#limitReached() };
    }
    if (!this.#creations.take(nowUs)) {
      return { session: null, effects: discarded('creation-rate') };
    }
    const dismissed = missed === null ? [] : this.#dismiss(missed);
    const session = { ...identity, localDiscriminator: this.#surroundings.takeDiscriminator() };
    this.#sessions.add(session, nowUs);
    return { session, effects: [...dismissed, { type: 'create-session', session }] };
  }

  #limitReached(): readonly EgressEffect[] {
    const told = this.#limitTold;
    this.#limitTold = true;
    return told ? discarded('session-limit') : [...discarded('session-limit'), LIMIT_REACHED];
  }

  #removeAll(sessions: readonly PassiveSession[], reason: PassiveRemovalReason): readonly EgressEffect[] {
    return sessions.flatMap(({ localDiscriminator }) => this.#remove(localDiscriminator, reason));
  }

  #remove(localDiscriminator: number, reason: PassiveRemovalReason): readonly EgressEffect[] {
    const session = this.#sessions.remove(localDiscriminator);
    return this.#withLimitTold(session === null ? [] : [{ type: 'remove-session', session, reason }]);
  }

  /** A session has had its time, or makes room. */
  #dismiss({ localDiscriminator }: PassiveSession): readonly EgressEffect[] {
    const withdrawn = this.#sessions.phaseOf(localDiscriminator) === 'withdrawn';
    const session = this.#sessions.remove(localDiscriminator);
    const reason = withdrawn ? 'withdrawn' : 'not-up';
    return session === null ? [] : [{ type: 'remove-session', session, reason }];
  }

  #withLimitTold(effects: readonly EgressEffect[]): readonly EgressEffect[] {
    if (!this.#limitTold || this.#sessions.size >= this.#settings.maxSessions) {
      return effects;
    }
    this.#limitTold = false;
    return [...effects, { type: 'session-limit', reached: false }];
  }
}

const LIMIT_REACHED: EgressEffect = { type: 'session-limit', reached: true };
const INAPPROPRIATE_FEC: FecVerdict = { returnCode: ReturnCode.InappropriateFec, returnSubcode: 0 };
const REVERSE_PATH_NOT_FOUND: FecVerdict = { returnCode: ReturnCode.ReversePathNotFound, returnSubcode: 0 };

/** RFC 9612 §3.1: what comes with the two return codes of that document. */
const SENT_BACK: ReadonlySet<LspPingTlv['type']> = new Set(['bfd-discriminator', 'bfd-reverse-path']);

/** RFC 9612 §3.1: not permitted in a reverse path. */
const MULTICAST_FECS: ReadonlySet<number> = new Set([
  FecType.RsvpP2mpIpv4,
  FecType.RsvpP2mpIpv6,
  FecType.MulticastP2mpLdp,
  FecType.MulticastMp2mpLdp,
]);

function contentOf(
  message: LspPingMessage,
  verdict: FecVerdict,
  tlvs: readonly LspPingTlv[],
  about: ReplyContent['about'],
): ReplyContent {
  const trafficClass = findTlv(message, 'reply-tos')?.trafficClass ?? null;
  const { header } = message;
  return { header, verdict, tlvs: [...repeatedTlvs(message), ...tlvs], trafficClass, about };
}

function discarded(reason: EchoRequestDiscard): readonly EgressEffect[] {
  return [{ type: 'discarded', reason }];
}
