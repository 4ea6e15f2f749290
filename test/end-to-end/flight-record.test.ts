import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AgentPair, type Leaves } from '../support/agent-pair.js';
import { authenticationXml, keyChainXml, keyXml, sessionXml } from '../support/agent-xml.js';
import { Child } from '../support/child.js';
import { waitFor } from '../support/wait-for.js';

const senderScript = fileURLToPath(new URL('../support/send-datagrams.mjs', import.meta.url));
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

/** The notification of a fall with this verdict. */
async function toldFall(verdict: string): Promise<string> {
  for (;;) {
    const xml = await pair.right.client.text('take-notification', { timeout: 10 });
    if (xml.includes('<singlehop-notification') && xml.includes(`<verdict>${verdict}</verdict>`)) return xml;
  }
}

async function engineOfRight(): Promise<number> {
  return Number(/<process-id>(\d+)</u.exec(await pair.right.engine())?.[1]);
}

/** Timers of a session. */
function rare(multiplier: number, txUs: number, rxUs: number): string {
  return (
    `<local-multiplier>${multiplier}</local-multiplier>` +
    `<desired-min-tx-interval>${txUs}</desired-min-tx-interval>` +
    `<required-min-rx-interval>${rxUs}</required-min-rx-interval>`
  );
}

/** Resolves when the left engine has sent one more. */
async function nextPacketOfLeft(): Promise<void> {
  const before = await sentByLeft();
  await waitFor(async () => ((await sentByLeft()) > before ? true : undefined), 'packet of the left engine');
}

async function sentByLeft(): Promise<number> {
  return Number((await pair.left.session())['send-packet-count']);
}

/**
 * Stops the engine, fills its socket, and lets it go on after the left has sent a packet for which there was
 * no room. False: it had sent one before the socket was full.
 */
async function missesNextPacket(engine: number): Promise<boolean> {
  const before = await sentByLeft();
  process.kill(engine, 'SIGSTOP');
  try {
    await fillSocket();
    if ((await sentByLeft()) !== before) return false;
    await nextPacketOfLeft();
    return true;
  } finally {
    process.kill(engine, 'SIGCONT');
  }
}

/** Sends to the right engine's socket, which is not read, until it has no room. */
async function fillSocket(): Promise<void> {
  const before = await thrownAwayBySocket();
  const lines = `192.0.2.2 3784 ${'00'.repeat(24)}\n`.repeat(4_000);
  const sender = new Child(...pair.link.left.command(process.execPath, [senderScript, '192.0.2.1']));
  try {
    await waitFor(async () => {
      sender.write(lines);
      return (await thrownAwayBySocket()) > before ? true : undefined;
    }, 'socket that is full');
  } finally {
    await sender.stop('SIGKILL');
  }
}

/** The kernel's count of what the right engine's socket has not taken. */
async function thrownAwayBySocket(): Promise<number> {
  const sockets = await pair.link.right.exec('ss', ['-Hulnm', 'sport = :3784']);
  return Number(/,d(\d+)/u.exec(sockets)?.[1]);
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
      const told = await toldFall('peer-silent');
      expect(told.match(/<received>\d+</gu)?.length).toBeGreaterThan(1);
      const [line = ''] = logLines('a session is no longer Up');
      expect(JSON.parse(line)).toMatchObject({ session: 'ip-sh/eth0/192.0.2.1', verdict: 'peer-silent' });
    } finally {
      await pair.link.speak();
    }
  });

  it('is this host, where the engine stood still', async () => {
    const engine = await engineOfRight();
    process.kill(engine, 'SIGSTOP');
    await pair.left.until({ 'local-state': 'down' });
    process.kill(engine, 'SIGCONT');
    const session = await fall('host-late');
    expect(Number(session['record:longest-send-gap'])).toBeGreaterThan(200_000);
    expect(Number(session['record:longest-standstill'])).toBeGreaterThan(200_000);
    expect(Number(session['record:standstill-time'])).toBeGreaterThan(200_000);
    expect(session['record:explanation']).toMatch(
      /^this host was late: it stood still for up to \d{3,}\.\d ms/u,
    );
    expect(await toldFall('host-late')).toContain('<explanation>this host was late: ');
  });

  it('is a socket of this host, where its buffer was full', async () => {
    // The left sends a packet in 2.2 to 2.7 seconds, and is patient itself.
    await pair.left.commit(sessionXml({ dest: '192.0.2.2', content: rare(1, 3_000_000, 100_000) }));
    await pair.right.commit(sessionXml({ dest: '192.0.2.1', content: rare(30, 1_000_000, 100_000) }));
    await pair.right.until({ 'detection-time': '3000000' });
    await pair.left.until({ 'detection-time': '30000000' });
    const engine = await engineOfRight();
    await nextPacketOfLeft();
    // Again, where the left was faster than the flood: its packet is in the buffer, and will be read.
    while (!(await missesNextPacket(engine))) await nextPacketOfLeft();

    const session = await fall('packets-dropped-here');
    const dropped = Number(session['record:dropped-packets']);
    expect(dropped).toBeGreaterThan(0);
    expect(session['record:local-diagnostic']).toBe('control-expiry');
    expect(Number(session['record:silence'])).toBeGreaterThanOrEqual(3_000_000);
    const told = await toldFall('packets-dropped-here');
    expect(told).toMatch(/<drop><noticed>\d+<\/noticed><packets>\d+<\/packets><\/drop>/u);
    const line = logLines('packets-dropped-here')[0] ?? '';
    expect(JSON.parse(line).why).toContain(`packets were dropped here: ${dropped} that had arrived`);
    expect(await pair.right.engine()).toMatch(/<socket-drops>[1-9]\d*<\/socket-drops>/u);
  });

  it('is the word of the peer', async () => {
    await pair.left.commit(sessionXml({ dest: '192.0.2.2', content: '<admin-down>true</admin-down>' }));
    const session = await fall('peer-said-so');
    expect(session).toMatchObject({
      'record:remote-state': 'adminDown',
      'record:local-diagnostic': 'neighbor-down',
    });
  });

  it('is a key that the other end does not have', async () => {
    const keys = keyChainXml('ring', keyXml({ secret: '<keystring>here alone</keystring>' }));
    await pair.right.commit(keys, sessionXml({ dest: '192.0.2.1', content: authenticationXml('ring') }));
    const session = await fall('packets-refused');
    expect(session).toMatchObject({
      'record:local-diagnostic': 'control-expiry',
      'record:refused-for': 'missing-authentication',
    });
    expect(Number(session['record:refused-packets'])).toBeGreaterThan(1);
    expect(await toldFall('packets-refused')).toContain('<refused-for>missing-authentication</refused-for>');
    const line = logLines('packets-refused')[0] ?? '';
    expect(JSON.parse(line).why).toMatch(/^packets of the peer were refused here: /u);
  });

  it('is a command', async () => {
    await pair.right.commit(sessionXml({ dest: '192.0.2.1', content: '<admin-down>true</admin-down>' }));
    expect(await fall('by-command')).toMatchObject({ 'local-state': 'adminDown' });
  });

  it('is the way to the peer', async () => {
    await pair.link.right.ip('link', 'set', 'eth0', 'down');
    const { obstacle } = await fall('path-down');
    expect(obstacle).toBe('interface eth0 is down');
    expect(await toldFall('path-down')).toContain('<source-addr>192.0.2.2</source-addr>');
    await pair.link.right.ip('link', 'set', 'eth0', 'up');
    await pair.up();
  });
});
