/**
 * What a process does for the first time takes it long: its code is compiled then. No session that loses its
 * peer should wait for that, nor thousands that are to come Up, so a process goes through the lives of some
 * sessions before: in virtual time, and with packets that go where no other host is.
 */
import { parseHostAddress } from '../../net/host-address.js';
import { InterfaceTable } from '../../net/interface-table.js';
import type { PacketWork } from '../../net/packet-work.js';
import type { PathInterface, Transmitter } from '../../net/transmitter.js';
import { Engine, type EngineOptions } from './engine.js';
import { plainSession } from './plain-session.js';
import type { DesiredSession } from './session-model.js';

/** The clock of a host that runs for some days: code that has met small numbers alone is compiled anew. */
const START_US = 2 ** 40;
/** Sessions, both ends of each in the same engine. */
const PAIRS = 16;
const INTERVAL_US = 50_000;
const DETECT_MULT = 3;
/** Time goes on by this at least, so that several packets leave together. */
const STEP_US = 5000;
/** More than a handshake has; a stranger who floods the wire does not hold the rehearsal up. */
const ANSWERS_MAX = 16;
/** Enough for the handshake and some packets more, and for all to fall. */
const TOGETHER_US = 250_000;
const APART_US = 2 * DETECT_MULT * INTERVAL_US;
/** A session that is Down tells its peer of its end for three times the slow interval. */
const FAREWELL_US = 2 * DETECT_MULT * 1_000_000;

/** A way for packets to come back to the engine that has sent them. */
export interface RehearsalWire {
  readonly interface: PathInterface;
  /** What is sent by it comes back; from and to addresses of 127.0.0.0/8. */
  readonly transmitter: Transmitter;
  /** Hands over what has come back, sees to what is due, and sends: once. */
  turn(work: PacketWork): void;
}

/** What of an engine's surroundings takes part. */
export interface RehearsalParts extends Pick<EngineOptions, 'digest' | 'lostPackets' | 'onEvent'> {
  /** A source of random numbers for one engine more. */
  readonly createRandom: () => EngineOptions['random'];
  readonly wire: RehearsalWire;
  /** The same session in the form that sessions come in: code that has met another form is compiled anew. */
  readonly asItComes: (session: DesiredSession) => DesiredSession;
}

/**
 * Makes sessions, lets them come Up, run, lose their peers, and removes them, `lives` times, some more of it
 * each time it is asked to go on: for a fraction of a millisecond once that is quick. It can be broken off.
 */
export function* rehearsal(parts: RehearsalParts, lives: number): Generator<undefined, void> {
  for (let life = 0; life < lives; life += 1) {
    // A new engine each time: what has been compiled for the parts of one alone would be of no use to another.
    yield* new Stage(parts).life();
  }
}

/** A host that hears itself alone. */
class Stage {
  readonly #wire: RehearsalWire;
  readonly #engine: Engine;
  readonly #sessions: readonly DesiredSession[];
  readonly #work: PacketWork;
  /** Whether packets arrive. */
  #together = true;
  #heard = 0;
  #nowUs = START_US;

  constructor(parts: RehearsalParts) {
    const { wire } = parts;
    this.#wire = wire;
    this.#engine = new Engine({
      ...parts,
      random: parts.createRandom(),
      transmitter: wire.transmitter,
      forwards: () => false,
      wallClockMs: () => this.#nowUs / 1000,
      nowUs: this.#nowUs,
    });
    this.#engine.interfacesChanged(interfaces(wire.interface), this.#nowUs);
    const { name } = wire.interface;
    this.#sessions = Array.from({ length: 2 * PAIRS }, (_, own) =>
      parts.asItComes(session(name, own, own ^ 1)),
    );
    this.#work = this.#createWork();
  }

  /** Nothing is left open, also when it is broken off. */
  *life(): Generator<undefined, void> {
    try {
      for (const one of this.#sessions) {
        this.#engine.set([one], this.#nowUs);
        yield;
      }
      yield* this.#run(TOGETHER_US, true);
      yield* this.#run(APART_US, false);
      this.#engine.remove(this.#engine.keys(), this.#nowUs);
      yield* this.#run(FAREWELL_US, true);
    } finally {
      this.#end();
    }
  }

  /** In virtual time, whatever the clock says. */
  #createWork(): PacketWork {
    const engine = this.#engine;
    return {
      handleRepeated: (datagram) => {
        this.#heard += 1;
        return !this.#together || engine.handleRepeated(datagram, this.#nowUs);
      },
      handleDatagram: (datagram) => engine.handleDatagram(datagram, this.#nowUs),
      handleTimers: () => engine.handleTimers(this.#nowUs, this.#nowUs),
      nextDeadlineUs: () => engine.nextDeadlineUs(),
      flush: () => engine.flush(),
    };
  }

  /** @param together whether packets arrive */
  *#run(durationUs: number, together: boolean): Generator<undefined, void> {
    const endUs = this.#nowUs + durationUs;
    this.#together = together;
    while (this.#nowUs < endUs) {
      this.#wire.turn(this.#work);
      yield* this.#hear();
      this.#nowUs = Math.min(endUs, Math.max(this.#nowUs + STEP_US, this.#due()));
    }
  }

  /** The sessions that there are vanish in their time. */
  #end(): void {
    this.#engine.remove(this.#engine.keys(), this.#nowUs);
    for (let dueUs = this.#due(); dueUs !== Infinity; dueUs = this.#due()) {
      this.#nowUs = Math.max(this.#nowUs, dueUs);
      this.#engine.handleTimers(this.#nowUs, this.#nowUs);
    }
    this.#engine.flush();
  }

  #due(): number {
    return this.#engine.nextDeadlineUs() ?? Infinity;
  }

  /** What has been sent arrives at once, and answers are all given before time goes on. */
  *#hear(): Generator<undefined, void> {
    let answers = 0;
    do {
      yield;
      this.#heard = 0;
      this.#wire.turn(this.#work);
      answers += 1;
    } while (this.#heard > 0 && answers < ANSWERS_MAX);
    yield;
  }
}

function address(end: number): string {
  return `127.0.1.${end + 1}`;
}

function interfaces(only: PathInterface): InterfaceTable {
  const table = new InterfaceTable();
  table.apply({ type: 'link', ...only, up: true, pointToPoint: false, running: true });
  for (let end = 0; end < 2 * PAIRS; end += 1) {
    const local = parseHostAddress(address(end));
    if (local === null) throw new Error(`${address(end)} is no address`);
    table.apply({ type: 'address', index: only.index, address: { local, peer: local, prefixLength: 8 } });
  }
  return table;
}

function session(interfaceName: string, own: number, peer: number): DesiredSession {
  return plainSession({
    key: `ip-sh/${interfaceName}/${address(own)}/${address(peer)}`,
    interface: interfaceName,
    source: address(own),
    destination: address(peer),
    detectMult: DETECT_MULT,
    intervalUs: INTERVAL_US,
  });
}
