/**
 * What a process does for the first time takes it long: its code is compiled then. No session that loses its
 * peer should wait for that, so a process goes through the lives of some sessions before it runs an engine:
 * in virtual time, without any I/O.
 */
import { ok } from '../../lib/result.js';
import { parseHostAddress } from '../../net/host-address.js';
import { InterfaceTable } from '../../net/interface-table.js';
import type { GlancedDatagram, ReceivedDatagram } from '../../net/received-datagram.js';
import { DEFAULT_TTL, type TransmitChannel, type TransmitPath } from '../../net/transmitter.js';
import { Engine, type EngineOptions } from './engine.js';
import { plainSession } from './plain-session.js';
import type { DesiredSession } from './session-model.js';

/** Sessions, both ends of each in the same engine. */
const PAIRS = 8;
const INTERVAL_US = 50_000;
const DETECT_MULT = 3;
/** Enough for the handshake and some packets more, and for all to fall. */
const TOGETHER_US = 500_000;
const APART_US = 2 * DETECT_MULT * INTERVAL_US;

const INTERFACE = { index: 1, name: 'rehearsal' };
const SOURCE_PORT = 49_152;

/** What of an engine's surroundings takes part. */
export interface RehearsalParts extends Pick<EngineOptions, 'digest' | 'lostPackets' | 'onEvent' | 'random'> {
  /** The same session in the form that sessions come in: code that has met another form is compiled anew. */
  readonly asItComes: (session: DesiredSession) => DesiredSession;
}

/**
 * Makes sessions, lets them come Up, run, lose their peers, and removes them, `lives` times, some more of it
 * each time it is asked to go on: for a fraction of a millisecond once that is quick.
 */
export function* rehearsal(parts: RehearsalParts, lives: number): Generator<undefined, void> {
  for (let life = 0; life < lives; life += 1) {
    // A new engine each time: what has been compiled for the parts of one alone would be of no use to another.
    yield* new Stage(parts).life();
  }
}

/** A host that hears itself alone. */
class Stage {
  readonly #engine: Engine;
  readonly #sessions: readonly DesiredSession[];
  readonly #sent: Sent[] = [];
  #nowUs = 0;

  constructor(parts: RehearsalParts) {
    this.#engine = new Engine({
      ...parts,
      transmitter: {
        echoObstacle: null,
        open: (path) => ok(new RehearsedChannel(path, this.#sent)),
        flush: () => undefined,
      },
      forwards: () => false,
      wallClockMs: () => this.#nowUs / 1000,
      nowUs: this.#nowUs,
    });
    this.#engine.interfacesChanged(interfaces(), this.#nowUs);
    this.#sessions = Array.from({ length: 2 * PAIRS }, (_, own) => parts.asItComes(session(own, own ^ 1)));
  }

  *life(): Generator<undefined, void> {
    for (const one of this.#sessions) {
      this.#engine.set([one], this.#nowUs);
      yield;
    }
    yield* this.#run(TOGETHER_US, true);
    yield* this.#run(APART_US, false);
    this.#engine.remove(this.#engine.keys(), this.#nowUs);
  }

  /** @param together whether packets arrive */
  *#run(durationUs: number, together: boolean): Generator<undefined, void> {
    const endUs = this.#nowUs + durationUs;
    for (;;) {
      for (const { glance, datagram } of this.#sent.splice(0)) {
        if (together && !this.#engine.handleRepeated(glance, this.#nowUs)) {
          this.#engine.handleDatagram(datagram, this.#nowUs);
        }
      }
      yield;
      // What has been sent arrives at once; answers are all given before time goes on.
      if (together && this.#sent.length > 0) continue;
      const nextUs = this.#engine.nextDeadlineUs() ?? Infinity;
      if (nextUs > endUs) break;
      this.#nowUs = Math.max(this.#nowUs, nextUs);
      this.#engine.handleTimers(this.#nowUs, this.#nowUs);
    }
    this.#nowUs = endUs;
  }
}

/** What is sent by it has arrived. */
class RehearsedChannel implements TransmitChannel {
  readonly sourcePort = SOURCE_PORT;
  readonly failedSends = 0;
  readonly #path: TransmitPath;
  readonly #sent: Sent[];
  #last: Sent | null = null;

  constructor(path: TransmitPath, sent: Sent[]) {
    this.#path = path;
    this.#sent = sent;
  }

  setTtl(): void {
    this.#last = null;
  }

  send(packet: Uint8Array, length: number): void {
    this.#last = arrivalOf(packet.subarray(0, length), this.#path);
    this.#sent.push(this.#last);
  }

  repeat(): boolean {
    if (this.#last === null) {
      return false;
    }
    this.#sent.push(this.#last);
    return true;
  }

  close(): void {
    this.#last = null;
  }
}

/** A packet as its receiver sees it, at a glance and whole. */
interface Sent {
  readonly glance: GlancedDatagram;
  readonly datagram: ReceivedDatagram;
}

/** All members in the order in which receivers have them. */
function arrivalOf(packet: Uint8Array, { source, destination, destinationPort }: TransmitPath): Sent {
  const words = new Int32Array(Math.ceil(packet.length / Int32Array.BYTES_PER_ELEMENT));
  const bytes = new Uint8Array(words.buffer, 0, packet.length);
  bytes.set(packet);
  return {
    glance: {
      words,
      wordsAt: 0,
      length: packet.length,
      destinationPort,
      four: true,
      interfaceIndex: INTERFACE.index,
      ttl: DEFAULT_TTL,
      droppedBySocket: 0,
    },
    datagram: {
      bytes,
      source: source.bytes,
      sourcePort: SOURCE_PORT,
      destination: destination.bytes,
      destinationPort,
      interfaceIndex: INTERFACE.index,
      ttl: DEFAULT_TTL,
      droppedBySocket: 0,
    },
  };
}

function address(end: number): string {
  return `10.0.0.${end + 1}`;
}

function interfaces(): InterfaceTable {
  const table = new InterfaceTable();
  table.apply({ type: 'link', ...INTERFACE, up: true, pointToPoint: false, running: true });
  for (let end = 0; end < 2 * PAIRS; end += 1) {
    const local = parseHostAddress(address(end));
    if (local === null) throw new Error(`${address(end)} is no address`);
    table.apply({
      type: 'address',
      index: INTERFACE.index,
      address: { local, peer: local, prefixLength: 24 },
    });
  }
  return table;
}

function session(own: number, peer: number): DesiredSession {
  return plainSession({
    key: `ip-sh/${INTERFACE.name}/${address(own)}/${address(peer)}`,
    interface: INTERFACE.name,
    source: address(own),
    destination: address(peer),
    detectMult: DETECT_MULT,
    intervalUs: INTERVAL_US,
  });
}
