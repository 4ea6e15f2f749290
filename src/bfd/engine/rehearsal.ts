/**
 * What a process does for the first time takes it long: its code is compiled then. No session that loses its
 * peer should wait for that, so a process goes through the lives of some sessions before it runs an engine:
 * in virtual time, without any I/O.
 */
import { ok } from '../../lib/result.js';
import { parseHostAddress } from '../../net/host-address.js';
import { InterfaceTable } from '../../net/interface-table.js';
import type { ReceivedDatagram } from '../../net/received-datagram.js';
import { DEFAULT_TTL, type TransmitChannel, type TransmitPath } from '../../net/transmitter.js';
import { Engine, type EngineOptions } from './engine.js';
import { plainSession } from './plain-session.js';
import type { DesiredSession } from './session-model.js';

/** Sessions, both ends of each in the same engine. */
const PAIRS = 8;
const INTERVAL_US = 50_000;
const DETECT_MULT = 3;
/** Enough for the handshake, which begins at the slow rate, and for all to fall. */
const TOGETHER_US = 3_000_000;
const APART_US = 2 * DETECT_MULT * INTERVAL_US;

const INTERFACE = { index: 1, name: 'rehearsal' };

/** What of an engine's surroundings takes part. */
export type RehearsalParts = Pick<EngineOptions, 'digest' | 'lostPackets' | 'onEvent' | 'random'>;

/** Lets sessions come Up, run and lose their peers, `lives` times. */
export function rehearse(parts: RehearsalParts, lives: number): void {
  const stage = new Stage(parts);
  for (let life = 0; life < lives; life += 1) {
    stage.run(TOGETHER_US, true);
    stage.run(APART_US, false);
  }
}

/** A host that hears itself alone. */
class Stage {
  readonly #engine: Engine;
  readonly #sent: ReceivedDatagram[] = [];
  #nowUs = 0;

  constructor(parts: RehearsalParts) {
    this.#engine = new Engine({
      ...parts,
      transmitter: {
        echoObstacle: null,
        open: (path) => ok(this.#channel(path)),
        flush: () => undefined,
      },
      forwards: () => false,
      wallClockMs: () => this.#nowUs / 1000,
      nowUs: this.#nowUs,
    });
    this.#engine.interfacesChanged(interfaces(), this.#nowUs);
    const ends = Array.from({ length: PAIRS }, (_, pair) => [
      session(2 * pair, 2 * pair + 1),
      session(2 * pair + 1, 2 * pair),
    ]);
    this.#engine.set(ends.flat(), this.#nowUs);
  }

  /** @param together whether packets arrive */
  run(durationUs: number, together: boolean): void {
    const endUs = this.#nowUs + durationUs;
    for (;;) {
      for (const datagram of together ? this.#sent.splice(0) : []) {
        this.#engine.handleDatagram(datagram, this.#nowUs);
      }
      this.#sent.length = 0;
      const nextUs = this.#engine.nextDeadlineUs() ?? Infinity;
      if (nextUs > endUs) break;
      this.#nowUs = Math.max(this.#nowUs, nextUs);
      this.#engine.handleTimers(this.#nowUs, this.#nowUs);
    }
    this.#nowUs = endUs;
  }

  #channel({ source, destination, destinationPort }: TransmitPath): TransmitChannel {
    return {
      sourcePort: 49_152,
      failedSends: 0,
      setTtl: () => undefined,
      send: (packet, length) => {
        this.#sent.push({
          bytes: packet.slice(0, length),
          source: source.bytes,
          sourcePort: 49_152,
          destination: destination.bytes,
          destinationPort,
          interfaceIndex: INTERFACE.index,
          ttl: DEFAULT_TTL,
          droppedBySocket: 0,
        });
      },
      close: () => undefined,
    };
  }
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
