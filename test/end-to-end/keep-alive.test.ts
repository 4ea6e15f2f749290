import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { config, ethernet } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';
import { waitFor } from '../support/wait-for.js';

const SERVER = 'urn:bfd-agent:yang:bfd-agent-server';

let pair: NamespacePair;
let agent: Agent;
let client: Ncclient;
let watcher: Ncclient;

beforeEach(async () => {
  pair = await NamespacePair.create();
  agent = await Agent.start({ namespace: pair.left.name });
  client = new Ncclient(pair.left.name);
  watcher = new Ncclient(pair.left.name);
  await client.call('connect', agent.login);
  await watcher.call('connect', agent.login);
  const limits = '<keep-alive-interval>1</keep-alive-interval><keep-alive-count>2</keep-alive-count>';
  await client.call('edit-config', {
    config: config(`<server xmlns="${SERVER}"><limits>${limits}</limits></server>`),
  });
  await client.call('commit');
});

afterEach(async () => {
  process.kill(client.pid, 'SIGCONT');
  await client.close();
  await watcher.close();
  await agent.dispose();
  await pair.dispose();
});

const running = (): Promise<string> => watcher.text('get-config', { source: 'running' });

describe('keep-alive', () => {
  it('ends the session of a client that is dead, which reverts its confirmed commit; others live on', async () => {
    await client.call('edit-config', { config: config(ethernet('eth7')) });
    await client.call('commit', { confirmed: true, timeout: '600' });
    expect(await running()).toContain('eth7');
    process.kill(client.pid, 'SIGSTOP');
    const reverted = async (): Promise<true | undefined> =>
      (await running()).includes('eth7') ? undefined : true;
    await waitFor(reverted, async () => `revert: ${agent.child.stderr.join('\n')}`);
    expect(agent.child.stderr.join('\n')).toContain('no answer to keep-alive requests');
    expect(agent.child.stderr.join('\n')).toMatch(/"event":"cancel".*session \d+ ended/u);
  });

  it('leaves a client alone that is idle, and there', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await client.text('get-config', { source: 'running' })).toContain('keep-alive-count');
  });
});
