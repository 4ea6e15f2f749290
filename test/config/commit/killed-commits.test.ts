import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestAgent, REQUESTER, temporaryFolder } from '../../support/test-agent.js';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const KILLS = 20;

let compiled: string;
let stateDir: string;
beforeAll(async () => {
  stateDir = await temporaryFolder();
  // Inside node_modules, so that the compiled program finds the packages it needs.
  compiled = await mkdtemp(join(project, 'node_modules/.bfd-agent-compiled-'));
  const compiler = join(project, 'node_modules/typescript/bin/tsc');
  const options = [
    '-p',
    'tsconfig.json',
    '--outDir',
    compiled,
    '--incremental',
    'false',
    '--tsBuildInfoFile',
    'null',
  ];
  await once(spawn(process.execPath, [compiler, ...options], { cwd: project, stdio: 'ignore' }), 'close');
});
afterAll(async () => {
  await rm(compiled, { recursive: true, force: true });
  await rm(stateDir, { recursive: true, force: true });
});

/** Lets a process commit, and kills it `delayMs` after its first acknowledged commit. */
async function killedAfter(delayMs: number): Promise<{ tried: number; acknowledged: number }> {
  const script = join(project, 'test/support/commit-loop.mjs');
  const args = [script, compiled, join(project, 'yang'), join(project, 'dist/libyang.wasm'), stateDir];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const first = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('ok ')) resolve();
    });
    child.on('close', () => reject(new Error(`the process ended by itself: ${errors}`)));
  });
  const closed = once(child, 'close');
  await first;
  await delay(delayMs);
  child.kill('SIGKILL');
  await closed;
  const last = (word: string): number =>
    Number([...output.matchAll(new RegExp(`^${word} (\\d+)$`, 'gmu'))].at(-1)?.[1]);
  return { tried: last('try'), acknowledged: last('ok') };
}

describe('an agent that is killed while it commits', () => {
  it(`${KILLS} times comes back on the last acknowledged configuration or the one in flight, whole`, async () => {
    const inFlight: boolean[] = [];
    for (let round = 0; round < KILLS; round += 1) {
      const { tried, acknowledged } = await killedAfter(Math.random() * 60);
      const agent = await openTestAgent({ stateDir });
      const running = await agent.config.getConfig({ datastore: 'running' }, REQUESTER);
      await agent.close();
      const text = running.ok ? running.value : '';
      const number = Number(/<description>(\d+)<\/description>/u.exec(text)?.[1]);
      expect([acknowledged, tried]).toContain(number);
      const multipliers = [...text.matchAll(/<local-multiplier>(\d+)</gu)].map(([, value]) => Number(value));
      expect(multipliers).toEqual(Array.from({ length: 40 }, () => (number % 250) + 1));
      inFlight.push(tried !== acknowledged);
    }
    // The kills would prove nothing had they never met a commit.
    expect(inFlight).toContain(true);
  }, 180_000);
});
