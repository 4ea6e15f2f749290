import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JournaledStore } from '../../../src/config/commit/journaled-store.io.js';
import { replay } from '../../../src/config/commit/replay.js';
import type { DesiredSession } from '../../../src/link/messages.js';
import { interfaceXml, sessionXml } from '../../support/agent-xml.js';
import { emptyWorkspace } from '../../support/agent-workspace.js';
import { obstructJournal } from '../../support/journal-obstacle.js';
import { edit, openTestAgent, REQUESTER, type TestAgent } from '../../support/test-agent.js';

/** What the configuration should be: interfaces and whether each is enabled, sessions and their multipliers. */
interface Model {
  /** The bfdv1 instance exists: merging anything inside it makes it, even a removal (RFC 6241 §7.2). */
  instance: boolean;
  readonly interfaces: Map<string, boolean>;
  readonly sessions: Map<string, number>;
}

type Step =
  | { readonly type: 'interface'; readonly name: string; readonly enabled: boolean }
  | { readonly type: 'remove-interface'; readonly name: string }
  | { readonly type: 'session'; readonly name: string; readonly dest: string; readonly multiplier: number }
  | { readonly type: 'remove-session'; readonly name: string; readonly dest: string }
  | { readonly type: 'discard' }
  | { readonly type: 'commit'; readonly trouble: 'none' | 'engine-gone' | 'disk' };

const name = fc.constantFrom('eth0', 'eth1');
// The last one is refused by the handler.
const dest = fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3', '224.0.0.9');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('interface' as const), name, enabled: fc.boolean() }),
  fc.record({ type: fc.constant('remove-interface' as const), name }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('session' as const),
      name,
      dest,
      multiplier: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('remove-session' as const), name, dest }) },
  fc.constant({ type: 'discard' as const }),
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('commit' as const),
      trouble: fc.constantFrom('none' as const, 'none' as const, 'engine-gone' as const, 'disk' as const),
    }),
  },
);

const { context } = emptyWorkspace();
let agent: TestAgent;
beforeAll(async () => {
  agent = await openTestAgent();
});
afterAll(() => agent.close());

describe('random edits and commits', () => {
  it('do what a simple model does, in running, on disk and in the engine', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await reset();
        let running: Model = { instance: false, interfaces: new Map(), sessions: new Map() };
        let candidate = copyOf(running);
        const seen: unknown[] = [];
        const predicted: unknown[] = [];
        for (const one of steps) {
          if (one.type === 'commit') {
            const { ok, troubled } = await commit(one.trouble, changesSessions(running, candidate));
            const accepted = isValid(candidate) && !(troubled && differs(running, candidate));
            if (accepted) running = copyOf(candidate);
            seen.push({ ok, ...(await inForce()) });
            predicted.push({ ok: accepted, ...forceOf(running) });
          } else if (one.type === 'discard') {
            await agent.config.discardChanges(REQUESTER);
            candidate = copyOf(running);
          } else {
            await agent.config.editConfig('candidate', edit(xmlOf(one)), REQUESTER);
            apply(one, candidate);
          }
        }
        expect(seen).toEqual(predicted);
      }),
      { numRuns: 100 },
    );
  }, 120_000);
});

async function reset(): Promise<void> {
  expect((await agent.config.copyConfig({ type: 'inline', xml: '' }, 'candidate', REQUESTER)).ok).toBe(true);
  expect((await agent.config.commit(REQUESTER)).ok).toBe(true);
}

/** Commits under a difficulty; `troubled` says whether the commit has to meet it. */
async function commit(
  trouble: 'none' | 'engine-gone' | 'disk',
  sessions: boolean,
): Promise<{ ok: boolean; troubled: boolean }> {
  if (trouble === 'engine-gone') agent.engine.unavailable = 'gone';
  const clear = trouble === 'disk' ? await obstructJournal(agent.stateDir) : undefined;
  const committed = await agent.config.commit(REQUESTER);
  agent.engine.unavailable = null;
  await clear?.();
  return { ok: committed.ok, troubled: trouble === 'disk' || (trouble === 'engine-gone' && sessions) };
}

interface Force {
  readonly engine: readonly SessionView[];
  readonly desired: readonly SessionView[];
  readonly interfaces: readonly (string | undefined)[];
  readonly stored: boolean;
}

interface SessionView {
  readonly key: string;
  readonly detectMult: number;
  readonly adminDown: boolean;
}

/** What the engine and the agent have, and whether what is stored is running. */
async function inForce(): Promise<Force> {
  const running = await agent.config.getConfig({ datastore: 'running' }, REQUESTER);
  const xml = running.ok ? running.value : '';
  const stored = await storedXml();
  return {
    engine: viewOf(agent.engine.sessions.values()),
    desired: viewOf(agent.config.desired().sessions),
    interfaces: [...xml.matchAll(/<interface><name>(\w+)<\/name>/gu)].map(([, found]) => found),
    stored: stored === xml,
  };
}

async function storedXml(): Promise<string> {
  const stored = await new JournaledStore(agent.stateDir).load();
  if (!stored.ok || stored.value.type === 'empty') return 'nothing';
  const replayed = replay(context, stored.value);
  if (!replayed.ok) return 'unreadable';
  using tree = replayed.value;
  return tree.print({ format: 'xml', defaults: 'explicit' });
}

function forceOf(model: Model): Force {
  const view = engineView(model);
  const interfaces = [...model.interfaces.keys()].toSorted((left, right) => (left < right ? -1 : 1));
  return { engine: view, desired: view, interfaces, stored: true };
}

function viewOf(sessions: Iterable<DesiredSession>): SessionView[] {
  return [...sessions]
    .map(({ key, detectMult, adminDown }) => ({ key, detectMult, adminDown }))
    .toSorted(byKey);
}

function engineView(model: Model): { key: string; detectMult: number; adminDown: boolean }[] {
  return [...model.sessions]
    .map(([key, detectMult]) => ({
      key,
      detectMult,
      adminDown: model.interfaces.get(key.split('/')[1] ?? '') === false,
    }))
    .toSorted(byKey);
}

function byKey(left: { key: string }, right: { key: string }): number {
  return left.key < right.key ? -1 : 1;
}

function apply(one: Step, model: Model): void {
  if (one.type === 'session' || one.type === 'remove-session') model.instance = true;
  if (one.type === 'interface') model.interfaces.set(one.name, one.enabled);
  if (one.type === 'remove-interface') model.interfaces.delete(one.name);
  if (one.type === 'session') model.sessions.set(`ip-sh/${one.name}/${one.dest}`, one.multiplier);
  if (one.type === 'remove-session') model.sessions.delete(`ip-sh/${one.name}/${one.dest}`);
}

function xmlOf(one: Step): string {
  if (one.type === 'interface') return interfaceXml(one.name, `<enabled>${one.enabled}</enabled>`);
  if (one.type === 'remove-interface') return interfaceXml(one.name, '', 'remove');
  if (one.type === 'session') {
    const content = `<local-multiplier>${one.multiplier}</local-multiplier>`;
    return sessionXml({ interface: one.name, dest: one.dest, content });
  }
  return one.type === 'remove-session'
    ? sessionXml({ interface: one.name, dest: one.dest, op: 'remove' })
    : '';
}

function isValid(model: Model): boolean {
  return [...model.sessions.keys()].every((key) => {
    const [, used, destination] = key.split('/');
    return model.interfaces.has(used ?? '') && destination !== '224.0.0.9';
  });
}

function changesSessions(left: Model, right: Model): boolean {
  return JSON.stringify(engineView(left)) !== JSON.stringify(engineView(right));
}

function differs(left: Model, right: Model): boolean {
  const text = ({ instance, interfaces, sessions }: Model): string =>
    JSON.stringify([instance, sorted(interfaces), sorted(sessions)]);
  return text(left) !== text(right);
}

function sorted(map: ReadonlyMap<string, unknown>): unknown {
  return [...map].toSorted(([left], [right]) => (left < right ? -1 : 1));
}

function copyOf(model: Model): Model {
  return {
    instance: model.instance,
    interfaces: new Map(model.interfaces),
    sessions: new Map(model.sessions),
  };
}
