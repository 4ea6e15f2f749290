import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentConfig } from '../../../src/config/agent-config.js';
import { interfaceXml, sessionXml } from '../../support/agent-xml.js';
import { edit, openTestAgentOn, REQUESTER, type TestAgent } from '../../support/test-agent.js';
import { VirtualEngine } from '../../support/virtual-engine.js';

const engine = new VirtualEngine(11);
let agent: TestAgent<VirtualEngine>;
let config: AgentConfig;

beforeAll(async () => {
  agent = await openTestAgentOn(engine);
  ({ config } = agent);
});

afterAll(() => agent.close());

interface Wanted {
  readonly interface: string;
  readonly dest: string;
  readonly source: string | undefined;
  readonly multiplier: number;
  readonly intervalUs: number;
  readonly adminDown: boolean;
}

interface Configuration {
  readonly interfaces: readonly { readonly name: string; readonly enabled: boolean }[];
  readonly sessions: readonly Wanted[];
}

const name = fc.constantFrom('eth0', 'eth1');
const configurations: fc.Arbitrary<Configuration> = fc.record({
  interfaces: fc.uniqueArray(fc.record({ name, enabled: fc.boolean() }), { selector: (one) => one.name }),
  sessions: fc.uniqueArray(
    fc.record({
      interface: name,
      // The last one is refused by the handler, and so is an interval that is too short.
      dest: fc.constantFrom('10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '224.0.0.9'),
      source: fc.constantFrom(undefined, '10.0.0.1', '10.0.0.7'),
      multiplier: fc.integer({ min: 2, max: 3 }),
      intervalUs: fc.constantFrom(50_000, 50_000, 300_000, 300_000, 1_000),
      adminDown: fc.boolean(),
    }),
    { maxLength: 5, selector: ({ interface: used, dest }) => `${used} ${dest}` },
  ),
});

function editsOf({ interfaces, sessions }: Configuration): string[] {
  const bfd = sessions.map(({ interface: used, dest, source, multiplier, intervalUs, adminDown }) =>
    sessionXml({
      interface: used,
      dest,
      content:
        (source === undefined ? '' : `<source-addr>${source}</source-addr>`) +
        `<local-multiplier>${multiplier}</local-multiplier><min-interval>${intervalUs}</min-interval>` +
        `<admin-down>${adminDown}</admin-down>`,
    }),
  );
  const links = interfaces.map((one) => interfaceXml(one.name, `<enabled>${one.enabled}</enabled>`));
  return [...links, ...bfd];
}

/** Every session that the engine has: which incarnation, and what is wanted of it. */
async function effectiveSessions(): Promise<Map<string, { incarnation: number; wanted: string }>> {
  const wanted = new Map(config.desired().sessions.map((session) => [session.key, JSON.stringify(session)]));
  const read = await engine.read(null);
  if (!read.ok) throw new Error(read.error.message);
  return new Map(
    read.value.map(({ key, localDiscriminator }) => [
      key,
      { incarnation: localDiscriminator, wanted: wanted.get(key) ?? '' },
    ]),
  );
}

function differences(
  before: Awaited<ReturnType<typeof effectiveSessions>>,
  after: Awaited<ReturnType<typeof effectiveSessions>>,
): [string, string][] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return keys.flatMap((key): [string, string][] => {
    const [old, now] = [before.get(key), after.get(key)];
    if (old === undefined) return [[key, 'create']];
    if (now === undefined) return [[key, 'delete']];
    if (old.incarnation !== now.incarnation) return [[key, 'remake']];
    return old.wanted === now.wanted ? [] : [[key, 'change']];
  });
}

describe('what plan-commit says', () => {
  it('is what the commit then does, in a real engine, over random configurations', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(configurations, { minLength: 1, maxLength: 6 }), async (steps) => {
        for (const step of steps) {
          await config.copyConfig({ type: 'inline', xml: '' }, 'candidate', REQUESTER);
          for (const xml of editsOf(step)) {
            expect((await config.editConfig('candidate', edit(xml), REQUESTER)).ok).toBe(true);
          }
          const before = await effectiveSessions();
          const planned = await config.planCommit(REQUESTER);
          expect(await effectiveSessions()).toEqual(before);
          const done = await config.commit(REQUESTER);
          const after = await effectiveSessions();
          if (!planned.ok) throw new Error(JSON.stringify(planned.error));
          const { accepted, sessions, refusals } = planned.value;
          expect({ ok: accepted, error: refusals }).toEqual(
            done.ok ? { ok: true, error: [] } : { ok: false, error: done.error },
          );
          const foretold = sessions.map(({ key, action }): [string, string] => [key, action]);
          expect(foretold).toEqual(differences(before, after));
          for (const [, action] of foretold) seen.add(action);
          seen.add(accepted ? 'accepted' : 'refused');
        }
      }),
      // So many that every kind of effect surely comes up: with 60, one run of the test in eight had no change.
      { numRuns: 300 },
    );
    expect([...seen].toSorted()).toEqual(['accepted', 'change', 'create', 'delete', 'refused', 'remake']);
  }, 120_000);

  it('names a lock and a confirmed commit of another session', async () => {
    const other = { sessionId: 2, user: 'ada' };
    await config.copyConfig({ type: 'inline', xml: interfaceXml('eth0') }, 'candidate', REQUESTER);
    await config.lock('running', other);
    expect(await config.planCommit(REQUESTER)).toMatchObject({
      value: { accepted: false, refusals: [{ tag: 'in-use' }] },
    });
    await config.unlock('running', other);
    expect(await config.planCommit(REQUESTER)).toMatchObject({ value: { accepted: true } });
  });

  it('gives the reasons', async () => {
    await config.copyConfig({ type: 'inline', xml: oneSession('') }, 'candidate', REQUESTER);
    expect((await config.commit(REQUESTER)).ok).toBe(true);
    await config.editConfig('candidate', edit(oneSession('<min-interval>50000</min-interval>')), REQUESTER);
    expect(await config.planCommit(REQUESTER)).toMatchObject({
      value: {
        sessions: [
          {
            key: 'ip-sh/eth0/10.0.0.2',
            action: 'change',
            pollSequence: true,
            reasons: [
              'The desired minimum transmit interval (µs) changes from 1000000 to 50000.',
              'The required minimum receive interval (µs) changes from 1000000 to 50000.',
            ],
          },
        ],
      },
    });
  });
});

function oneSession(content: string): string {
  return interfaceXml('eth0') + sessionXml({ dest: '10.0.0.2', content });
}
