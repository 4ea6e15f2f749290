import { MAX_CONTROL_PACKET_BYTES } from '../../src/bfd/auth/authenticator.js';
import { nodeDigest } from '../../src/bfd/auth/node-digest.io.js';
import { createControlPacket, decodeControlPacket } from '../../src/bfd/packet/control-packet.js';
import type { ControlPacket } from '../../src/bfd/packet/control-packet.js';
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
    this.#perform(this.session.handlePacket(result.value, bytes, this.#time.nowUs));
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
      } else if (effect.type === 'state-changed') {
        const { from, to, diagnostic } = effect;
        this.changes.push({ atUs: this.#time.nowUs, from, to, diagnostic });
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
