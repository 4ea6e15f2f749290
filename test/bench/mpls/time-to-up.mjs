import { setTimeout as delay } from 'node:timers/promises';
import { ingress } from '../../../tools/lab/configuration.mjs';
import { processorSeconds } from '../bfd/process-figures.mjs';
import { engineOf, inLab } from './lab.mjs';

const INTERVAL_US = 1_000_000;
const LIMIT_MS = 120_000;

/**
 * How long after the commit of a policy the last of so many sessions is Up at both ends, as those hear who follow the
 * events, and what processor time that took.
 *
 * @param {number} count
 */
export async function timeToUp(count) {
  return inLab(count, INTERVAL_US, async ({ csg, masg }) => {
    const engines = [await engineOf(csg), await engineOf(masg)];
    const before = engines.map(processorSeconds);
    for (const { follower } of [csg, masg]) follower.clear();
    await csg.commit(ingress('<host/>'));
    const committedMs = performance.timeOrigin + performance.now();
    const lastMs = Math.max(await lastUp(csg, count), await lastUp(masg, count));
    const [ingressCpuS = 0, egressCpuS = 0] = engines.map(
      (pid, index) => processorSeconds(pid) - (before[index] ?? 0),
    );
    return { allUpS: Math.max(0, lastMs - committedMs) / 1000, ingressCpuS, egressCpuS };
  });
}

/**
 * When the last of so many sessions came Up.
 *
 * @param {import('../../../tools/lab/lab-agent.mjs').LabAgent} agent
 * @param {number} count
 */
async function lastUp({ name, follower }, count) {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const ups = follower.heard.filter(({ line }) => line.type === 'session-state' && line.state === 'up');
    if (new Set(ups.map(({ line }) => 'key' in line && line.key)).size >= count) return ups.at(-1)?.atMs ?? 0;
    if (performance.now() > deadline) throw new Error(`${name}: ${ups.length} of ${count} sessions came Up`);
    await delay(50);
  }
}
