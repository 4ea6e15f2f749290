import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AgentPair, type Leaves } from '../support/agent-pair.js';
import { sessionXml } from '../support/agent-xml.js';

const FAST = '<min-interval>100000</min-interval>';

let pair: AgentPair;
beforeAll(async () => {
  pair = await AgentPair.start();
  await pair.right.client.call('create-subscription', {});
}, 60_000);
beforeEach(async () => {
  await pair.clear();
  await pair.left.commit(sessionXml({ dest: '192.0.2.2', content: FAST }));
  await pair.right.commit(sessionXml({ dest: '192.0.2.1', content: FAST }));
  await pair.up();
});
afterAll(() => pair.dispose());

/** What the right agent's session tells after it has gone down with this verdict. */
function fall(verdict: string): Promise<Leaves> {
  return pair.right.until({ 'record:verdict': verdict });
}

/** The notification of that fall. */
async function toldFall(): Promise<string> {
  for (;;) {
    const xml = await pair.right.client.text('take-notification', { timeout: 10 });
    if (/<singlehop-notification.*<flight-record/su.test(xml)) return xml;
  }
}

function logLines(text: string): string[] {
  return pair.right.agent.child.stderr.filter((line) => line.includes(text));
}

describe('why a session went down', () => {
  it('is the silence of the peer: in the state, the notification and the log', async () => {
    await pair.link.silence();
    try {
      const session = await fall('peer-silent');
      expect(session['record:detection-time']).toBe('300000');
      expect(Number(session['record:silence'])).toBeGreaterThanOrEqual(300_000);
      expect(session['record:explanation']).toMatch(
        /^the peer fell silent: nothing received for \d+\.\d ms/u,
      );
      const told = await toldFall();
      expect(told).toContain('<verdict>peer-silent</verdict>');
      expect(told.match(/<received>\d+</gu)?.length).toBeGreaterThan(1);
      const [line = ''] = logLines('a session is no longer Up');
      expect(JSON.parse(line)).toMatchObject({ session: 'ip-sh/eth0/192.0.2.1', verdict: 'peer-silent' });
    } finally {
      await pair.link.speak();
    }
  });

  it('is this host, where the engine stood still', async () => {
    const engine = Number(/<process-id>(\d+)</u.exec(await pair.right.engine())?.[1]);
    process.kill(engine, 'SIGSTOP');
    await pair.left.until({ 'local-state': 'down' });
    process.kill(engine, 'SIGCONT');
    const session = await fall('host-late');
    expect(Number(session['record:longest-send-gap'])).toBeGreaterThan(200_000);
    expect(await toldFall()).toContain('<verdict>host-late</verdict>');
  });

  it('is the word of the peer', async () => {
    await pair.left.commit(sessionXml({ dest: '192.0.2.2', content: '<admin-down>true</admin-down>' }));
    const session = await fall('peer-said-so');
    expect(session).toMatchObject({
      'record:remote-state': 'adminDown',
      'record:local-diagnostic': 'neighbor-down',
    });
  });

  it('is a command', async () => {
    await pair.right.commit(sessionXml({ dest: '192.0.2.1', content: '<admin-down>true</admin-down>' }));
    expect(await fall('by-command')).toMatchObject({ 'local-state': 'adminDown' });
  });

  it('is the way to the peer', async () => {
    await pair.link.right.ip('link', 'set', 'eth0', 'down');
    const { obstacle } = await fall('path-down');
    expect(obstacle).toBe('interface eth0 is down');
    await pair.link.right.ip('link', 'set', 'eth0', 'up');
    await pair.up();
  });
});
