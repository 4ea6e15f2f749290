import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchNetwork, INTERFACE, MACS } from './network.mjs';
import { machineSeconds, memoryMib, packets, processorSeconds, stolenSeconds } from './process-figures.mjs';

/**
 * One case: an implementation with a peer, with so many sessions.
 *
 * @typedef {import('./implementations.mjs').Implementation} Implementation
 * @typedef {import('./implementations.mjs').Running} Running
 *
 * @typedef {object} Case
 * @property {Implementation} subject
 * @property {Implementation} peer
 * @property {number} sessions
 * @property {number} intervalMs
 * @property {number} windowS how long processor time is measured and flaps are counted
 * @property {number} upWithinS
 * @property {number} cuts sessions that are silenced at once, for the detection time; 0: none
 *
 * @typedef {object} Figures
 * @property {string} subject
 * @property {string} peer
 * @property {number} sessions
 * @property {number} intervalMs
 * @property {number | null} allUpAfterS null: not within the time
 * @property {number} packetsPerS sent and received
 * @property {number} usPerPacket
 * @property {number} processorPercent of one processor
 * @property {number} peerUsPerPacket
 * @property {number} memoryMib
 * @property {number} flaps in the window, seen by the subject
 * @property {number} windowS
 * @property {readonly number[]} lateMs how late each silenced session was found to be, sorted
 * @property {number} stolen processors that the machine beneath took away meanwhile
 * @property {number} otherLoad processors that other work kept busy meanwhile
 */

export const MULTIPLIER = 3;
/** Sessions are silenced so often at most, until nothing to speak of is taken away meanwhile. */
const CUTS = 5;
const STOLEN = 0.02;

/**
 * @param {Case} wanted
 * @param {string} folder
 * @returns {Promise<Figures>}
 */
export async function measure(wanted, folder) {
  const network = new BenchNetwork(wanted.sessions);
  /** @type {Running[]} */
  const running = [];
  try {
    const startedS = Date.now() / 1000;
    running.push(await wanted.peer.start(sideOf(network, 'b', wanted, folder)));
    running.push(await wanted.subject.start(sideOf(network, 'a', wanted, folder)));
    const [peer, subject] = running;
    if (peer === undefined || subject === undefined) throw new Error('both sides run');
    const allUpAfterS = await untilUp(subject, wanted, startedS);
    await sleep(3000);
    const work = await observe(subject, peer, wanted.windowS);
    const found =
      wanted.cuts > 0 && allUpAfterS !== null
        ? await detectUndisturbed(network, subject, wanted, folder)
        : NOTHING_FOUND;
    return {
      subject: wanted.subject.name,
      peer: wanted.peer.name,
      sessions: wanted.sessions,
      intervalMs: wanted.intervalMs,
      allUpAfterS,
      ...work,
      ...found,
    };
  } finally {
    for (const one of running.toReversed()) await one.stop();
    network.remove();
  }
}

/**
 * One side of the network, with a folder of its own.
 *
 * @param {BenchNetwork} network
 * @param {'a' | 'b'} name
 * @param {Pick<Case, 'intervalMs'>} wanted
 * @param {string} folder
 * @returns {import('./implementations.mjs').Side}
 */
export function sideOf(network, name, wanted, folder) {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const sessions = network.sessions.map(({ a, b }) =>
    name === 'a' ? { own: a, peer: b } : { own: b, peer: a },
  );
  const { intervalMs } = wanted;
  return { namespace: network[name], folder: own, sessions, intervalMs, multiplier: MULTIPLIER };
}

/**
 * Seconds from `startedS` until all sessions are Up; null: not within the time.
 *
 * @param {Running} subject
 * @param {Pick<Case, 'sessions' | 'upWithinS'>} wanted
 * @param {number} startedS
 */
export async function untilUp(subject, wanted, startedS) {
  const deadlineMs = Date.now() + wanted.upWithinS * 1000;
  while (Date.now() < deadlineMs) {
    await sleep(250);
    const up = new Set();
    for (const change of subject.changes()) {
      if (change.up) up.add(change.peer);
      else up.delete(change.peer);
      if (up.size === wanted.sessions) return change.timeS - startedS;
    }
  }
  return null;
}

/**
 * @param {Running} subject
 * @param {Running} peer
 * @param {number} windowS
 */
async function observe(subject, peer, windowS) {
  const now = () => ({
    ms: performance.now(),
    subject: processorSeconds(subject.pid),
    peer: processorSeconds(peer.pid),
    packets: packets(subject.pid),
    machine: machineSeconds(),
  });
  const before = now();
  const fromS = Date.now() / 1000;
  await sleep(windowS * 1000);
  const after = now();
  const untilS = Date.now() / 1000;
  const seconds = (after.ms - before.ms) / 1000;
  const count = after.packets - before.packets;
  const subjectS = after.subject - before.subject;
  const peerS = after.peer - before.peer;
  const others = (after.machine - before.machine - subjectS - peerS) / seconds;
  return {
    packetsPerS: count / seconds,
    usPerPacket: (1e6 * subjectS) / count,
    processorPercent: (100 * subjectS) / seconds,
    peerUsPerPacket: (1e6 * peerS) / count,
    memoryMib: memoryMib(subject.pid),
    flaps: falls(subject, fromS, untilS).length,
    windowS: seconds,
    otherLoad: Math.min(Math.max(0, others), availableParallelism()),
  };
}

/**
 * Changes from Up within a time.
 *
 * @param {Running} subject
 * @param {number} fromS
 * @param {number} untilS
 */
function falls(subject, fromS, untilS) {
  const up = new Set();
  return subject.changes().filter((change) => {
    const fell = up.has(change.peer) && !change.up;
    if (change.up) up.add(change.peer);
    else up.delete(change.peer);
    return fell && change.timeS >= fromS && change.timeS <= untilS;
  });
}

/** @typedef {Pick<Figures, 'lateMs' | 'stolen'>} Found */

/** @type {Found} */
const NOTHING_FOUND = { lateMs: [], stolen: Number.POSITIVE_INFINITY };

/**
 * What a cut found during which the machine beneath took least away: lateness that comes from there is no
 * implementation's.
 *
 * @param {BenchNetwork} network
 * @param {Running} subject
 * @param {Case} wanted
 * @param {string} folder
 */
async function detectUndisturbed(network, subject, wanted, folder) {
  let best = NOTHING_FOUND;
  for (let cut = 0; cut < CUTS && best.stolen > STOLEN; cut += 1) {
    if (cut > 0) {
      await untilUp(subject, wanted, 0);
      await sleep(2000);
    }
    const found = await detect(network, subject, wanted, join(folder, `cut-${cut}.pcap`));
    if (found.stolen < best.stolen) best = found;
  }
  return best;
}

/**
 * Silences some sessions at once, and compares when the subject saw them fall with when their last packet
 * had come in, as recorded on the wire.
 *
 * @param {BenchNetwork} network
 * @param {Running} subject
 * @param {Case} wanted
 * @param {string} file where the packets are recorded
 * @returns {Promise<Found>}
 */
async function detect(network, subject, wanted, file) {
  const step = Math.max(1, Math.floor(wanted.sessions / wanted.cuts));
  const chosen = network.sessions.filter((_, index) => index % step === 0).slice(0, wanted.cuts);
  // Frames for nobody are recorded, too, but for this.
  const filter = `udp dst port 3784 and ether dst ${MACS.a}`;
  const capture = ['tshark', '-q', '-i', INTERFACE, '-s', '64', '-f', filter, '-w', file, '-F', 'pcap'];
  // Before what is measured, which may leave it no time otherwise.
  const command = ['netns', 'exec', network.a, 'chrt', '-r', '20', ...capture];
  const tshark = spawn('ip', command, { stdio: 'ignore' });
  const ended = new Promise((resolve) => tshark.once('exit', resolve));
  if (!(await untilRecording(file))) {
    tshark.kill('SIGKILL');
    await ended;
    return NOTHING_FOUND;
  }
  const cutS = Date.now() / 1000;
  const stolenBefore = stolenSeconds();
  network.silence(chosen, true);
  await sleep(MULTIPLIER * wanted.intervalMs + 1500);
  const stolen = (stolenSeconds() - stolenBefore) / (Date.now() / 1000 - cutS);
  tshark.kill('SIGINT');
  await ended;
  network.silence(chosen, false);
  const last = lastPackets(file);
  const lateMs = falls(subject, cutS, Infinity)
    .map(
      ({ peer, timeS }) => (timeS - (last.get(peer) ?? Number.NaN)) * 1000 - MULTIPLIER * wanted.intervalMs,
    )
    .filter((late) => !Number.isNaN(late))
    .toSorted((left, right) => left - right);
  return { lateMs, stolen };
}

/**
 * Packets come all the time: what has them in its file is recording. False: it does not, on a machine that
 * is too busy.
 *
 * @param {string} file
 */
async function untilRecording(file) {
  for (let wait = 0; wait < 100; wait += 1) {
    await sleep(200);
    if (existsSync(file) && statSync(file).size > 1000) return true;
  }
  return false;
}

/**
 * When the last packet of each source came in, in seconds since 1970.
 *
 * @param {string} file
 * @returns {ReadonlyMap<string, number>}
 */
function lastPackets(file) {
  // A file whose end is missing is read as far as it goes.
  const { stdout: text } = spawnSync(
    'tshark',
    ['-r', file, '-T', 'fields', '-e', 'ip.src', '-e', 'frame.time_epoch'],
    { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  const lines = text.trim().split('\n');
  return new Map(lines.map((line) => line.split('\t')).map(([source = '', time]) => [source, Number(time)]));
}
