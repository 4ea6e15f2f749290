import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ethernet, ipShSessions, namespaces, timers } from '../support/config-xml.js';
import { type ToldCommit, toldCommits } from '../support/history-check.js';
import { NetconfFixture } from '../support/netconf-fixture.js';

const COMMIT = 'urn:bfd-agent:yang:bfd-agent-commit';

let fixture: NetconfFixture;

beforeAll(async () => {
  fixture = await NetconfFixture.start([ethernet('eth0'), session(100_000)]);
  await fixture.connect('other');
});
afterAll(() => fixture.dispose());
beforeEach(async () => {
  await fixture.rpc('<cancel-commit/>').catch(() => undefined);
  await fixture.reset();
});

function session(intervalUs: number, multiplier = 3): string {
  return ipShSessions({
    interface: 'eth0',
    destination: '192.0.2.2',
    leaves: timers(intervalUs, multiplier),
  });
}

async function historyXml(): Promise<string> {
  return fixture.rpc(`<get><filter><commits xmlns="${COMMIT}"/></filter></get>`);
}

async function newest(): Promise<ToldCommit> {
  const found = toldCommits(await historyXml()).at(-1);
  if (found === undefined) throw new Error('there is no commit in the history');
  return found;
}

/** A commit with elements of the agent's own. */
function commitWith(own: string, confirmed = ''): string {
  return `<commit>${confirmed}${own.replaceAll(/<([\w-]+)/gu, `<$1 xmlns="${COMMIT}"`)}</commit>`;
}

function healthCheck(content = ''): string {
  return commitWith(`<health-check>${content}</health-check>`, '<confirmed/>');
}

const rollback = (number: number | string) =>
  `<rollback xmlns="${COMMIT}"><commit>${number}</commit></rollback>`;
const compare = (source: string, target: string) =>
  `<compare xmlns="${COMMIT}"><source>${source}</source><target>${target}</target></compare>`;
const PLAN = `<plan-commit xmlns="${COMMIT}"/>`;

describe('a commit is remembered', () => {
  it('with who made it, from where, when, why and what it changed', async () => {
    await fixture.edit(ethernet('eth7'));
    await fixture.rpc(commitWith('<comment>a &lt;try&gt; &amp; more</comment><label>CHG-7</label>'));
    const told = (await historyXml()).match(/<commit>.*?<\/commit>/gsu)?.at(-1) ?? '';
    for (const leaf of [
      '<kind>commit</kind>',
      '<user>admin</user>',
      '<address>127.0.0.1</address>',
      `<session-id>${fixture.hello.sessionId}</session-id>`,
      '<comment>a &lt;try&gt; &amp; more</comment>',
      '<label>CHG-7</label>',
    ]) {
      expect(told).toContain(leaf);
    }
    expect(Date.now() - Date.parse(/<time>([^<]*)</u.exec(told)?.[1] ?? '')).toBeLessThan(60_000);
    expect((await newest()).edit).toContain('eth7');
  });

  it('with the edit that made it, which makes it again', async () => {
    const before = (await newest()).number;
    await fixture.edit(ethernet('eth7'), session(200_000, 5));
    await fixture.commit();
    const after = await fixture.running();
    const { edit } = await newest();
    await fixture.rpc(rollback(before));
    await fixture.edit(edit ?? '');
    expect(await fixture.candidate()).toBe(after);
  });

  it('not when it changes nothing', async () => {
    const before = await newest();
    await fixture.rpc(commitWith('<comment>nothing</comment>'));
    expect(await newest()).toEqual(before);
  });

  it('not when it is refused', async () => {
    const before = await newest();
    await fixture.edit(ipShSessions({ interface: 'eth9', destination: '192.0.2.2' }));
    await fixture.refusal('<commit/>');
    expect(await newest()).toEqual(before);
  });

  it('as a confirmed one, and the way back too', async () => {
    const { number } = await newest();
    await fixture.edit(ethernet('eth7'));
    await fixture.rpc('<commit><confirmed/></commit>');
    await fixture.rpc('<cancel-commit/>');
    const kinds = toldCommits(await historyXml()).filter((told) => told.number > number);
    expect(kinds.map(({ kind }) => kind)).toEqual(['confirmed-commit', 'revert']);
  });

  it.each([
    ['an empty comment', commitWith('<comment></comment>'), 'invalid-value'],
    ['a comment of 1,025 characters', commitWith(`<comment>${'x'.repeat(1025)}</comment>`), 'invalid-value'],
    ['an empty label', commitWith('<label></label>'), 'invalid-value'],
    ['a label of 65 characters', commitWith(`<label>${'x'.repeat(65)}</label>`), 'invalid-value'],
    ['two comments', commitWith('<comment>a</comment><comment>b</comment>'), 'bad-element'],
    ['an element that is not known', commitWith('<colour>red</colour>'), 'unknown-element'],
    ['a comment of the base namespace', '<commit><comment>a</comment></commit>', 'unknown-element'],
  ])('not with %s', async (_, operation, tag) => {
    await fixture.edit(ethernet('eth7'));
    expect((await fixture.refusal(operation)).errors).toMatchObject([{ tag }]);
    expect(await fixture.running()).not.toContain('eth7');
  });

  it('with a comment of 1,024 characters and a label of 64', async () => {
    await fixture.edit(ethernet('eth7'));
    const notes = `<comment>${'c'.repeat(1024)}</comment><label>${'l'.repeat(64)}</label>`;
    await fixture.rpc(commitWith(notes));
    expect(await historyXml()).toContain('c'.repeat(1024));
  });
});

describe('rollback', () => {
  it('loads an earlier commit into the candidate, and commits nothing', async () => {
    const { number } = await newest();
    const before = await fixture.running();
    await fixture.edit(ethernet('eth7'));
    await fixture.commit();
    const after = await fixture.running();
    await fixture.rpc(rollback(number));
    expect([await fixture.candidate(), await fixture.running()]).toEqual([before, after]);
    await fixture.commit();
    expect(await fixture.running()).toBe(before);
  });

  it('to the newest commit is as discard-changes', async () => {
    await fixture.edit(ethernet('eth7'));
    await fixture.rpc(rollback((await newest()).number));
    expect(await fixture.candidate()).toBe(await fixture.running());
  });

  it.each([
    ['a commit that was never made', () => rollback(100_000), 'data-missing'],
    ['number 0', () => rollback(0), 'data-missing'],
    ['a number that is none', () => rollback('last'), 'invalid-value'],
    ['a number below 0', () => rollback(-1), 'invalid-value'],
    ['a number that is too great', () => rollback(4_294_967_296), 'invalid-value'],
    ['nothing', () => `<rollback xmlns="${COMMIT}"/>`, 'missing-element'],
    ['two numbers', () => rollback('1</commit><commit>2'), 'bad-element'],
    ['what it does not know', () => rollback('1</commit><soon/><commit>1'), 'unknown-element'],
  ])('to %s is refused', async (_, operation, tag) => {
    const before = await fixture.candidate();
    expect((await fixture.refusal(operation())).errors.map((error) => error.tag)).toContain(tag);
    expect(await fixture.candidate()).toBe(before);
  });

  it('is refused while another session has the candidate locked', async () => {
    await fixture.rpc('<lock><target><candidate/></target></lock>', 'other');
    expect((await fixture.refusal(rollback(1))).tag).toBe('in-use');
    await fixture.rpc('<unlock><target><candidate/></target></unlock>', 'other');
  });
});

const editIn = (reply: string) => /<edit[^>]*>(.*)<\/edit>/su.exec(reply)?.[1];
const textIn = (reply: string) => /<text[^>]*>(.*)<\/text>/su.exec(reply)?.[1];

describe('compare', () => {
  it('of the same configuration has no edit and no text', async () => {
    const reply = await fixture.rpc(compare('<running/>', '<candidate/>'));
    expect([editIn(reply), textIn(reply) ?? '']).toEqual([undefined, '']);
  });

  it.each([
    [
      '+',
      () => fixture.edit(ethernet('eth7')),
      /^\+ \/ietf-interfaces:interfaces\/interface\[name='eth7'\]/mu,
    ],
    [
      '-',
      () => fixture.edit(`<routing xmlns="${namespaces.rt}" nc:operation="delete"/>`),
      /^- .*session\[interface='eth0'\]/mu,
    ],
    ['!', () => fixture.edit(session(100_000, 9)), /^! .*local-multiplier = 3 -&gt; 9$/mu],
  ])('tells people what is different: %s', async (_, change, expected) => {
    await change();
    expect(textIn(await fixture.rpc(compare('<running/>', '<candidate/>')))).toMatch(expected);
  });

  it('gives an edit that leads from the one to the other, both ways', async () => {
    await fixture.edit(ethernet('eth7'), session(200_000, 9));
    const [running, candidate] = [await fixture.running(), await fixture.candidate()];
    const forth = editIn(await fixture.rpc(compare('<running/>', '<candidate/>')));
    const back = editIn(await fixture.rpc(compare('<candidate/>', '<running/>')));
    await fixture.edit(back ?? '');
    expect(await fixture.candidate()).toBe(running);
    await fixture.edit(forth ?? '');
    expect(await fixture.candidate()).toBe(candidate);
  });

  it('compares commits with each other', async () => {
    const { number } = await newest();
    await fixture.edit(ethernet('eth7'));
    await fixture.commit();
    await fixture.edit(ethernet('eth8'));
    await fixture.commit();
    const reply = await fixture.rpc(compare(`<commit>${number}</commit>`, `<commit>${number + 1}</commit>`));
    expect(editIn(reply)).toContain('eth7');
    expect(editIn(reply)).not.toContain('eth8');
  });

  it.each([
    [
      'without a source',
      `<compare xmlns="${COMMIT}"><target><running/></target></compare>`,
      'missing-element',
    ],
    [
      'without a target',
      `<compare xmlns="${COMMIT}"><source><running/></source></compare>`,
      'missing-element',
    ],
    ['with an empty source', compare('', '<running/>'), 'missing-element'],
    ['with two sources', compare('<running/><candidate/>', '<running/>'), 'bad-element'],
    ['with a datastore that does not exist', compare('<walking/>', '<running/>'), 'unknown-element'],
    ['with a commit that was never made', compare('<commit>100000</commit>', '<running/>'), 'data-missing'],
    ['with a number that is none', compare('<commit>last</commit>', '<running/>'), 'invalid-value'],
  ])('%s is refused', async (_, operation, tag) => {
    expect((await fixture.refusal(operation)).errors.map((error) => error.tag)).toContain(tag);
  });
});

describe('plan-commit', () => {
  it('of no change touches nothing', async () => {
    const plan = await fixture.rpc(PLAN);
    expect(plan).toMatch(/<accepted[^>]*>true</u);
    expect(plan).not.toContain('<session');
  });

  it.each([
    [
      'create',
      () => fixture.edit(ipShSessions({ interface: 'eth0', destination: '192.0.2.9' })),
      '192.0.2.9',
    ],
    ['delete', () => fixture.edit(`<routing xmlns="${namespaces.rt}" nc:operation="delete"/>`), '192.0.2.2'],
    ['change', () => fixture.edit(session(300_000)), '192.0.2.2'],
    [
      'remake',
      () =>
        fixture.edit(
          ipShSessions({
            interface: 'eth0',
            destination: '192.0.2.2',
            leaves: '<source-addr>192.0.2.1</source-addr>',
          }),
        ),
      '192.0.2.2',
    ],
  ])('foresees that a session is to %s', async (action, change, destination) => {
    await change();
    const before = await fixture.running();
    const plan = await fixture.rpc(PLAN);
    expect(plan).toMatch(/<accepted[^>]*>true</u);
    expect(plan).toMatch(new RegExp(`<name>ip-sh/eth0/${destination}</name><action>${action}<`, 'u'));
    expect(await fixture.running()).toBe(before);
  });

  it('foresees a refusal, with its tag and place', async () => {
    await fixture.edit(ipShSessions({ interface: 'eth9', destination: '192.0.2.2' }));
    const plan = await fixture.rpc(PLAN);
    expect(plan).toMatch(/<accepted[^>]*>false</u);
    expect(plan).toMatch(/<refusal[^>]*><tag>data-missing<\/tag><path[^>]*>[^<]*eth9/u);
  });

  it('foresees that running is locked by another session', async () => {
    await fixture.rpc('<lock><target><running/></target></lock>', 'other');
    expect(await fixture.rpc(PLAN)).toMatch(/<accepted[^>]*>false<.*<tag>in-use<\/tag>/su);
    await fixture.rpc('<unlock><target><running/></target></unlock>', 'other');
  });

  it('with a parameter is refused', async () => {
    const operation = `<plan-commit xmlns="${COMMIT}"><deeply/></plan-commit>`;
    expect((await fixture.refusal(operation)).tag).toBe('unknown-element');
  });
});

describe('a health-gated commit', () => {
  it('without sessions that were Up confirms itself', async () => {
    await fixture.edit(ethernet('eth7'));
    await fixture.rpc(healthCheck('<settle-time>1</settle-time>'));
    await fixture.agent.child.wait(
      () =>
        fixture.agent.child.stderr.find((line) => line.includes('every session that was Up before is Up')),
      'commit that confirms itself',
      10_000,
    );
    expect((await fixture.refusal('<cancel-commit/>')).tag).toBe('operation-failed');
    expect(await fixture.running()).toContain('eth7');
  });

  it.each(['confirm', 'cancel'])('can be ended before: %s', async (how) => {
    await fixture.edit(ethernet('eth7'));
    await fixture.rpc(healthCheck('<scope>touched</scope>'));
    await fixture.rpc(how === 'confirm' ? '<commit/>' : '<cancel-commit/>');
    expect((await fixture.running()).includes('eth7')).toBe(how === 'confirm');
  });

  it.each([
    ['without confirmed', commitWith('<health-check/>'), 'missing-element'],
    [
      'with a confirm-timeout',
      commitWith('<health-check/>', '<confirmed/><confirm-timeout>5</confirm-timeout>'),
      'bad-element',
    ],
    ['that settles in no time', healthCheck('<settle-time>0</settle-time>'), 'invalid-value'],
    ['that settles in more than an hour', healthCheck('<settle-time>3601</settle-time>'), 'invalid-value'],
    ['that settles soon', healthCheck('<settle-time>soon</settle-time>'), 'invalid-value'],
    ['of another scope', healthCheck('<scope>some</scope>'), 'invalid-value'],
    ['with what it does not know', healthCheck('<colour/>'), 'unknown-element'],
    ['twice', commitWith('<health-check/><health-check/>', '<confirmed/>'), 'bad-element'],
  ])('%s is refused, and nothing is committed', async (_, operation, tag) => {
    await fixture.edit(ethernet('eth7'));
    expect((await fixture.refusal(operation)).errors.map((error) => error.tag)).toContain(tag);
    expect(await fixture.running()).not.toContain('eth7');
  });
});
