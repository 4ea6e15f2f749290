/** `npm run demo`, as somebody who has just cloned the project runs it. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Child } from '../support/child.js';

const PROGRAM = fileURLToPath(new URL('../../tools/demo/demo.mjs', import.meta.url));
/** Half a minute on a machine of its own. */
const LIMIT_MS = 240_000;

function start(env: NodeJS.ProcessEnv = {}): Child {
  return new Child(process.execPath, [PROGRAM], { env });
}

/** The lines of a step. */
function step(lines: readonly string[], number: number): string {
  const from = lines.findIndex((line) => line.startsWith(`${number}. `));
  const length = lines.slice(from + 1).findIndex((line) => line === '');
  return lines.slice(from, from + 1 + length).join('\n');
}

describe('the demo', () => {
  it(
    'goes through the procedure, and ends well',
    async () => {
      const demo = start();
      expect([await demo.exited, demo.stderr]).toEqual([0, []]);
      const lines = demo.stdout;
      expect(step(lines, 1)).toMatch(/tunnel 5\.5\.5\.5\/32: unmonitored.*no-policy.*\n.*csg .*no session/u);
      expect(step(lines, 2)).toMatch(/masg .*no session/u);
      expect(step(lines, 3)).toMatch(/ingress session \d+.* down/u);
      expect(step(lines, 3)).toMatch(/masg .*got none: [2-9]/u);
      expect(step(lines, 4)).toMatch(/ingress session \d+: up, peer \d+ at 5\.5\.5\.5/u);
      expect(step(lines, 4)).toMatch(/egress session \d+: up, peer \d+ at 1\.1\.1\.1/u);
      expect(step(lines, 5)).toMatch(/detection 150 ms/u);
      expect(step(lines, 6)).toMatch(/on its backup LSP[\s\S]*on its primary LSP/u);
      expect(step(lines, 7)).toMatch(/masg .*up → down \(control-expiry\), \d+ ms after the cut/u);
      expect(step(lines, 7)).toMatch(/csg .*tunnel 5\.5\.5\.5\/32: up → bfd-down, \d+ ms after the cut/u);
      expect(step(lines, 8)).toMatch(/csg .*no session[\s\S]*masg .*no session/u);
      expect(lines.at(-1)).toBe('That was all; the lab is taken down.');
    },
    LIMIT_MS,
  );

  it(
    'tidies up when it is interrupted',
    async () => {
      const before = readdirSync('/run');
      const demo = start();
      await demo.line(/^1\. /u, 60_000);
      process.kill(demo.pid, 'SIGTERM');
      expect(await demo.exited).toBe(130);
      expect(demo.stdout.join('\n')).not.toContain('That was all');
      expect(readdirSync('/run')).toEqual(before);
    },
    LIMIT_MS,
  );

  it('says what it needs where that is missing', async () => {
    const demo = start({ PATH: '/nowhere' });
    expect(await demo.exited).toBe(1);
    expect(demo.stderr).toEqual([
      'demo: the lab needs the program unshare (Debian: apt-get install iproute2 util-linux)',
    ]);
  });
});
