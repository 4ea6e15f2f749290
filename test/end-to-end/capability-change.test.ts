import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { Ncclient } from '../support/ncclient.js';
import { NamespacePair } from '../support/netns.js';

const NCN = 'urn:ietf:params:xml:ns:yang:ietf-netconf-notifications';
const EXTRA = `module garden {
  yang-version 1.1; namespace "urn:garden"; prefix g; revision 2026-01-01; leaf size { type uint8; } }`;

let pair: NamespacePair;
let agent: Agent;
let client: Ncclient;

beforeEach(async () => {
  pair = await NamespacePair.create();
  agent = await Agent.start({ namespace: pair.left.name });
  client = new Ncclient(pair.left.name);
});

afterEach(async () => {
  await client.close();
  await agent.dispose();
  await pair.dispose();
});

/** A time so much later than now. */
const time = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** The notifications of changed capabilities that the log has, then the end of the replay. */
async function replayed(): Promise<string[]> {
  await client.call('connect', agent.login);
  await client.call('create-subscription', {
    start_time: time(-600_000),
    stop_time: time(1_000),
    xpath: '/n:netconf-capability-change',
    namespaces: { n: NCN },
  });
  const found: string[] = [];
  for (;;) {
    const notification = await client.text('take-notification');
    if (notification.includes('notificationComplete')) return found;
    if (!notification.includes('replayComplete')) found.push(notification);
  }
}

describe('netconf-capability-change (RFC 6470)', () => {
  it('tells after a start what the agent can do more or less than in its previous run', async () => {
    const folder = join(agent.folder, 'extra');
    await mkdir(folder);
    await writeFile(join(folder, 'garden@2026-01-01.yang'), EXTRA);
    await agent.child.stop();
    await agent.resume();
    expect(await replayed()).toEqual([]);
    await agent.child.stop();
    await agent.resume(['--extra-modules', folder]);
    const [came, ...none] = await replayed();
    expect(none).toEqual([]);
    expect(came).toContain('<changed-by><server/></changed-by>');
    expect(came).toContain(
      '<added-capability>urn:garden?module=garden&amp;revision=2026-01-01</added-capability>',
    );
    expect(came).toMatch(/<modified-capability>[^<]*:yang-library:1\.1\?[^<]*<\/modified-capability>/u);
    await agent.child.stop();
    await agent.resume();
    const all = await replayed();
    expect(all).toHaveLength(2);
    expect(all[1]).toContain('<deleted-capability>urn:garden?');
  });
});
