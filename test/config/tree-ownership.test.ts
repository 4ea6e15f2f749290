import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Filter } from '../../src/config/config-service.js';
import { interfaceXml, sessionXml, userXml } from '../support/agent-xml.js';
import { assembleAgent, type AssembledAgent } from '../support/assembled-agent.js';
import { edit, REQUESTER } from '../support/test-agent.js';

let agent: AssembledAgent;
beforeEach(async () => {
  agent = await assembleAgent();
});
afterEach(() => agent.dispose());

/** One of every request, successful and refused. */
async function everything(round: number): Promise<void> {
  const { config, engine } = agent;
  const good = sessionXml({
    dest: '192.0.2.1',
    content: `<local-multiplier>${(round % 200) + 1}</local-multiplier>`,
  });
  const filter: Filter = { type: 'xpath', select: '//*[local-name()="session"]', namespaces: new Map() };
  const unusable: Filter = { type: 'xpath', select: '((', namespaces: new Map() };
  for (const xml of [
    interfaceXml('eth0') + good,
    sessionXml({ dest: '224.0.0.1' }),
    '<x xmlns="urn:x"/>',
    '<open',
  ]) {
    await config.editConfig('candidate', edit(xml), REQUESTER);
    await config.editConfig('candidate', edit(xml, { testOption: 'test-only' }), REQUESTER);
    await config.validate({ type: 'inline', xml }, REQUESTER);
    await config.validate({ type: 'datastore', name: 'candidate' }, REQUESTER);
    engine.unavailable = round % 2 === 0 ? 'gone' : null;
    await config.commit(REQUESTER);
    engine.unavailable = null;
    await config.commit(REQUESTER);
    await config.discardChanges(REQUESTER);
  }
  await config.copyConfig({ type: 'datastore', name: 'running' }, 'candidate', REQUESTER);
  await config.copyConfig(
    { type: 'inline', xml: userXml('a', '<password>$0$b</password>') },
    'candidate',
    REQUESTER,
  );
  await config.lock('candidate', REQUESTER);
  await config.discardChanges(REQUESTER);
  await config.copyConfig({ type: 'datastore', name: 'running' }, 'startup', REQUESTER, 'report-all');
  await config.editConfig('startup', edit(interfaceXml('eth1')), REQUESTER);
  await config.editConfig('startup', edit(sessionXml({ dest: '224.0.0.1' })), REQUESTER);
  for (const one of [undefined, filter, unusable]) {
    for (const datastore of ['running', 'candidate', 'startup', 'intended', 'operational'] as const) {
      const isOperational = datastore === 'operational';
      await config.getData(
        {
          datastore,
          withOrigin: isOperational,
          withDefaults: 'report-all-tagged',
          maxDepth: 5,
          config: true,
          ...(one ? { filter: one } : {}),
          ...(isOperational ? { origins: { negated: true, names: ['system'] } } : {}),
        },
        REQUESTER,
      );
    }
    await config.get(one, REQUESTER);
    await config.getConfig({ datastore: 'running', ...(one ? { filter: one } : {}) }, REQUESTER);
  }
}

describe('what requests hold of libyang', () => {
  it('is given back: two trees remain, and the memory does not grow', async () => {
    // The history is shown by get: it has its full size before memory is compared.
    const few =
      '<commit-history xmlns="urn:bfd-agent:yang:bfd-agent-commit"><max-commits>5</max-commits></commit-history>';
    expect((await agent.config.editConfig('candidate', edit(few), REQUESTER)).ok).toBe(true);
    expect((await agent.config.commit(REQUESTER)).ok).toBe(true);
    for (let round = 0; round < 15; round += 1) await everything(round);
    const { context, libyang } = agent.workspace();
    expect(context.liveTrees).toBe(2);
    const before = libyang.memoryBytes();
    for (let round = 0; round < 40; round += 1) await everything(round);
    expect(agent.workspace().context).toBe(context);
    expect(context.liveTrees).toBe(2);
    expect(libyang.memoryBytes()).toBe(before);
  });
});
