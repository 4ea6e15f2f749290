import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConfigSource } from '../../../src/config/config-service.js';
import { interfaceXml } from '../../support/agent-xml.js';
import { edit, openTestAgent, REQUESTER, type TestAgent } from '../../support/test-agent.js';

const GUEST = { sessionId: 2, user: 'guest' };

let agent: TestAgent;

beforeEach(async () => {
  agent = await openTestAgent();
  await agent.config.editConfig('candidate', edit(interfaceXml('eth0')), REQUESTER);
  await agent.config.commit(REQUESTER);
});
afterEach(() => agent.close());

const copy = (source: ConfigSource) => agent.config.copyConfig(source, 'startup', GUEST);
const denied = {
  ok: false,
  error: expect.arrayContaining([expect.objectContaining({ tag: 'access-denied' })]),
};

describe('a copy to startup by somebody without rights', () => {
  it('of running saves all of it', async () => {
    expect(await copy({ type: 'datastore', name: 'running' })).toEqual({ ok: true, value: undefined });
    const saved = await agent.config.getConfig({ datastore: 'startup' }, REQUESTER);
    expect(saved).toEqual(await agent.config.getConfig({ datastore: 'running' }, REQUESTER));
  });

  it.each<[string, ConfigSource]>([
    ['the candidate', { type: 'datastore', name: 'candidate' }],
    ['a configuration of his own', { type: 'inline', xml: interfaceXml('eth5') }],
    ['nothing', { type: 'inline', xml: '' }],
  ])('of %s is refused', async (_, source) => {
    await agent.config.copyConfig({ type: 'datastore', name: 'running' }, 'startup', REQUESTER);
    const before = await agent.config.getConfig({ datastore: 'startup' }, REQUESTER);
    expect(await copy(source)).toEqual(denied);
    expect(await agent.config.getConfig({ datastore: 'startup' }, REQUESTER)).toEqual(before);
  });
});
