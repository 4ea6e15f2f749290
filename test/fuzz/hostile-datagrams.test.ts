/** Damaged packets of sessions that run, sent to the sockets of the engine that runs them. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SessionState } from '../../src/bfd/packet/session-state.js';
import type { SessionReport } from '../../src/link/messages.js';
import { KEY_ID, keyOf, MD5, SECRET, SHA1, signed, SIMPLE } from '../bfd/conformance/authenticated-packet.js';
import { seededRandom } from '../sim/seeded-random.js';
import { Child } from '../support/child.js';
import { ipShSession } from '../support/desired-sessions.js';
import { TestEngine } from '../support/engine.js';
import { mutate } from '../support/mutate.js';
import { NamespacePair } from '../support/netns.js';

const DATAGRAMS = Number(process.env['FUZZ_DATAGRAMS'] ?? 100_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const sender = fileURLToPath(new URL('../support/send-datagrams.mjs', import.meta.url));

/** This one has a digest: its peer's address may be the sender's, its discriminators are known to him. */
const SIGNED = { left: '192.0.2.1', right: '192.0.2.2' };
/** This one has not: the sender is off its path. */
const PLAIN = { left: '192.0.2.11', right: '192.0.2.12' };
const STRANGER = '192.0.2.99';
const [, meticulousSha1 = SIMPLE] = SHA1;
const authentication = {
  meticulous: true,
  keys: [
    {
      keyId: KEY_ID,
      algorithm: keyOf(meticulousSha1).algorithm,
      secretHex: Buffer.from(SECRET).toString('hex'),
      sendFromMs: null,
      sendUntilMs: null,
      acceptFromMs: null,
      acceptUntilMs: null,
    },
  ],
};
const timers = { detectMult: 10 };
const leftSessions = [
  ipShSession(SIGNED.right, { source: SIGNED.left, authentication, ...timers }),
  ipShSession(PLAIN.right, { source: PLAIN.left, ...timers }),
];
const rightSessions = [
  ipShSession(SIGNED.left, { source: SIGNED.right, authentication, ...timers }),
  ipShSession(PLAIN.left, { source: PLAIN.right, ...timers }),
];

let pair: NamespacePair;
let left: TestEngine;
let right: TestEngine;

beforeAll(async () => {
  pair = await NamespacePair.create();
  await pair.left.ip('address', 'add', `${PLAIN.left}/24`, 'dev', 'eth0');
  await pair.right.ip('address', 'add', `${PLAIN.right}/24`, 'dev', 'eth0');
  await pair.right.ip('address', 'add', `${STRANGER}/24`, 'dev', 'eth0');
  left = await TestEngine.start(pair.left);
  right = await TestEngine.start(pair.right);
  await left.set(...leftSessions);
  await right.set(...rightSessions);
  for (const { key } of leftSessions) await left.until(key, isUp);
  for (const { key } of rightSessions) await right.until(key, isUp);
});

afterAll(async () => {
  await left.stop();
  await right.stop();
  await pair.dispose();
});

test(
  `${DATAGRAMS} damaged datagrams are all accounted for, and no session notices`,
  { timeout: 300_000 },
  async () => {
    const before = await lives();
    const received = await receivedSoFar();
    const events = left.events.length + right.events.length;
    const report = await left.report(leftSessions[0]?.key ?? '');
    const random = seededRandom(SEED);
    const seeds = seedsFor(report);

    const fromPeer = await send(SIGNED.right, SIGNED.left, seeds, DATAGRAMS / 2, random);
    const fromStranger = await send(STRANGER, PLAIN.left, seeds, DATAGRAMS / 2, random);

    expect(await lives()).toEqual(before);
    expect(left.events.length + right.events.length).toBe(events);
    const after = await receivedSoFar();
    // None has the secret of the one session, or the discriminator and address of the other.
    expect(after.thrownAway - received.thrownAway + after.lost - received.lost).toBe(fromPeer + fromStranger);
    expect(after.lost - received.lost).toBeLessThan(DATAGRAMS / 100);
  },
);

/** Damages and sends packets; resolves to their number when all are sent. */
async function send(
  source: string,
  destination: string,
  seeds: readonly Uint8Array[],
  count: number,
  random: () => number,
): Promise<number> {
  const child = new Child(...pair.right.command(process.execPath, [sender, source]));
  const lines = Array.from(
    { length: count },
    () => `${destination} 3784 ${Buffer.from(mutate(seeds, random)).toString('hex')}\n`,
  );
  child.writeLast(lines.join(''));
  const [, sent] = await child.line(/^sent (\d+)$/u, 200_000);
  await child.exited;
  return Number(sent);
}

/** Packets that the peer of the signed session could have sent, of all authentication types and states. */
function seedsFor({ localDiscriminator, remoteDiscriminator }: SessionReport): Uint8Array[] {
  const { Down, Init, Up, AdminDown } = SessionState;
  return [AdminDown, Down, Init, Up].flatMap((state) =>
    [SIMPLE, ...MD5, ...SHA1].map((type) =>
      signed(
        type,
        {
          diagnostic: 0,
          state,
          poll: true,
          final: false,
          controlPlaneIndependent: false,
          authenticationPresent: true,
          demand: true,
          multipoint: false,
          detectMult: 3,
          myDiscriminator: remoteDiscriminator ?? 1,
          yourDiscriminator: state === Down ? 0 : localDiscriminator,
          desiredMinTxIntervalUs: 50_000,
          requiredMinRxIntervalUs: 50_000,
          requiredMinEchoRxIntervalUs: 0,
        },
        { secret: Uint8Array.of(1, 2, 3) },
      ),
    ),
  );
}

/** What the left engine has thrown away, and what its sockets had no room for. */
async function receivedSoFar(): Promise<{ thrownAway: number; lost: number }> {
  const status = await left.link.status();
  if (!status.ok) throw new Error(status.error.message);
  const { discards, socketDrops } = status.value;
  return { thrownAway: discards.reduce((sum, { count }) => sum + count, 0), lost: socketDrops };
}

/** What would be another, had a session been disturbed. */
async function lives() {
  const reports = [
    ...(await Promise.all(leftSessions.map(({ key }) => left.report(key)))),
    ...(await Promise.all(rightSessions.map(({ key }) => right.report(key)))),
  ];
  return reports.map(({ localState, localDiscriminator, remoteDiscriminator, upCount, downCount }) => ({
    localState,
    localDiscriminator,
    remoteDiscriminator,
    upCount,
    downCount,
  }));
}

function isUp({ localState, remoteState }: SessionReport): boolean {
  return localState === 'up' && remoteState === 'up';
}
