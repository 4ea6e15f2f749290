/**
 * The short way of a session that runs steadily: its peer's packets say what they said before, and its own
 * can be sent again as they are. All that is looked at lies in the session's row; whatever is not as
 * expected is left to the long way, which goes by the same rules.
 */
import type { GlancedDatagram } from '../../net/received-datagram.js';
import { CONTROL_PACKET_BYTES, type ControlPacket } from '../packet/control-packet.js';
import { recordReceived, recordSent } from '../recorder/session-rings.js';
import { NUMBER, rowStart, WORD, type SessionRows } from '../session/session-rows.js';
import { jitterFactor } from '../session/timing.js';
import type { EngineSession } from './engine-session.js';
import { jitterReserve } from './jitter-draw.js';
import type { SessionTable } from './session-table.js';
import { SEND_PERIOD_US, tickFor, type TimerWheel } from './timer-wheel.js';

/** The words of a control packet, and the one of them that has Your Discriminator. */
const PACKET_WORDS = CONTROL_PACKET_BYTES / 4;
const YOUR_DISCRIMINATOR_WORD = 2;

/** See the top of the file. */
export class SteadyPath {
  readonly #table: SessionTable;
  readonly #rows: SessionRows;
  readonly #wheel: TimerWheel;
  readonly #random: () => number;

  /** @param random a random integer from 0 to 2^32 - 1, from a generator that cannot be foretold */
  constructor(table: SessionTable, rows: SessionRows, wheel: TimerWheel, random: () => number) {
    this.#table = table;
    this.#rows = rows;
    this.#wheel = wheel;
    this.#random = random;
  }

  /** The long way has been gone: what is expected from now on, and whether the last packet can be repeated. */
  expect(entry: EngineSession, repeats: boolean): void {
    const { numbers, words } = entry.block;
    const { at } = entry;
    const usual = isUsual(entry);
    words[2 * at + WORD.expected] = 0;
    words[2 * at + WORD.repeats] = usual && repeats ? 1 : 0;
    if (usual) {
      numbers[at + NUMBER.jitterReserve] = jitterReserve(entry.session, SEND_PERIOD_US);
    }
  }

  /** A packet has been taken in by the long way; the next like it need not, but where a way of its own asks. */
  learn(entry: EngineSession, packet: ControlPacket, bytes: Uint8Array): void {
    const plain = !packet.poll && !packet.final && bytes.length === CONTROL_PACKET_BYTES;
    if (!plain || bytes[3] !== CONTROL_PACKET_BYTES || !isUsual(entry) || entry.external !== null) {
      return;
    }
    const { words } = entry.block;
    const start = 2 * entry.at + WORD.expected;
    for (let word = 0; word < PACKET_WORDS; word += 1) {
      words[start + word] = readWord(bytes, 4 * word);
    }
  }

  /** False: the datagram is to go the long way. */
  receive(datagram: GlancedDatagram, nowUs: number): boolean {
    const packet = datagram.words;
    const from = datagram.wordsAt;
    if (datagram.length !== CONTROL_PACKET_BYTES) {
      return false;
    }
    const slot = this.#table.slotOf(packet[from + YOUR_DISCRIMINATOR_WORD] ?? 0);
    if (slot < 0) {
      return false;
    }
    const block = this.#rows.block(slot);
    const { numbers, words } = block;
    const at = rowStart(slot);
    const start = 2 * at;
    for (let word = 0; word < PACKET_WORDS; word += 1) {
      if (words[start + WORD.expected + word] !== packet[from + word]) {
        return false;
      }
    }
    if (!isExpectedHere(words, start, datagram)) {
      return false;
    }
    numbers[at + NUMBER.lastReceivedUs] = nowUs;
    numbers[at + NUMBER.receivedPackets] = (numbers[at + NUMBER.receivedPackets] ?? 0) + 1;
    recordReceived(block, at, nowUs);
    return true;
  }

  /** The session's timer has fired. False: it is to be looked at the long way. */
  handleTimer(slot: number, nowUs: number): boolean {
    const { numbers, words } = this.#rows.block(slot);
    const at = rowStart(slot);
    if (words[2 * at + WORD.repeats] !== 1) {
      return false;
    }
    const silentAtUs =
      (numbers[at + NUMBER.lastReceivedUs] ?? 0) + (numbers[at + NUMBER.detectionTimeUs] ?? 0);
    if (silentAtUs <= nowUs) {
      return false;
    }
    if (dueUs(numbers, words, at) <= nowUs && !this.#repeat(slot, nowUs)) {
      return false;
    }
    const due = dueUs(numbers, words, at);
    this.#wheel.set(slot, tickFor(Math.min(silentAtUs, due), silentAtUs <= due));
    return true;
  }

  #repeat(slot: number, nowUs: number): boolean {
    if (this.#table.bySlot(slot)?.channel?.repeat?.() !== true) {
      return false;
    }
    const block = this.#rows.block(slot);
    const { numbers } = block;
    const at = rowStart(slot);
    const reserve = numbers[at + NUMBER.jitterReserve] ?? 0;
    numbers[at + NUMBER.lastSentUs] = nowUs;
    numbers[at + NUMBER.jitterDraw] = reserve + (1 - reserve) * (this.#random() / 2 ** 32);
    numbers[at + NUMBER.sentPackets] = (numbers[at + NUMBER.sentPackets] ?? 0) + 1;
    recordSent(block, at, nowUs);
    return true;
  }
}

/** Whether nothing but packets is to be expected of the session: no deadline is due but those of packets. */
function isUsual(entry: EngineSession): boolean {
  return entry.session.steady && entry.channel !== null && entry.otherDeadlineUs === Infinity;
}

/** When the next packet is due, RFC 5880 §6.8.7; the multiplier has not changed, or it would not be steady. */
function dueUs(numbers: Float64Array, words: Int32Array, at: number): number {
  const multiplier = words[2 * at + WORD.lastSentMultiplier] ?? 0;
  const factor = jitterFactor(multiplier, numbers[at + NUMBER.jitterDraw] ?? 0);
  return (numbers[at + NUMBER.lastSentUs] ?? 0) + (numbers[at + NUMBER.transmitIntervalUs] ?? 0) * factor;
}

/** RFC 5881 §3, §5: the port, the interface where the session has one, and the TTL are right. */
function isExpectedHere(words: Int32Array, start: number, datagram: GlancedDatagram): boolean {
  const interfaceIndex = words[start + WORD.interfaceIndex] ?? 0;
  const portAndTtl = words[start + WORD.portAndTtl] ?? 0;
  return (
    portAndTtl >> 8 === datagram.destinationPort &&
    datagram.ttl >= (portAndTtl & 0xff) &&
    (interfaceIndex === 0 || interfaceIndex === datagram.interfaceIndex)
  );
}

function readWord(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}
