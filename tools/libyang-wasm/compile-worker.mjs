/**
 * A worker thread that compiles: `workerData` is the file system, each message a unit; the answers are
 * the units' objects. (The main thread's side is compile-pool.mjs.)
 */
import { parentPort, workerData } from 'node:worker_threads';
import { clang } from './compiler.mjs';

/** @typedef {{ object: Uint8Array, failure?: undefined } | { failure: string }} Answer */

parentPort?.on('message', (/** @type {import('./recipe.mjs').Unit} */ unit) => {
  void compile(unit).then((answer) => parentPort?.postMessage(answer));
});

/**
 * @param {import('./recipe.mjs').Unit} unit
 * @returns {Promise<Answer>}
 */
async function compile({ path, flags }) {
  try {
    return { object: await clang([...flags, '-c', path], workerData, 'unit.o') };
  } catch (error) {
    return { failure: `${path}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
