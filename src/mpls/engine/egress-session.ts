import type { Admission } from '../../bfd/engine/external-way.js';
import type { SessionKey } from '../../bfd/engine/session-model.js';
import type { MutableControlPacket } from '../../bfd/packet/control-packet.js';
import { formatPrefix } from '../../lib/ip-prefix.js';
import type { HostAddress } from '../../net/host-address.js';
import type { TransmitChannel } from '../../net/transmitter.js';
import type { EchoReply } from '../egress/egress-effects.js';
import type { PassivePhase, PassiveSession } from '../egress/passive-sessions.js';
import { egressRules } from '../lsp-encapsulation.js';
import { lastPrefixFec } from '../lsp-ping/message.js';
import type { LspSessionReport } from '../mpls-model.js';
import { isQuietRemoval } from '../quiet-removal.js';
import type { ReasonCounts } from './lsp-counters.js';
import { LspSession } from './lsp-session.js';

/** What a session of the egress is made from. */
export interface EgressSessionOptions {
  readonly passive: PassiveSession;
  readonly source: HostAddress;
  readonly destination: HostAddress;
  readonly destinationPort: 3784 | 4784;
  readonly channel: TransmitChannel;
  readonly discards: ReasonCounts;
  /** Told when the ingress says that it wants the session no more. */
  readonly withdrawn: (session: EgressSession) => void;
  readonly phase: (session: EgressSession) => PassivePhase | null;
}

/** A session that an ingress has asked for. */
export class EgressSession extends LspSession {
  readonly passive: PassiveSession;
  readonly fec: string;
  readonly source: HostAddress;
  readonly destination: HostAddress;
  readonly destinationPort: 3784 | 4784;
  echoRequestsReceived = 0;
  echoRepliesSent = 0;
  lastReturnCode: number | null = null;
  lastReturnSubcode: number | null = null;
  lastEchoMs: number | null = null;
  /** It is to end without a word to its ingress. */
  silent = false;
  readonly #options: EgressSessionOptions;

  constructor(options: EgressSessionOptions) {
    const { passive, channel, destinationPort, discards } = options;
    const rules = egressRules(destinationPort);
    super(egressSessionKey(passive), rules, channel, passive.remoteDiscriminator, discards);
    this.passive = passive;
    this.fec = fecOf(passive);
    this.source = options.source;
    this.destination = options.destination;
    this.destinationPort = destinationPort;
    this.#options = options;
  }

  get localDiscriminator(): number {
    return this.passive.localDiscriminator;
  }

  /** An echo request was about it, and was answered with the reply; null: with none. */
  noteAsked(reply: EchoReply | null, nowMs: number): void {
    this.echoRequestsReceived += 1;
    this.lastEchoMs = nowMs;
    if (reply !== null) {
      this.echoRepliesSent += 1;
      this.lastReturnCode = reply.message.header.returnCode;
      this.lastReturnSubcode = reply.message.header.returnSubcode;
    }
  }

  /** Whether the last packet of the ingress said that it wants the session no more, and the session took it. */
  get quietlyRemoved(): boolean {
    const { remoteState, remoteDiagnostic } = this.entry.session;
    return isQuietRemoval({ state: remoteState, diagnostic: remoteDiagnostic });
  }

  resetStatistics(): void {
    this.entry.resetStatistics();
    this.echoRequestsReceived = 0;
    this.echoRepliesSent = 0;
  }

  report(): LspSessionReport {
    return {
      role: 'egress',
      fec: this.fec,
      peer: this.passive.peer,
      sourceAddress: this.source.text,
      destinationAddress: this.destination.text,
      sendersHandle: this.passive.remoteDiscriminator,
      bootstrap: null,
      echoRequestsSent: 0,
      echoRequestsReceived: this.echoRequestsReceived,
      echoRepliesSent: this.echoRepliesSent,
      echoRepliesReceived: 0,
      lastReturnCode: this.lastReturnCode,
      lastReturnSubcode: this.lastReturnSubcode,
      lastRoundTripUs: null,
      lastEchoMs: this.lastEchoMs,
      notUpReason: this.up ? null : this.#notUpReason(),
    };
  }

  /**
   * RFC 7726 §2.3: the ingress may end a session without an alarm. One whose packets are authenticated has
   * to see the packet itself; it goes Down then, for the reason that the packet tells.
   */
  protected admitsOfPeer(packet: MutableControlPacket): Admission {
    if (isQuietRemoval(packet) && this.entry.desired.authentication === null) {
      this.#options.withdrawn(this);
      return 'dealt-with';
    }
    return 'hand-over';
  }

  #notUpReason(): string {
    const phase = this.#options.phase(this);
    if (phase === 'withdrawn') {
      return 'The ingress wants it no more.';
    }
    return phase === 'down'
      ? 'It was Up, and waits for the ingress to come back.'
      : 'No BFD packet of the ingress has brought it Up.';
  }
}

/** See `SessionKey`. */
export function egressSessionKey(passive: PassiveSession): SessionKey {
  return `lsp-egress/${passive.peer}/${fecOf(passive)}/${passive.remoteDiscriminator}`;
}

/** The FEC that a session is about: the last that names a prefix, whose egress this is. */
function fecOf({ fecs }: PassiveSession): string {
  const last = lastPrefixFec(fecs);
  return last === null ? '0.0.0.0/0' : formatPrefix(last.prefix);
}
