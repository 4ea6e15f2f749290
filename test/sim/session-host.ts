import { MAX_CONTROL_PACKET_BYTES } from '../../src/bfd/auth/authenticator.js';
import { nodeDigest } from '../../src/bfd/auth/node-digest.io.js';
import { createControlPacket, decodeControlPacket } from '../../src/bfd/packet/control-packet.js';
import type { ControlPacket } from '../../src/bfd/packet/control-packet.js';
import { ECHO_PACKET_BYTES } from '../../src/bfd/packet/echo-packet.js';
import type { SessionState } from '../../src/bfd/packet/session-state.js';
import type { SessionEffect } from '../../src/bfd/session/effects.js';
import type { SessionCommand, SessionParameters } from '../../src/bfd/session/parameters.js';
import { Session } from '../../src/bfd/session/session.js';
import type { VirtualTime } from './virtual-time.js';

/** A change of state, and when it came. */
export interface StateChange {
  readonly atUs: number;
  readonly from: SessionState;
  readonly to: SessionState;
  readonly diagnostic: number;
}

/** A system with one session, in virtual time: what the engine is to a session, as small as can be. */
export class SessionHost {
  readonly session: Session;
  readonly changes: StateChange[] = [];
  /** The packets sent, when `recording`. */
  readonly sent: (ControlPacket & { readonly atUs: number })[] = [];
  recording = false;
  /** Packets that found no session, as their Your Discriminator is another. */
  strays = 0;
  parameters: SessionParameters;
  /** Where packets go. */
  onTransmit: (bytes: Uint8Array) => void = () => undefined;
  /** Where Echo packets go. */
  onTransmitEcho: (bytes: Uint8Array) => void = () => undefined;
  /** Echo packets sent, and those that came back and were known again. */
  echoesSent = 0;
  echoesReturned = 0;
  /** Packets that the session has discarded. */
  discarded = 0;
  /** When a packet, one with the Final bit, and an Echo packet last came in and was not discarded. */
  heardUs = -Infinity;
  finalUs = -Infinity;
  echoUs = -Infinity;
  /** Called with every change of state, before anything else happens. */
  onChange: (change: StateChange) => void = () => undefined;
  /** Called after anything has happened to the session. */
  onStep: () => void = () => undefined;
  readonly #time: VirtualTime;
  #wakeUs = Infinity;
  #stopped = false;

  constructor(
    time: VirtualTime,
    localDiscriminator: number,
    parameters: SessionParameters,
    random: () => number,
  ) {
    this.#time = time;
    this.parameters = parameters;
    this.session = new Session({
      localDiscriminator,
      parameters,
      random,
      randomUint32: () => Math.floor(random() * 2 ** 32),
      digest: nodeDigest,
      nowUs: time.nowUs,
    });
    this.#schedule();
  }

  receive(bytes: Uint8Array): void {
    if (this.#stopped) return;
    const result = decodeControlPacket(bytes, 0, bytes.length);
    if (!result.ok) {
      throw new Error(`a session wrote a packet that is to be discarded: ${result.error}`);
    }
    const { yourDiscriminator } = result.value;
    if (yourDiscriminator !== 0 && yourDiscriminator !== this.session.localDiscriminator) {
      this.strays++;
      return;
    }
    const effects = this.session.handlePacket(result.value, bytes, this.#time.nowUs);
    if (effects[0]?.type !== 'discarded') {
      this.heardUs = this.#time.nowUs;
      this.finalUs = result.value.final ? this.#time.nowUs : this.finalUs;
    }
    this.#perform(effects);
  }

  /** An Echo packet has come back. */
  receiveEcho(bytes: Uint8Array): void {
    if (this.#stopped) return;
    if (this.session.handleEcho(bytes, this.#time.nowUs)) {
      this.echoesReturned++;
      this.echoUs = this.#time.nowUs;
    }
    this.onStep();
    this.#schedule();
  }

  command(change: SessionCommand): void {
    this.#perform(this.session.command(change, this.#time.nowUs));
  }

  change(parameters: Partial<SessionParameters>): void {
    this.parameters = { ...this.parameters, ...parameters };
    this.command({ type: 'set-parameters', parameters: this.parameters });
  }

  /** The system is gone: it hears and sends nothing any more. */
  stop(): void {
    this.#stopped = true;
  }

  #perform(effects: readonly SessionEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'transmit') {
        this.#transmit(effect.final);
      } else if (effect.type === 'transmit-echo') {
        this.#transmitEcho();
      } else if (effect.type === 'discarded') {
        this.discarded++;
      } else if (effect.type === 'state-changed') {
        const { from, to, diagnostic } = effect;
        const change = { atUs: this.#time.nowUs, from, to, diagnostic };
        this.changes.push(change);
        this.onChange(change);
      }
    }
    this.onStep();
    this.#schedule();
  }

  #transmit(final: boolean): void {
    const buffer = new Uint8Array(MAX_CONTROL_PACKET_BYTES);
    const bytes = buffer.subarray(0, this.session.writeControlPacket(buffer, 0, final));
    if (this.recording) {
      const packet = createControlPacket();
      this.session.fillPacket(packet, final);
      this.sent.push({ ...packet, atUs: this.#time.nowUs });
    }
    this.onTransmit(bytes);
  }

  #transmitEcho(): void {
    const bytes = new Uint8Array(ECHO_PACKET_BYTES);
    this.session.writeEcho(bytes, 0);
    this.echoesSent++;
    this.onTransmitEcho(bytes);
  }

  #schedule(): void {
    const deadline = this.session.pollTimeout();
    if (deadline >= this.#wakeUs) return;
    this.#wakeUs = deadline;
    this.#time.at(deadline, 'timer', () => this.#wake(deadline));
  }

  /** A timer that an earlier one has overtaken, or whose deadline has moved, finds nothing to do. */
  #wake(wakeUs: number): void {
    if (this.#stopped || wakeUs !== this.#wakeUs) return;
    this.#wakeUs = Infinity;
    if (this.session.pollTimeout() <= this.#time.nowUs) {
      this.#perform(this.session.handleTimeout(this.#time.nowUs));
    } else {
      this.#schedule();
    }
  }
}
