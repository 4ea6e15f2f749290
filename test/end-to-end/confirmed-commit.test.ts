import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { config, ethernet } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';
import { waitFor } from '../support/wait-for.js';

let pair: NamespacePair;
let agent: Agent;
let client: Ncclient;

beforeEach(async () => {
  // Of its own: another engine of the machine may have the BFD port.
  pair = await NamespacePair.create();
  agent = await Agent.start({ namespace: pair.left.name });
  client = new Ncclient(pair.left.name);
  await client.call('connect', agent.login);
});

afterEach(async () => {
  await client.close();
  await agent.dispose();
  await pair.dispose();
});

async function running(session = 'default'): Promise<string> {
  return client.text('get-config', { source: 'running', session });
}

async function tryOut(options: Record<string, unknown>): Promise<void> {
  await client.call('edit-config', { config: config(ethernet('eth7')) });
  await client.call('commit', { confirmed: true, ...options });
  expect(await running()).toContain('eth7');
}

async function untilReverted(session: string): Promise<void> {
  await waitFor(async () => ((await running(session)).includes('eth7') ? undefined : true), 'the revert');
}

describe('a confirmed commit by ncclient', () => {
  it('is announced, and taken back when its time is up', async () => {
    const hello = await client.call('connect', { ...agent.login, session: 'second' });
    const announced = 'urn:ietf:params:netconf:capability:confirmed-commit:1.1';
    expect(hello).toMatchObject({ capabilities: expect.arrayContaining([announced]) });
    await tryOut({ timeout: '1' });
    await untilReverted('default');
  });

  it('is confirmed by commit and cancelled by cancel-commit', async () => {
    await tryOut({});
    await client.call('cancel-commit');
    expect(await running()).not.toContain('eth7');
    await tryOut({});
    await client.call('commit');
    expect((await client.refusal('cancel-commit')).tag).toBe('operation-failed');
    expect(await running()).toContain('eth7');
  });

  it('goes with its session unless it is persistent', async () => {
    await client.call('connect', { ...agent.login, session: 'watch' });
    await tryOut({});
    await client.call('close');
    await untilReverted('watch');
    await client.call('connect', agent.login);
    await tryOut({ persist: 'token' });
    await client.call('close');
    expect((await client.refusal('commit', { session: 'watch' })).tag).toBe('in-use');
    expect((await client.refusal('commit', { session: 'watch', persist_id: 'guess' })).tag).toBe(
      'invalid-value',
    );
    await client.call('commit', { session: 'watch', persist_id: 'token' });
    expect(await running('watch')).toContain('eth7');
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('is gone when the agent ends by %s', async (signal) => {
    await tryOut({ persist: 'token' });
    await agent.child.stop(signal);
    await agent.resume();
    await client.call('connect', agent.login);
    expect(await running()).not.toContain('eth7');
  });
});
