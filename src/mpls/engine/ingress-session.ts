import type { Admission } from '../../bfd/engine/external-way.js';
import type { SessionKey } from '../../bfd/engine/session-model.js';
import type { MutableControlPacket } from '../../bfd/packet/control-packet.js';
import { SessionState } from '../../bfd/packet/session-state.js';
import { formatAddressBytes } from '../../lib/address.js';
import { formatPrefix, type IpPrefix } from '../../lib/ip-prefix.js';
import type { HostAddress } from '../../net/host-address.js';
import type { LspChannel, LspWay } from '../../net/lsp-transmitter.js';
import type { BootstrapRecord } from '../ingress/bootstrap-record.js';
import { INGRESS_RULES } from '../lsp-encapsulation.js';
import type { LspSessionReport } from '../mpls-model.js';
import type { TunnelKey, TunnelLsp } from '../tunnels/tunnel.js';
import type { ReasonCounts } from './lsp-counters.js';
import { LspSession } from './lsp-session.js';

/** What a session of the ingress is made from. */
export interface IngressSessionOptions {
  readonly fec: IpPrefix;
  readonly source: HostAddress;
  /** The 127/8 destination, the same for all its packets (RFC 5884 §7). */
  readonly destination: HostAddress;
  readonly channel: LspChannel;
  readonly way: LspWay;
  readonly lsp: TunnelLsp;
  readonly localDiscriminator: number;
  readonly discards: ReasonCounts;
  /** Told of packets while the session is not Up. */
  readonly heard: (session: IngressSession, myDiscriminator: number, nowUs: number) => void;
  readonly bootstrap: (session: IngressSession) => Readonly<BootstrapRecord> | null;
}

/** A session of the ingress, and the tunnel that it watches. */
export class IngressSession extends LspSession {
  readonly tunnelKey: TunnelKey;
  readonly fec: IpPrefix;
  readonly source: HostAddress;
  readonly destination: HostAddress;
  declare readonly channel: LspChannel;
  /** The path that its packets take, and what they look like on it. */
  lsp: TunnelLsp;
  way: LspWay;
  /** How long it stays in Init. */
  delayUpUs = 0;
  lastEchoMs: number | null = null;
  readonly #options: IngressSessionOptions;
  #readyAtUs = -Infinity;
  /** What the bootstrap had counted when its counters were last reset. */
  #sentBefore = 0;
  #receivedBefore = 0;

  constructor(options: IngressSessionOptions) {
    const tunnelKey = formatPrefix(options.fec);
    super(ingressSessionKey(tunnelKey), INGRESS_RULES, options.channel, null, options.discards);
    this.tunnelKey = tunnelKey;
    this.fec = options.fec;
    this.source = options.source;
    this.destination = options.destination;
    this.lsp = options.lsp;
    this.way = options.way;
    this.#options = options;
  }

  get localDiscriminator(): number {
    return this.#options.localDiscriminator;
  }

  /** Packets take another path, or look otherwise, from now on. */
  setWay(lsp: TunnelLsp, way: LspWay): void {
    this.lsp = lsp;
    this.way = way;
    this.channel.setWay(way);
  }

  /** It has gone to Init: from now on it waits to be Up. */
  noteInit(nowUs: number): void {
    this.#readyAtUs = nowUs + this.delayUpUs;
  }

  resetStatistics(): void {
    this.entry.resetStatistics();
    const record = this.#options.bootstrap(this);
    this.#sentBefore = record?.requestsSent ?? 0;
    this.#receivedBefore = record?.repliesReceived ?? 0;
  }

  report(): LspSessionReport {
    const record = this.#options.bootstrap(this);
    return {
      role: 'ingress',
      fec: this.tunnelKey,
      peer: formatAddressBytes(this.fec.bytes),
      sourceAddress: this.source.text,
      destinationAddress: this.destination.text,
      sendersHandle: this.localDiscriminator,
      bootstrap: record?.state ?? null,
      echoRequestsSent: (record?.requestsSent ?? this.#sentBefore) - this.#sentBefore,
      echoRequestsReceived: 0,
      echoRepliesSent: 0,
      echoRepliesReceived: (record?.repliesReceived ?? this.#receivedBefore) - this.#receivedBefore,
      lastReturnCode: record?.lastReturnCode ?? null,
      lastReturnSubcode: record?.lastReturnSubcode ?? null,
      lastRoundTripUs: record?.lastRoundTripUs ?? null,
      lastEchoMs: this.lastEchoMs,
      notUpReason: this.up ? null : this.#notUpReason(record),
    };
  }

  protected admitsOfPeer(packet: MutableControlPacket, nowUs: number): Admission {
    if (!this.up) {
      this.#options.heard(this, packet.myDiscriminator, nowUs);
      if (this.delayUpUs > 0) {
        this.#hold(packet, nowUs);
      }
    }
    return 'hand-over';
  }

  /** A peer that seems to be Down keeps a session in Init, which the peer may be Up with. */
  #hold(packet: MutableControlPacket, nowUs: number): void {
    const { localState } = this.entry.session;
    const comes = localState === SessionState.Down && packet.state === SessionState.Init;
    const waits = localState === SessionState.Init && nowUs < this.#readyAtUs;
    if (comes || (waits && packet.state !== SessionState.AdminDown)) {
      packet.state = SessionState.Down;
    }
  }

  #notUpReason(record: Readonly<BootstrapRecord> | null): string {
    if (!this.channel.usable) {
      const { hop } = this.way;
      return `The next hop ${hop.address.text} on ${hop.interfaceName} cannot be reached.`;
    }
    if (this.entry.session.localState === SessionState.Init) {
      return this.delayUpUs > 0
        ? 'It waits for its delay, or for its peer, to be Up.'
        : 'It waits for its peer to say Init or Up.';
    }
    if (record === null || record.state === 'queued') {
      return 'Its echo request waits for others to be answered.';
    }
    if (record.lastReturnCode !== null && record.lastReturnCode !== EGRESS && record.answered) {
      return `The echo request was answered with return code ${record.lastReturnCode}, subcode ${record.lastReturnSubcode}.`;
    }
    return record.state === 'confirmed'
      ? 'The egress has answered the echo request, and no BFD packet of it has brought the session Up.'
      : 'The egress has not answered the echo request.';
  }
}

/** The return code of the FEC's egress, RFC 8029 §3.1. */
const EGRESS = 3;

/** See `SessionKey`. */
export function ingressSessionKey(tunnel: TunnelKey): SessionKey {
  return `${KEY_PREFIX}${tunnel}`;
}

/** The tunnel whose session has that key; null: it is no key of the ingress. */
export function tunnelOfIngressKey(key: SessionKey): TunnelKey | null {
  return key.startsWith(KEY_PREFIX) ? key.slice(KEY_PREFIX.length) : null;
}

const KEY_PREFIX = 'lsp-ingress/';
