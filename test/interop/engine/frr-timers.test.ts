import * as fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineAndFrr, type FrrSession, PATHS } from '../../support/engine-and-frr.js';
import { aTimerChange, CHANGES, FIRST_TIMERS, SEED, type Timers } from '../../support/timer-changes.js';

let both: EngineAndFrr;

beforeAll(async () => {
  both = await EngineAndFrr.start();
});

afterAll(async () => {
  await both.stop();
});

const NEVER_DOWN = {
  localState: 'up',
  upCount: 1,
  downCount: 0,
  frr: { status: 'up', diagnostic: 'ok', ups: 1, downs: 0 },
};

describe.each(PATHS)('timers changed while Up, %s over %s', (hops, family) => {
  test('by FRR, and by the engine: both ends know the new ones, and nothing flaps', async () => {
    const session = await both.session(hops, family);
    await session.bringUp();

    const peers: Timers = { tx: 240, rx: 300, mult: 5 };
    await setFrr(session, peers);
    await settled(session, FIRST_TIMERS, peers);
    const ours: Timers = { tx: 350, rx: 60, mult: 4 };
    await setEngine(session, ours);
    await settled(session, ours, peers);
    await setFrr(session, FIRST_TIMERS);
    await settled(session, ours, FIRST_TIMERS);

    expect(await historyOf(session)).toEqual(NEVER_DOWN);
  });
});

test(
  `${CHANGES} random changes on either end of four sessions, from seed ${SEED}: no flap on either end`,
  { timeout: 60_000 + CHANGES * 1000 },
  async () => {
    const sessions: { session: FrrSession; ours: Timers; peers: Timers }[] = [];
    for (const [hops, family] of PATHS) {
      const session = await both.session(hops, family);
      await session.bringUp();
      sessions.push({ session, ours: FIRST_TIMERS, peers: FIRST_TIMERS });
    }

    for (const { at, byEngine, timers, pauseMs } of fc.sample(aTimerChange, {
      numRuns: CHANGES,
      seed: SEED,
    })) {
      const end = sessions[at];
      if (!end) throw new Error(`no session ${at}`);
      if (byEngine) {
        // FRR 8.4 counts by its old, lower receive interval until its Poll is answered, while the engine has
        // to obey the new one as soon as it hears it: RFC 5880 §6.8.3 has that for a reduced one alone.
        await frrPollEnded(end.session, end.ours, end.peers);
        end.ours = timers;
        await setEngine(end.session, timers);
      } else {
        end.peers = timers;
        await setFrr(end.session, timers);
      }
      await sleep(pauseMs);
    }

    for (const { session, ours, peers } of sessions) {
      await settled(session, ours, peers);
      expect(await historyOf(session)).toEqual(NEVER_DOWN);
    }
  },
);

async function setEngine(session: FrrSession, { tx, rx, mult }: Timers): Promise<void> {
  await session.set({
    desiredMinTxIntervalUs: tx * 1000,
    requiredMinRxIntervalUs: rx * 1000,
    detectMult: mult,
  });
}

async function setFrr(session: FrrSession, { tx, rx, mult }: Timers): Promise<void> {
  await session.configure(`transmit-interval ${tx}`, `receive-interval ${rx}`, `detect-multiplier ${mult}`);
}

/** Waits until both ends go by these timers (RFC 5880 §6.8.2, §6.8.4). */
async function settled(session: FrrSession, ours: Timers, peers: Timers): Promise<void> {
  const rxUs = Math.max(ours.rx, peers.tx) * 1000;
  await session.until(
    (report) =>
      report.negotiatedTxIntervalUs === Math.max(ours.tx, peers.rx) * 1000 &&
      report.negotiatedRxIntervalUs === rxUs &&
      report.remoteMultiplier === peers.mult &&
      report.detectionTimeUs === rxUs * peers.mult,
  );
  await session.frrUntil(
    (peer) =>
      peer['remote-transmit-interval'] === ours.tx &&
      peer['remote-receive-interval'] === ours.rx &&
      peer['remote-detect-multiplier'] === ours.mult,
  );
}

/** Waits until the engine has heard FRR's timers, and so many packets since that its Poll has been answered. */
async function frrPollEnded(session: FrrSession, ours: Timers, peers: Timers): Promise<void> {
  const { receivedPackets } = await session.until(
    ({ negotiatedTxIntervalUs }) => negotiatedTxIntervalUs === Math.max(ours.tx, peers.rx) * 1000,
  );
  await session.until((now) => now.receivedPackets >= receivedPackets + 3);
}

/** What both ends know of the session's past. */
async function historyOf(session: FrrSession) {
  const { localState, upCount, downCount } = await session.report();
  const { status, diagnostic } = await session.frrPeer();
  return { localState, upCount, downCount, frr: { status, diagnostic, ...(await session.frrFlaps()) } };
}
