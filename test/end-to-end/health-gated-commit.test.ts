import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { config, ethernet, ipShSessions, namespaces, timers } from '../support/config-xml.js';
import { Frr } from '../support/frr.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';
import { waitFor } from '../support/wait-for.js';

const ours = '192.0.2.1';
const theirs = '192.0.2.2';
const commitNamespace = 'urn:bfd-agent:yang:bfd-agent-commit';

let pair: NamespacePair;
let agent: Agent;
let client: Ncclient;
let frr: Frr;

beforeEach(async () => {
  pair = await NamespacePair.create();
  agent = await Agent.start({ namespace: pair.left.name });
  client = new Ncclient(pair.left.name);
  frr = await Frr.start(
    pair.right,
    `bfd
 peer ${ours} local-address ${theirs} interface eth0
  receive-interval 100
  transmit-interval 100
 exit
exit`,
  );
  await client.call('connect', agent.login);
  await client.call('connect', { ...agent.login, session: 'watch' });
  await edit(ethernet('eth0'), session(timers(100_000)));
  await client.call('commit');
  await frr.until(ours, ({ status }) => status === 'up');
  await untilState('up');
});

afterEach(async () => {
  await client.close();
  await agent.dispose();
  await frr.stop();
  await pair.dispose();
});

function session(leaves: string): string {
  return ipShSessions({ interface: 'eth0', destination: theirs, leaves });
}

async function edit(...parts: string[]): Promise<void> {
  await client.call('edit-config', { config: config(...parts) });
}

async function untilState(state: string): Promise<void> {
  const filter = {
    xpath: `/rt:routing//bfd-ip-sh:session-running/bfd-ip-sh:local-state`,
    namespaces: { rt: namespaces.rt, 'bfd-ip-sh': namespaces['bfd-ip-sh'] },
    session: 'watch',
  };
  const has = async (): Promise<true | undefined> =>
    (await client.text('get', filter)).includes(`<local-state>${state}<`) ? true : undefined;
  await waitFor(has, `the session to be ${state}`);
}

async function commitGated(settleSeconds: number): Promise<void> {
  await client.call('dispatch', {
    rpc:
      `<commit xmlns="${namespaces.nc}"><confirmed/><comment xmlns="${commitNamespace}">a try</comment>` +
      `<label xmlns="${commitNamespace}">trial</label>` +
      `<health-check xmlns="${commitNamespace}"><settle-time>${settleSeconds}</settle-time></health-check></commit>`,
  });
}

async function running(): Promise<string> {
  return client.text('get-config', { source: 'running', session: 'watch' });
}

async function history(): Promise<string> {
  return client.text('get', { subtree: `<commits xmlns="${commitNamespace}"/>`, session: 'watch' });
}

/** A session that hears what health decides. */
async function listen(from?: string): Promise<void> {
  await client.call('connect', { ...agent.login, session: 'told' });
  await client.call('create-subscription', {
    session: 'told',
    xpath: '/*[starts-with(local-name(), "health-check")]',
    ...(from === undefined ? {} : { start_time: from }),
  });
}

describe('a health-gated commit, with FRR as the peer', () => {
  it('that breaks the session rolls itself back, and the session comes Up again', async () => {
    const before = await running();
    const began = new Date(Date.now() - 1_000).toISOString();
    await listen();
    await edit(ethernet('eth0', '<enabled>false</enabled>'));
    await commitGated(2);
    await frr.until(ours, ({ status }) => status === 'down');
    // The client is cut off, as by a change that breaks its own way to the agent.
    await client.call('close');
    const reverted = async (): Promise<true | undefined> => ((await running()) === before ? true : undefined);
    await waitFor(reverted, 'the roll-back');
    await frr.until(ours, ({ status }) => status === 'up');
    await untilState('up');
    const told = await history();
    expect(told).toContain('<kind>revert</kind>');
    expect(told).toContain(`sessions that were Up before are not: ip-sh/eth0/${theirs} (admin-down)`);
    const heard = await client.text('take-notification', { session: 'told' });
    expect(heard).toContain(`<health-check-failed xmlns="${commitNamespace}">`);
    expect(heard).toMatch(/<commit>3<\/commit><label>trial<\/label><watched-sessions>1<.*<lost-sessions>1</u);
    expect(heard).toMatch(
      /<path-type [^>]*>bfd-types:path-ip-sh<\/path-type><protocol-instance>main<\/protocol-instance>/u,
    );
    expect(heard).toContain(
      `<interface>eth0</interface><dest-addr>${theirs}</dest-addr><state>adminDown</state>`,
    );
    expect(heard).toContain('<diagnostic>admin-down</diagnostic>');
    await client.call('close', { session: 'told' });
    await listen(began);
    expect(await client.text('take-notification', { session: 'told' })).toBe(heard);
  });

  it('that does no harm confirms itself, and stays across a restart', async () => {
    await listen();
    await edit(session(timers(200_000, 4)));
    await commitGated(1);
    const confirmed = async (): Promise<true | undefined> =>
      agent.child.stderr.some((line) => line.includes('every session that was Up before is Up'))
        ? true
        : undefined;
    await waitFor(confirmed, 'the commit to confirm itself');
    expect((await client.refusal('cancel-commit')).tag).toBe('operation-failed');
    const heard = await client.text('take-notification', { session: 'told' });
    expect(heard).toMatch(/<health-check-passed [^>]*><commit>3<.*<watched-sessions>1</u);
    await agent.child.stop();
    await agent.resume();
    await client.call('connect', { ...agent.login, session: 'watch' });
    expect(await running()).toContain('<local-multiplier>4<');
    expect(await history()).toContain('<comment>a try</comment>');
    await untilState('up');
  });
});

describe('an operator who looks before and back, by ncclient', () => {
  it('plans, commits, compares and rolls back', async () => {
    await edit(session(timers(300_000, 5)));
    const plan = await client.text('dispatch', { rpc: `<plan-commit xmlns="${commitNamespace}"/>` });
    expect(plan).toMatch(/<name>ip-sh\/eth0\/192.0.2.2<\/name><action>change<\/action><poll-sequence>true</u);
    await client.call('commit');
    const compared = await client.text('dispatch', {
      rpc: `<compare xmlns="${commitNamespace}"><source><running/></source><target><commit>2</commit></target></compare>`,
    });
    expect(compared).toMatch(/! \/ietf-routing:.*local-multiplier = 5 -&gt; 3/u);
    const before = await running();
    await client.call('dispatch', {
      rpc: `<rollback xmlns="${commitNamespace}"><commit>2</commit></rollback>`,
    });
    const rolledBack = await client.text('get-config', { source: 'candidate' });
    expect(rolledBack).toContain('<local-multiplier>3<');
    await client.call('discard-changes');
    const inside = /<edit[^>]*>(.*)<\/edit>/su.exec(compared)?.[1] ?? '';
    await client.call('edit-config', { config: config(inside) });
    expect(await client.text('get-config', { source: 'candidate' })).toBe(rolledBack);
    await client.call('commit');
    expect(await running()).not.toBe(before);
    await untilState('up');
  });
});
