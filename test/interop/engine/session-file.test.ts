/** `engine --sessions FILE`, whoever reads what it prints. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startProgram } from '../../support/agent.js';
import type { Child } from '../../support/child.js';
import { ipShSession } from '../../support/desired-sessions.js';
import { TestEngine } from '../../support/engine.js';
import { NamespacePair } from '../../support/netns.js';

const program = fileURLToPath(new URL('../../../dist/bfd-agent.js', import.meta.url));
const TO_LEFT = ipShSession('192.0.2.1');

describe('an engine that has its sessions from a file', () => {
  let pair: NamespacePair;
  let folder: string;
  let file: string;
  let right: TestEngine;

  beforeEach(async () => {
    pair = await NamespacePair.create();
    folder = await mkdtemp(join(tmpdir(), 'session-file-test-'));
    file = join(folder, 'sessions.json');
    await writeFile(file, JSON.stringify([ipShSession('192.0.2.2')]));
    right = await TestEngine.start(pair.right);
    await right.set(TO_LEFT);
  });

  afterEach(async () => {
    await right.stop();
    await pair.dispose();
    await rm(folder, { recursive: true });
  });

  test('prints each change of a state, and the sum when it is told to end', async () => {
    const engine: Child = startProgram(['engine', '--sessions', file], pair.left.name);
    await engine.line(/^\d+\.\d{6} 192\.0\.2\.2 192\.0\.2\.1 (?:down|init) up$/u);
    expect(await engine.stop()).toBe(0);
    const sum = engine.stdout.find((line) => line.startsWith('{')) ?? '';
    expect(JSON.parse(sum)).toMatchObject({ sessions: 1, up: 1, downCount: 0 });
    expect(engine.stdout.at(-1)).toMatch(/ 192\.0\.2\.1 up adminDown$/u);
  });

  test('goes on when nobody reads that any more, and ends cleanly when it is told to', async () => {
    const [command, args] = pair.left.command(process.execPath, [program, 'engine', '--sessions', file]);
    const engine: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    engine.stderr?.on('data', (data: Buffer) => {
      log += data.toString();
    });
    const ended = new Promise((resolve) => {
      engine.once('close', (status, signal) => resolve(signal ?? status));
    });
    engine.stdout?.destroy();
    try {
      await right.until(TO_LEFT.key, ({ localState }) => localState === 'up');
      // Both changes are lines that nobody reads.
      await right.set({ ...TO_LEFT, adminDown: true });
      await right.set(TO_LEFT);
      const report = await right.until(
        TO_LEFT.key,
        ({ upCount, remoteState }) => upCount === 2 && remoteState === 'up',
      );
      expect(report.localState).toBe('up');
    } finally {
      engine.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
    expect(log.match(/nobody reads the state lines any more; the sessions go on/gu)).toHaveLength(1);
    expect((await right.report(TO_LEFT.key)).remoteState).toBe('admin-down');
  });
});
