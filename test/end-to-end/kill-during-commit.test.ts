import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { config, ethernet, ipShSessions } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';

const kills = 50;
/** Spread over what a commit takes (ncclient alone takes up to 100 ms to send one), so that every stage is hit. */
const longestDelayMs = 150;

const multiplierOf = (n: number) => (n % 255) + 1;

/** A configuration that is whole only if all its parts carry the same number. */
function numbered(n: number): string {
  const leaves = `<local-multiplier>${multiplierOf(n)}</local-multiplier>`;
  const session = (last: number) => ({ interface: 'eth0', destination: `192.0.2.${last}`, leaves });
  return config(ethernet('eth0', `<description>${n}</description>`), ipShSessions(session(1), session(2)));
}

/** The number that a configuration carries, and the multipliers of its sessions. */
function read(running: string): { n: number; multipliers: number[] } {
  return {
    n: Number(/<description>(\d+)<\/description>/.exec(running)?.[1] ?? '0'),
    multipliers: [...running.matchAll(/<local-multiplier>(\d+)<\/local-multiplier>/g)].map((m) =>
      Number(m[1]),
    ),
  };
}

it(
  `after ${kills} times kill -9 during a commit, running is always a committed configuration`,
  { timeout: 480_000 },
  async () => {
    const pair = await NamespacePair.create();
    const agent = await Agent.start({ namespace: pair.left.name });
    const client = new Ncclient(pair.left.name);
    let acknowledged = 0;
    for (let kill = 0; kill < kills; kill++) {
      await client.call('connect', agent.login);
      const running = read(await client.text('get-config', { source: 'running' }));
      expect([acknowledged, acknowledged + 1]).toContain(running.n);
      expect(running.multipliers).toEqual(
        running.n === 0 ? [] : [multiplierOf(running.n), multiplierOf(running.n)],
      );
      const next = running.n + 1;
      await client.call('edit-config', { config: numbered(next) });
      const commit = client.call('commit').then(
        () => true,
        () => false,
      );
      await sleep((longestDelayMs * kill) / kills);
      await agent.child.stop('SIGKILL');
      acknowledged = (await commit) ? next : running.n;
      await agent.resume();
    }
    await client.close();
    await agent.dispose();
    await pair.dispose();
  },
);
