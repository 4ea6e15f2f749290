#!/usr/bin/env node
/**
 * Brings a clone to the point where it runs: dependencies from the lockfile, libyang as WebAssembly,
 * the compiled program, and with `--peers` the programs that the tests talk to. Every step looks
 * first whether it is needed, so that a second call costs a few milliseconds.
 *
 * This file and what it imports statically need nothing but Node, for there may be nothing else yet.
 */
import { ensureCompiled } from './compile.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensurePeers } from './peers.mjs';

const withPeers = process.argv.includes('--peers');

try {
  await ensureDependencies();
  // Comes from a package that the step before may just have installed.
  const { buildLibyang } = await import('../libyang-wasm/build.mjs');
  await buildLibyang();
  await ensureCompiled();
  if (withPeers) await ensurePeers();
} catch (error) {
  process.stderr.write(`set-up: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
