import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { residentMb } from '../bench/netconf/processes.mjs';
import { Agent } from '../support/agent.js';
import { config, ethernet, ipShSessions } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';

const SESSIONS = 10_000;
/** Of the agent and its engine, with what of Node's program each of them has in memory. */
const MOST_MB = 300;

let pair: NamespacePair;
let agent: Agent;
let client: Ncclient;

beforeAll(async () => {
  pair = await NamespacePair.create();
  agent = await Agent.start({ namespace: pair.left.name, init: config(ethernet('bulk0')) });
  client = new Ncclient(pair.left.name);
  await client.call('connect', agent.login);
});

afterAll(async () => {
  await client.close();
  await agent.dispose();
  await pair.dispose();
});

function edit(multiplier: number): string {
  const sessions = Array.from({ length: SESSIONS }, (_, index) => ({
    interface: 'bulk0',
    destination: `198.18.${index >> 8}.${index & 255}`,
    leaves: `<local-multiplier>${multiplier}</local-multiplier>`,
  }));
  return ipShSessions(...sessions);
}

describe(`agent and engine with ${SESSIONS} sessions`, () => {
  it(`take less than ${MOST_MB} MB, whatever is done with all sessions at once`, async () => {
    const { pid } = agent.child;
    const takenMb = [];
    for (const multiplier of [4, 5]) {
      await client.call('edit-config', { config: config(edit(multiplier)) });
      await client.call('commit');
      takenMb.push(residentMb([pid]));
      await client.text('get-config', { source: 'running' });
      takenMb.push(residentMb([pid]));
    }
    expect(Math.max(...takenMb)).toBeLessThan(MOST_MB);
    // It is the agent with its sessions that was measured.
    expect(Math.min(...takenMb)).toBeGreaterThan(100);
  }, 300_000);
});
