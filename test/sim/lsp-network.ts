/**
 * An ingress and an egress with real BFD sessions, joined by LSPs in virtual time. Everything that travels is
 * bytes: labelled frames one way, routed datagrams the other.
 */
import {
  createControlPacket,
  decodeControlPacket,
  encodeControlPacket,
} from '../../src/bfd/packet/control-packet.js';
import { SessionState, stateName } from '../../src/bfd/packet/session-state.js';
import type { SessionParameters } from '../../src/bfd/session/parameters.js';
import { EgressResponder } from '../../src/mpls/egress/egress-responder.js';
import type { EgressEffect } from '../../src/mpls/egress/egress-effects.js';
import type { EgressSettings } from '../../src/mpls/egress/egress-settings.js';
import type { PassiveSession } from '../../src/mpls/egress/passive-sessions.js';
import type { BootstrapEffect } from '../../src/mpls/ingress/bootstrap-effects.js';
import { IngressBootstrap } from '../../src/mpls/ingress/ingress-bootstrap.js';
import type { BootstrapSettings } from '../../src/mpls/ingress/ingress-bootstrap.js';
import { ReceivedLabelStack } from '../../src/mpls/label-stack.js';
import { loopbackDestination } from '../../src/mpls/loopback-destination.js';
import { INGRESS_RULES, LspPacketWriter, oamLabelStack } from '../../src/mpls/lsp-encapsulation.js';
import { LSP_PING_PORT } from '../../src/mpls/lsp-ping/codepoints.js';
import { decodeLspPing } from '../../src/mpls/lsp-ping/decode-message.js';
import { echoRequestMessage } from '../../src/mpls/lsp-ping/echo-request.js';
import { encodeLspPing } from '../../src/mpls/lsp-ping/encode-message.js';
import type { Fec } from '../../src/mpls/lsp-ping/message.js';
import { isQuietRemoval, QUIET_REMOVAL } from '../../src/mpls/quiet-removal.js';
import { SessionPeer } from '../../src/mpls/session-peer.js';
import { planSessions } from '../../src/mpls/tunnels/plan-sessions.js';
import type { IngressSettings, PlannedSession } from '../../src/mpls/tunnels/plan-sessions.js';
import type { Tunnel, TunnelKey, TunnelLsp } from '../../src/mpls/tunnels/tunnel.js';
import { createDecodedUdpPacket, decodeUdpPacket } from '../../src/net/udp-packet.js';
import { addressBytes } from '../support/prefix.js';
import { MachineTimer } from './machine-timer.js';
import { PARAMETERS, SECOND } from './pair.js';
import { seededRandom } from './seeded-random.js';
import { SessionHost } from './session-host.js';
import { VirtualTime } from './virtual-time.js';

const INGRESS_ADDRESS = '1.1.1.1';
const EGRESS_ADDRESS = '5.5.5.5';
const PARAMETERS_AT_ONE_SECOND: SessionParameters = {
  ...PARAMETERS,
  desiredMinTxIntervalUs: SECOND,
  requiredMinRxIntervalUs: SECOND,
  role: 'passive',
};

/** What the network is made from; the same options give the same run. */
export interface LspNetworkOptions {
  readonly bootstrap: BootstrapSettings;
  readonly egress: EgressSettings;
  readonly lossRate?: number;
  readonly seed?: number;
}

interface IngressEnd {
  readonly host: SessionHost;
  readonly peer: SessionPeer;
  readonly tunnel: Tunnel;
  readonly destination: Uint8Array;
  lsp: TunnelLsp;
}

export class LspNetwork {
  readonly time = new VirtualTime();
  readonly bootstrap: IngressBootstrap;
  readonly egress: EgressResponder;
  /** By tunnel. */
  readonly ingressEnds = new Map<TunnelKey, IngressEnd>();
  /** By local discriminator of the egress. */
  readonly egressEnds = new Map<number, SessionHost>();
  /** Which labels the egress takes off. */
  readonly endingLabels = new Set<number>([48120]);
  /** What has been sent, as a reader of a capture would say it, while `recording`. */
  readonly log: string[] = [];
  recording = false;
  /** The most requests that were outstanding at a time. */
  mostOutstanding = 0;
  lossRate: number;
  readonly bootstrapEffects: BootstrapEffect[] = [];
  readonly egressEffects: EgressEffect[] = [];
  readonly #random: () => number;
  readonly #bootstrapTimer: MachineTimer;
  readonly #egressTimer: MachineTimer;
  readonly #byDiscriminator = new Map<number, TunnelKey>();
  #discriminators = 0x2001;
  readonly #stack = new ReceivedLabelStack();
  readonly #packet = createDecodedUdpPacket();

  constructor({ bootstrap, egress, lossRate = 0, seed = 1 }: LspNetworkOptions) {
    this.#random = seededRandom(seed);
    this.lossRate = lossRate;
    this.bootstrap = new IngressBootstrap(bootstrap, this.#random);
    const surroundings = {
      forwarding: {
        labelOperation: (label: number) => (this.endingLabels.has(label) ? ('pop' as const) : null),
        fecMapping: () => ({ label: null }),
      },
      takeDiscriminator: () => this.#discriminators++,
    };
    this.egress = new EgressResponder(egress, surroundings, this.time.nowUs);
    this.#bootstrapTimer = new MachineTimer(
      this.time,
      () => this.bootstrap.pollTimeout(),
      () => this.#obey(this.bootstrap.handleTimeout(this.time.nowUs)),
    );
    this.#egressTimer = new MachineTimer(
      this.time,
      () => this.egress.pollTimeout(),
      () => this.#act(this.egress.handleTimeout(this.time.nowUs)),
    );
  }

  /** Plans the ingress, and carries the plan out. */
  configure(tunnels: ReadonlyMap<TunnelKey, Tunnel>, settings: IngressSettings): void {
    const current = new Map([...this.ingressEnds].map(([key, end]) => [key, end.lsp]));
    const plan = planSessions(tunnels, settings, current);
    for (const { key } of plan.remove) this.#remove(key);
    for (const { key, lsp } of plan.move) {
      const end = this.ingressEnds.get(key);
      if (end !== undefined) end.lsp = lsp;
    }
    for (const session of plan.create) this.#create(session);
  }

  /** How many sessions are Up at both ends. */
  get up(): number {
    return [...this.ingressEnds.values()].filter(
      ({ host }) => isUp(host) && isUp(this.egressEnds.get(host.session.remoteDiscriminator)),
    ).length;
  }

  #create({ key, tunnel, lsp }: PlannedSession): void {
    const discriminator = 0x40_0001 + this.#byDiscriminator.size;
    this.#byDiscriminator.set(discriminator, key);
    const host = new SessionHost(this.time, discriminator, PARAMETERS_AT_ONE_SECOND, this.#random);
    const destination = loopbackDestination('ipv4', Math.floor(this.#random() * 2 ** 32));
    const end: IngressEnd = { host, peer: new SessionPeer(null), tunnel, destination, lsp };
    this.ingressEnds.set(key, end);
    host.onTransmit = (bytes) => {
      this.#note('ingress', bytes);
      this.#sendOnLsp(end, INGRESS_RULES.destinationPort, bytes);
    };
    host.onChange = ({ to }) => {
      const up = to === SessionState.Up;
      if (up) end.peer.bind(host.session.remoteDiscriminator, addressBytes(EGRESS_ADDRESS));
      else end.peer.release();
      this.#obey(this.bootstrap.sessionChanged(key, up, this.time.nowUs));
    };
    this.#obey(this.bootstrap.add(key, discriminator, this.time.nowUs));
  }

  /** RFC 7726 §2.3: the session says farewell as often as its multiplier says, and is gone. */
  #remove(key: TunnelKey): void {
    const end = this.ingressEnds.get(key);
    if (end === undefined) throw new Error(`no session for ${key}`);
    this.ingressEnds.delete(key);
    this.#obey(this.bootstrap.remove(key, this.time.nowUs));
    let left = end.host.parameters.detectMult;
    const send = end.host.onTransmit;
    end.host.onTransmit = (bytes) => {
      left -= 1;
      send(bytes);
      if (left === 0) end.host.stop();
    };
    end.host.command(QUIET_REMOVAL);
  }

  #obey(effects: readonly BootstrapEffect[]): void {
    this.mostOutstanding = Math.max(this.mostOutstanding, this.bootstrap.outstanding);
    for (const effect of effects) {
      this.bootstrapEffects.push(effect);
      if (effect.type === 'send-echo-request') this.#sendEchoRequest(effect);
    }
    this.#bootstrapTimer.schedule();
  }

  #sendEchoRequest(effect: Extract<BootstrapEffect, { type: 'send-echo-request' }>): void {
    const end = this.ingressEnds.get(effect.key);
    if (end === undefined) throw new Error(`no session for ${effect.key}`);
    const fec: Fec = { type: 'bgp', prefix: end.tunnel.fec };
    const { sendersHandle, sequenceNumber, replyMode } = effect;
    const sentUnixUs = this.time.nowUs;
    this.#note('ingress', null);
    const message = {
      fec,
      sendersHandle,
      sequenceNumber,
      replyMode,
      discriminator: sendersHandle,
      sentUnixUs,
    };
    this.#sendOnLsp(end, LSP_PING_PORT, encodeLspPing(echoRequestMessage(message)));
  }

  #sendOnLsp(end: IngressEnd, destinationPort: number, payload: Uint8Array): void {
    const writer = new LspPacketWriter(oamLabelStack(end.lsp.labels, 7, false), {
      source: addressBytes(INGRESS_ADDRESS),
      destination: end.destination,
      ttl: INGRESS_RULES.transmitTtl,
      trafficClass: 0xc0,
      identification: 0,
      sourcePort: 49152,
      destinationPort,
    });
    const frame = new Uint8Array(writer.headerBytes + payload.length);
    frame.set(payload, writer.headerBytes);
    writer.write(frame, 0, payload.length);
    if (end.lsp.usable) this.#carry(() => this.#arriveAtEgress(frame));
  }

  #arriveAtEgress(frame: Uint8Array): void {
    const stack = this.#stack;
    const packet = this.#packet;
    const discard =
      stack.read(frame, 0, frame.length) ?? decodeUdpPacket(frame, stack.payloadAt, frame.length, packet);
    if (discard !== null) throw new Error(discard);
    const address = (at: number) => frame.slice(at, at + packet.addressBytes);
    const payload = frame.slice(packet.payloadAt, packet.payloadAt + packet.payloadBytes);
    if (packet.destinationPort === LSP_PING_PORT) {
      const request = {
        payload,
        labels: stack.labels(),
        ttlExpired: stack.ttl(0) <= 1,
        source: address(packet.sourceAt),
        destination: address(packet.destinationAt),
        sourcePort: packet.sourcePort,
        receivedUnixUs: this.time.nowUs,
      };
      this.#act(this.egress.handleEchoRequest(request, this.time.nowUs));
    } else {
      this.#egressReceives(payload, address(packet.sourceAt));
    }
  }

  #egressReceives(payload: Uint8Array, source: Uint8Array): void {
    const decoded = decodeControlPacket(payload, 0, payload.length);
    const session = decoded.ok ? this.egress.sessions.get(decoded.value.yourDiscriminator) : null;
    if (decoded.ok && session !== null) {
      const peer = new SessionPeer(session.remoteDiscriminator);
      if (peer.mismatch(decoded.value.myDiscriminator, source) !== null) return;
      if (isQuietRemoval(decoded.value)) {
        this.#act(this.egress.peerWithdrew(session.localDiscriminator, this.time.nowUs));
      } else {
        this.egressEnds.get(session.localDiscriminator)?.receive(payload);
      }
    }
  }

  #act(effects: readonly EgressEffect[]): void {
    for (const effect of effects) {
      this.egressEffects.push(effect);
      if (effect.type === 'create-session') {
        this.#createPassive(effect.session);
      } else if (effect.type === 'prompt-session') {
        this.#prime(effect.session);
      } else if (effect.type === 'withdraw-session') {
        this.egressEnds.get(effect.session.localDiscriminator)?.stop();
      } else if (effect.type === 'remove-session') {
        this.egressEnds.get(effect.session.localDiscriminator)?.stop();
        this.egressEnds.delete(effect.session.localDiscriminator);
      } else if (effect.type === 'send-reply') {
        const bytes = encodeLspPing(effect.reply.message);
        this.#note('egress', null);
        this.#carry(() => this.#replyArrives(bytes));
      }
    }
    this.#egressTimer.schedule();
  }

  #createPassive(session: PassiveSession): void {
    const { localDiscriminator } = session;
    const host = new SessionHost(this.time, localDiscriminator, PARAMETERS_AT_ONE_SECOND, this.#random);
    this.egressEnds.set(localDiscriminator, host);
    host.onTransmit = (bytes) => {
      this.#note('egress', bytes);
      this.#carry(() => this.#ingressReceives(bytes));
    };
    host.onChange = ({ to }) => {
      this.egress.sessionChanged(localDiscriminator, to === SessionState.Up, this.time.nowUs);
    };
    this.#prime(session);
  }

  /**
   * Lets a session know its ingress's discriminator. AdminDown leaves a session that is Down as it is, and what
   * it knows of its peer is forgotten after a Detection Time, as it should be (RFC 7726 §2.3).
   */
  #prime({ localDiscriminator, remoteDiscriminator }: PassiveSession): void {
    const bytes = new Uint8Array(24);
    const packet = {
      ...createControlPacket(),
      detectMult: 3,
      myDiscriminator: remoteDiscriminator,
      yourDiscriminator: localDiscriminator,
      desiredMinTxIntervalUs: SECOND,
      requiredMinRxIntervalUs: SECOND,
    };
    encodeControlPacket(packet, bytes, 0);
    this.egressEnds.get(localDiscriminator)?.receive(bytes);
  }

  #replyArrives(bytes: Uint8Array): void {
    const reply = decodeLspPing(bytes);
    if (!reply.ok) throw new Error(reply.error.rule);
    this.#obey(this.bootstrap.handleReply(reply.value, EGRESS_ADDRESS, this.time.nowUs));
  }

  #ingressReceives(payload: Uint8Array): void {
    const decoded = decodeControlPacket(payload, 0, payload.length);
    if (!decoded.ok) throw new Error(decoded.error);
    const { myDiscriminator, yourDiscriminator } = decoded.value;
    const key = this.#byDiscriminator.get(yourDiscriminator);
    const end = key === undefined ? undefined : this.ingressEnds.get(key);
    if (key !== undefined && end?.peer.mismatch(myDiscriminator, addressBytes(EGRESS_ADDRESS)) === null) {
      end.host.receive(payload);
      this.#obey(this.bootstrap.packetReceived(key, myDiscriminator, this.time.nowUs));
    }
  }

  #carry(arrive: () => void): void {
    if (this.#random() < this.lossRate) return;
    this.time.at(this.time.nowUs + 2000 + Math.floor(this.#random() * 8000), 'delivery', arrive);
  }

  #note(from: string, packet: Uint8Array | null): void {
    if (!this.recording) return;
    const decoded = packet === null ? null : decodeControlPacket(packet, 0, packet.length);
    const what = decoded?.ok === true ? stateName(decoded.value.state) : 'lsp ping';
    const your = decoded?.ok === true && decoded.value.yourDiscriminator === 0 ? ' to nobody' : '';
    this.log.push(`${from} ${what}${your}`);
  }
}

function isUp(host: SessionHost | undefined): boolean {
  return host?.session.localState === SessionState.Up;
}
