/**
 * Damaged packets of sessions that run, thrown at the engine that runs them, in virtual time. What may not
 * be disturbed is what nobody can forge: sessions with a digest, whatever comes, and a session without
 * authentication as long as its discriminator is not known to the sender. Sessions that anybody on the
 * path may forge packets of (RFC 5880 §9) take the full force: they may go up and down, and come back.
 */
import { expect, test } from 'vitest';
import { DISCARD_REASONS } from '../../src/bfd/packet/discard-reason.js';
import { ECHO_PORT } from '../../src/bfd/engine/session-echoes.js';
import type { DesiredAuthentication, DesiredSession } from '../../src/bfd/engine/session-model.js';
import type { AuthenticationAlgorithm } from '../../src/bfd/auth/authentication.js';
import { addressOf, repeatableRandom, type Packet, VirtualLink } from '../bfd/engine/virtual-hosts.js';
import { seededRandom } from '../sim/seeded-random.js';
import { ipMhSession, ipShSession } from '../support/desired-sessions.js';
import { mutate } from '../support/mutate.js';

const MUTATIONS = Number(process.env['FUZZ_MUTATIONS'] ?? 200_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const TIMEOUT_MS = 60_000 + MUTATIONS / 10;
const SECOND = 1_000_000;
/** So many damaged packets come in half a millisecond. */
const BURST = 50;
const BURST_US = 500;
/** The sessions are looked at so often. */
const BLOCK = 10_000;

const STRANGER = '10.0.0.99';

/** A session: 10.0.0.1xx on the left has 10.0.0.xx on the right as its peer. */
interface Subject {
  readonly number: number;
  readonly watched: boolean;
  readonly at: (source: string, destination: string) => DesiredSession;
}

function authentication(algorithm: AuthenticationAlgorithm, meticulous: boolean): DesiredAuthentication {
  const always = { sendFromMs: null, sendUntilMs: null, acceptFromMs: null, acceptUntilMs: null };
  return { meticulous, keys: [{ keyId: 7, algorithm, secretHex: '73656372657421', ...always }] };
}

function oneHop(number: number, watched: boolean, change: Parameters<typeof ipShSession>[1] = {}): Subject {
  return { number, watched, at: (source, destination) => ipShSession(destination, { ...change, source }) };
}

function leftOf({ number }: Subject): string {
  return `10.0.0.${100 + number}`;
}

function rightOf({ number }: Subject): string {
  return `10.0.0.${number}`;
}

/** Nobody off the path knows its discriminators. */
const PLAIN = oneHop(16, true, { desiredMinEchoTxIntervalUs: 50_000, requiredMinEchoRxIntervalUs: 50_000 });
const SUBJECTS: readonly Subject[] = [
  oneHop(11, true, { authentication: authentication('md5', false) }),
  oneHop(12, true, { authentication: authentication('md5', true) }),
  oneHop(13, true, { authentication: authentication('sha1', false) }),
  oneHop(14, true, { authentication: authentication('sha1', true) }),
  {
    number: 15,
    watched: true,
    at: (source, destination) =>
      ipMhSession(source, destination, { authentication: authentication('sha1', true), requiredTtl: 200 }),
  },
  PLAIN,
  oneHop(17, false),
  oneHop(18, false, { authentication: authentication('simple-password', false) }),
  oneHop(19, false, { demand: true, requiredMinEchoRxIntervalUs: 20_000 }),
];

test(
  `${MUTATIONS} damaged packets leave the engine standing, and no session that cannot be forged notices`,
  () => {
    const attack = new Attack();
    attack.link.run(5 * SECOND);
    expect(attack.watched().map(({ localState }) => localState)).toEqual(attack.watched().map(() => 'up'));
    const before = attack.watched();
    const seeds = attack.seeds();
    attack.forgetPast();

    for (let sent = 0; sent < MUTATIONS; sent += BLOCK) {
      attack.storm(seeds, Math.min(BLOCK, MUTATIONS - sent));
      expect(attack.watched(), `after ${sent + BLOCK} packets`).toEqual(before);
      attack.forgetPast();
    }

    attack.link.run(20 * SECOND);
    expect(attack.watched()).toEqual(before);
    expect(attack.falls).toBe(0);
    // The others have had their ups and downs, and have found each other again.
    expect(attack.states()).toEqual(SUBJECTS.map(() => ['up', 'up']));
    expect(attack.othersFalls).toBeGreaterThan(MUTATIONS / 50_000);
    // The mutations reach every rule.
    const discards = attack.link.left.engine.discards();
    expect(DISCARD_REASONS.filter((reason) => discards.get(reason) === 0)).toEqual([]);
    const thrownAway = [...discards.values()].reduce((sum, count) => sum + count, 0);
    expect(thrownAway).toBeGreaterThan(MUTATIONS / 2);
    expect(thrownAway).toBeLessThan(MUTATIONS);
  },
  TIMEOUT_MS,
);

/** The left host, whose sessions with the right one are attacked. */
class Attack {
  readonly link = new VirtualLink(repeatableRandom(SEED));
  /** How often a watched session went Down on either side, and how often another did. */
  falls = 0;
  othersFalls = 0;
  readonly #random = seededRandom(SEED);
  readonly #keys: readonly (readonly [left: string, right: string])[];
  readonly #plainDiscriminator: number;
  readonly #ways = SUBJECTS.map((subject) => ({
    subject,
    source: addressOf(rightOf(subject)).bytes,
    destination: addressOf(leftOf(subject)).bytes,
  }));
  readonly #stranger = addressOf(STRANGER).bytes;
  #dropped = 0;

  constructor() {
    const { left, right } = this.link;
    for (const subject of SUBJECTS) {
      left.setAddress(leftOf(subject), true);
      right.setAddress(rightOf(subject), true);
    }
    const ours = SUBJECTS.map((subject) => subject.at(leftOf(subject), rightOf(subject)));
    const theirs = SUBJECTS.map((subject) => subject.at(rightOf(subject), leftOf(subject)));
    left.engine.set(ours, this.link.nowUs);
    right.engine.set(theirs, this.link.nowUs);
    this.#keys = ours.map(({ key }, index) => [key, theirs[index]?.key ?? '']);
    this.#plainDiscriminator = left.report(`ip-sh/eth0/${rightOf(PLAIN)}`).localDiscriminator;
  }

  /** What would be another, had a watched session been disturbed. */
  watched() {
    return this.#keys.flatMap(([left, right], index) =>
      SUBJECTS[index]?.watched === true ? [this.#steady('left', left), this.#steady('right', right)] : [],
    );
  }

  /** The states of all sessions, on the left and on the right. */
  states(): string[][] {
    const { left, right } = this.link;
    return this.#keys.map(([ours, theirs]) => [
      left.report(ours).localState,
      right.report(theirs).localState,
    ]);
  }

  /** The different packets that have been sent, but for those that tell what nobody off the path knows. */
  seeds(): readonly Packet[] {
    const known = this.link.packets.filter(
      ({ bytes, path }) =>
        path.destinationPort === ECHO_PORT || yourDiscriminator(bytes) !== this.#plainDiscriminator,
    );
    return known.filter((_, index) => index % Math.ceil(known.length / 200) === 0);
  }

  /** Keeps counts alone of what has happened. */
  forgetPast(): void {
    const { left, right, packets } = this.link;
    for (const host of [left, right]) {
      for (const { key, from } of host.events) {
        if (from === 'up' && this.#isWatched(key)) this.falls += 1;
        else if (from === 'up') this.othersFalls += 1;
      }
      host.events.length = 0;
    }
    packets.length = 0;
  }

  /** So many damaged packets come in on the left, while time passes. */
  storm(seeds: readonly Packet[], count: number): void {
    for (let sent = 0; sent < count; sent += 1) {
      this.#send(seeds);
      if (sent % BURST === 0) this.link.run(BURST_US);
    }
  }

  #send(seeds: readonly Packet[]): void {
    const bytes = mutate(
      seeds.map((packet) => packet.bytes),
      this.#random,
    );
    const { subject, source, destination } = this.#pick(this.#ways);
    const port = this.#pick([3784, 3784, 3784, 4784, ECHO_PORT]);
    const named = yourDiscriminator(bytes);
    // Whoever sends from the address of the peer may begin anew: who is off the path cannot.
    const stranger = this.#random() < 0.1 || (subject === PLAIN && named === 0);
    if (named === this.#plainDiscriminator) return;
    this.#dropped += this.#random() < 0.01 ? 1 : 0;
    this.link.left.engine.handleDatagram(
      {
        bytes,
        source: stranger ? this.#stranger : source,
        sourcePort: this.#pick([49_152, ECHO_PORT]),
        destination: this.#random() < 0.1 ? this.#stranger : destination,
        destinationPort: port,
        interfaceIndex: this.#pick([2, 2, 2, 2, 3]),
        ttl: this.#pick([255, 255, 255, 255, 255, 255, 254, 64]),
        droppedBySocket: this.#dropped,
      },
      this.link.nowUs,
    );
  }

  #steady(side: 'left' | 'right', key: string) {
    const report = this.link[side].report(key);
    return {
      key,
      localState: report.localState,
      remoteState: report.remoteState,
      discriminators: [report.localDiscriminator, report.remoteDiscriminator],
      intervalsUs: [report.negotiatedTxIntervalUs, report.negotiatedRxIntervalUs, report.detectionTimeUs],
      upCount: report.upCount,
      downCount: report.downCount,
    };
  }

  #isWatched(key: string): boolean {
    return SUBJECTS[this.#keys.findIndex((keys) => keys.includes(key))]?.watched ?? true;
  }

  #pick<T>(choices: readonly T[]): T {
    const choice = choices[Math.floor(this.#random() * choices.length)];
    if (choice === undefined) throw new Error('nothing to choose from');
    return choice;
  }
}

function yourDiscriminator(bytes: Uint8Array): number {
  return bytes.length < 12 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(8);
}
