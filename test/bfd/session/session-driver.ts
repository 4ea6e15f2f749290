/** Drives one session by hand: packets of a peer that exists on paper, and a clock that the test turns. */
import { MAX_CONTROL_PACKET_BYTES } from '../../../src/bfd/auth/authenticator.js';
import { nodeDigest } from '../../../src/bfd/auth/node-digest.io.js';
import {
  CONTROL_PACKET_BYTES,
  createControlPacket,
  encodeControlPacket,
} from '../../../src/bfd/packet/control-packet.js';
import type { ControlPacket } from '../../../src/bfd/packet/control-packet.js';
import { ECHO_PACKET_BYTES } from '../../../src/bfd/packet/echo-packet.js';
import { SessionState } from '../../../src/bfd/packet/session-state.js';
import type { SessionEffect } from '../../../src/bfd/session/effects.js';
import type { SessionCommand, SessionParameters } from '../../../src/bfd/session/parameters.js';
import { Session } from '../../../src/bfd/session/session.js';
import { MS, PARAMETERS, SECOND } from '../../support/session-parameters.js';

export { MS, PARAMETERS, SECOND } from '../../support/session-parameters.js';
export const { AdminDown, Down, Init, Up } = SessionState;
export const LOCAL = 0x4001;
export const PEER = 0x2001;

/** A packet as it went out, with the time. */
export interface SentPacket extends ControlPacket {
  readonly atUs: number;
  readonly bytes: Uint8Array;
}

/** An Echo packet as it went out. */
export interface SentEcho {
  readonly atUs: number;
  readonly bytes: Uint8Array;
}

export class SessionDriver {
  nowUs = 1_000_000_000;
  readonly session: Session;
  readonly sent: SentPacket[] = [];
  readonly echoes: SentEcho[] = [];
  readonly effects: SessionEffect[] = [];
  parameters: SessionParameters;
  /** What the next draws of randomness give; 0 is no jitter. */
  draw = 0;
  drawUint32 = 0xffff_fffe;
  readonly #peer: Partial<ControlPacket>;

  constructor(
    parameters: Partial<SessionParameters> = {},
    peer: Partial<ControlPacket> = {},
    localDiscriminator = LOCAL,
  ) {
    this.parameters = { ...PARAMETERS, ...parameters };
    this.#peer = peer;
    this.session = new Session({
      localDiscriminator,
      parameters: this.parameters,
      random: () => this.draw,
      randomUint32: () => this.drawUint32,
      digest: nodeDigest,
      nowUs: this.nowUs,
    });
  }

  /** A packet of the peer: by default one at 50 ms × 3 that knows this session. */
  packet(state: SessionState, fields: Partial<ControlPacket> = {}): ControlPacket {
    return {
      ...createControlPacket(),
      state,
      detectMult: 3,
      myDiscriminator: PEER,
      yourDiscriminator: LOCAL,
      desiredMinTxIntervalUs: state === Up ? 50 * MS : SECOND,
      requiredMinRxIntervalUs: 50 * MS,
      ...this.#peer,
      ...fields,
    };
  }

  receive(state: SessionState, fields: Partial<ControlPacket> = {}): SessionEffect[] {
    return this.receivePacket(this.packet(state, fields));
  }

  /** A packet of whoever it may be, written without an authentication section. */
  receivePacket(packet: ControlPacket): SessionEffect[] {
    const bytes = new Uint8Array(CONTROL_PACKET_BYTES);
    encodeControlPacket(packet, bytes, 0);
    return this.receiveBytes(packet, bytes);
  }

  /** A packet with the bytes that it was read from. */
  receiveBytes(packet: ControlPacket, bytes: Uint8Array): SessionEffect[] {
    return this.#take(this.session.handlePacket(packet, bytes, this.nowUs));
  }

  command(change: SessionCommand): SessionEffect[] {
    return this.#take(this.session.command(change, this.nowUs));
  }

  change(parameters: Partial<SessionParameters>): SessionEffect[] {
    this.parameters = { ...this.parameters, ...parameters };
    return this.command({ type: 'set-parameters', parameters: this.parameters });
  }

  timeout(): SessionEffect[] {
    return this.#take(this.session.handleTimeout(this.nowUs));
  }

  /** Turns the clock, calling the session at each of its deadlines. */
  advance(byUs: number): SessionEffect[] {
    const untilUs = this.nowUs + byUs;
    const effects: SessionEffect[] = [];
    let fruitless = 0;
    for (let at = this.session.pollTimeout(); at <= untilUs; at = this.session.pollTimeout()) {
      this.nowUs = Math.max(this.nowUs, at);
      effects.push(...this.timeout());
      fruitless = this.session.pollTimeout() === at ? fruitless + 1 : 0;
      if (fruitless > 1) throw new Error(`the deadline ${at} does not pass`);
    }
    this.nowUs = untilUs;
    return effects;
  }

  /** The clock until the next deadline, and the session called there. */
  advanceToTimeout(): SessionEffect[] {
    this.nowUs = Math.max(this.nowUs, this.session.pollTimeout());
    return this.timeout();
  }

  /** An Echo packet comes in. */
  receiveEcho(bytes: Uint8Array): boolean {
    return this.session.handleEcho(bytes, this.nowUs);
  }

  /** The clock, with the peer heard every so often, so that the session does not expire. */
  advanceHearing(byUs: number, state: SessionState, everyUs: number): void {
    for (let left = byUs; left > 0; left -= everyUs) {
      this.advance(Math.min(everyUs, left));
      this.receive(state);
    }
  }

  /** Brings the session where a test starts. A Poll Sequence of coming Up is answered. */
  bring(state: SessionState): this {
    if (state === AdminDown) {
      this.command({ type: 'admin-down' });
    } else if (state >= Init) {
      this.receive(Down);
      if (state === Up) {
        this.receive(Init);
        this.receive(Up, { final: true });
      }
    }
    this.sent.length = 0;
    this.echoes.length = 0;
    this.effects.length = 0;
    return this;
  }

  #take(effects: readonly SessionEffect[]): SessionEffect[] {
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.type === 'transmit') {
        const packet = createControlPacket();
        this.session.fillPacket(packet, effect.final);
        const bytes = new Uint8Array(MAX_CONTROL_PACKET_BYTES);
        const length = this.session.writeControlPacket(bytes, 0, effect.final);
        this.sent.push({ ...packet, atUs: this.nowUs, bytes: bytes.slice(0, length) });
      } else if (effect.type === 'transmit-echo') {
        const bytes = new Uint8Array(ECHO_PACKET_BYTES);
        this.session.writeEcho(bytes, 0);
        this.echoes.push({ atUs: this.nowUs, bytes });
      }
    }
    return [...effects];
  }
}

/** The types of effects, for tests that ask no more. */
export function types(effects: readonly SessionEffect[]): string[] {
  return effects.map((effect) => effect.type);
}
