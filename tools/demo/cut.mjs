import { setTimeout as delay } from 'node:timers/promises';

/** @typedef {import('../lab/lab-agent.mjs').LabAgent} LabAgent */

const LIMIT_MS = 10_000;

/**
 * Cuts the primary LSP where labels are swapped, and tells when those who follow the events at both ends heard of it.
 *
 * @param {import('./procedure.mjs').Stage} stage
 * @param {number} detectionUs the detection time
 */
export async function cutAndMeasure({ lab, csg, masg, say }, detectionUs) {
  for (const { follower } of [csg, masg]) follower.clear();
  await lab.impair('primary', { cut: true });
  const cutMs = performance.timeOrigin + performance.now();
  say.note('asbr2 drops the label from now on');
  for (const agent of [masg, csg]) {
    await heardOfTheFall(agent);
    for (const { line, atMs } of agent.follower.heard) say.hears(agent.name, line, atMs - cutMs);
    agent.follower.clear();
  }
  say.note(
    `the detection time of ${detectionUs / 1000} ms begins with the last packet that arrived, shortly before the cut`,
  );
}

/**
 * Waits until the follower has heard that the session, and at the ingress the tunnel, is down.
 *
 * @param {LabAgent} agent
 */
async function heardOfTheFall({ name, follower }) {
  const deadline = performance.now() + LIMIT_MS;
  const wanted = name === 'csg' ? ['session-state', 'tunnel-state'] : ['session-state'];
  while (!wanted.every((type) => follower.heard.some(({ line }) => line.type === type))) {
    if (performance.now() > deadline) throw new Error(`${name} has not heard that the LSP was cut`);
    await delay(5);
  }
}
