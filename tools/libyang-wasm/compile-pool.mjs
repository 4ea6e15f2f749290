/**
 * Compiles units in as many worker threads as there are cores and memory for.
 */
import { availableParallelism, freemem } from 'node:os';
import { Worker } from 'node:worker_threads';

/** What a compiler takes of memory, with some room: 350 MB were measured. */
const bytesPerWorker = 450_000_000;

/** @typedef {import('./recipe.mjs').Unit} Unit */

/**
 * @param {Unit[]} units
 * @param {import('./compiler.mjs').Tree} files the file system that the compiler sees
 * @param {(unit: Unit, object: Uint8Array) => void} onObject called as they get done
 * @throws {Error} with the compiler's messages; the rest of the units is then given up
 */
export async function compileAll(units, files, onObject) {
  const waiting = [...units];
  const fitting = Math.floor(freemem() / bytesPerWorker);
  const count = Math.max(1, Math.min(availableParallelism(), fitting, units.length));
  const workers = Array.from({ length: count }, () => startWorker(files));
  try {
    await Promise.all(workers.map((worker) => compileWaiting(worker, waiting, onObject)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** @param {import('./compiler.mjs').Tree} files */
function startWorker(files) {
  return new Worker(new URL('compile-worker.mjs', import.meta.url), { workerData: files });
}

/**
 * Gives a worker one unit after the other until none is left.
 *
 * @param {Worker} worker
 * @param {Unit[]} waiting shared by all workers
 * @param {(unit: Unit, object: Uint8Array) => void} onObject
 * @returns {Promise<void>}
 */
function compileWaiting(worker, waiting, onObject) {
  return new Promise((resolve, reject) => {
    let unit = waiting.shift();
    const next = () => {
      if (unit) worker.postMessage(unit);
      else resolve();
    };
    worker.on('message', (/** @type {import('./compile-worker.mjs').Answer} */ answer) => {
      if (!unit || answer.failure !== undefined) {
        reject(new Error(answer.failure));
        return;
      }
      onObject(unit, answer.object);
      unit = waiting.shift();
      next();
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`the compiler's thread ended with ${code}`)));
    next();
  });
}
