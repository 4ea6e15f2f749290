import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { config, ethernet } from '../support/config-xml.js';
import { Ncclient } from '../support/ncclient.js';

const SERVER = 'urn:bfd-agent:yang:bfd-agent-server';

let agent: Agent;
let client: Ncclient;
let sockets: Socket[];

beforeAll(async () => {
  agent = await Agent.start();
});
afterAll(() => agent.dispose());

beforeEach(async () => {
  sockets = [];
  client = new Ncclient();
  await client.call('connect', agent.login);
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await client.call('discard-changes');
  await client.call('edit-config', { config: config(`<server xmlns="${SERVER}" nc:operation="remove"/>`) });
  await client.call('commit');
  await client.close();
});

/** Commits limits, as in `<max-sessions>1</max-sessions>`. */
async function limit(content: string): Promise<void> {
  await client.call('edit-config', {
    config: config(`<server xmlns="${SERVER}"><limits>${content}</limits></server>`),
  });
  await client.call('commit');
}

const running = (session = 'default'): Promise<string> =>
  client.text('get-config', { source: 'running', session });

/** A TCP connection that says nothing. */
async function silent(): Promise<Socket> {
  const socket = connect(agent.login.port, agent.login.host);
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** How long until the server closes `socket`, in milliseconds. */
async function closedAfter(socket: Socket): Promise<number> {
  const started = performance.now();
  socket.resume();
  await once(socket, 'close');
  return performance.now() - started;
}

describe('limits', () => {
  it('have defaults, which get-config does not repeat', async () => {
    expect(await running()).not.toContain('<limits');
  });

  it('on sessions hold for the next one; those that are there stay', async () => {
    await client.call('connect', { ...agent.login, session: 'second' });
    await limit('<max-sessions>2</max-sessions>');
    expect((await client.refusal('connect', { ...agent.login, session: 'third' })).kind).toMatch(/Error$/u);
    expect(agent.child.stderr.join('\n')).toContain('there are 2 sessions, and max-sessions is 2');
    expect(await running('second')).toContain('<max-sessions>2<');
    await client.call('close', { session: 'second' });
    await client.call('connect', { ...agent.login, session: 'third' });
    expect(await running('third')).toContain('<max-sessions>2<');
  });

  it('on sessions below their number end none, not the one that commits either', async () => {
    await client.call('connect', { ...agent.login, session: 'second' });
    await limit('<max-sessions>1</max-sessions>');
    expect(await running()).toContain('<max-sessions>1<');
    expect(await running('second')).toContain('<max-sessions>1<');
  });

  it('on connections without a login close the oldest', async () => {
    const [first, second] = [await silent(), await silent()];
    const closed = closedAfter(first);
    await limit('<max-unauthenticated-connections>2</max-unauthenticated-connections>');
    await silent();
    expect(await closed).toBeLessThan(10_000);
    expect(second.destroyed).toBe(false);
    expect(await running()).toContain('<limits');
  });

  it('on the time to log in close silent connections', async () => {
    await limit('<login-timeout>1</login-timeout>');
    const took = await closedAfter(await silent());
    expect(took).toBeGreaterThan(800);
    expect(took).toBeLessThan(5000);
  });

  it('on idle sessions end those that say nothing, and only those', async () => {
    await client.call('connect', { ...agent.login, session: 'second' });
    await client.call('connect', { ...agent.login, session: 'listener' });
    await client.call('create-subscription', { session: 'listener' });
    await limit('<idle-timeout>5</idle-timeout>');
    for (let second = 0; second < 8; second += 1) {
      await delay(1000);
      expect(await running()).toContain('<idle-timeout>5<');
    }
    const refusal = await client.refusal('get-config', { source: 'running', session: 'second' });
    expect(refusal.kind).not.toBe('rpc-error');
    expect(await running('listener')).toContain('<idle-timeout>5<');
  }, 30_000);

  it('on messages refuse a larger one in the sessions that follow, which go on', async () => {
    await limit('<max-message-size>65536</max-message-size>');
    await client.call('connect', { ...agent.login, session: 'second' });
    const large = config(ethernet('eth0', `<description>${'x'.repeat(70_000)}</description>`));
    const refusal = await client.refusal('edit-config', { config: large, session: 'second' });
    expect(refusal.tag).toBe('too-big');
    expect(await running('second')).toContain('65536');
    await client.call('edit-config', { config: large });
  });

  it('on the depth of XML refuse a deeper message in the sessions that follow, which go on', async () => {
    await limit('<max-xml-depth>32</max-xml-depth>');
    await client.call('connect', { ...agent.login, session: 'second' });
    const deep = `<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces">${'<a>'.repeat(40)}${'</a>'.repeat(40)}</interfaces>`;
    const refusal = await client.refusal('get-config', {
      source: 'running',
      subtree: deep,
      session: 'second',
    });
    expect(refusal.tag).toBe('too-big');
    expect(await running('second')).toContain('<max-xml-depth>32<');
    await client.call('get-config', { source: 'running', subtree: deep });
  });

  it('on failed logins make each one from an address slower, over several connections', async () => {
    await limit('<login-failure-delay>400</login-failure-delay>');
    const times: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const started = performance.now();
      await client.refusal('connect', { ...agent.login, password: 'guess', session: 'guess' });
      times.push(performance.now() - started);
    }
    expect(times[0]).toBeGreaterThan(350);
    expect(times[1]).toBeGreaterThan(750);
    expect(times[2]).toBeGreaterThan(1550);
    const started = performance.now();
    await client.call('connect', { ...agent.login, session: 'second' });
    expect(performance.now() - started).toBeLessThan(times[2] ?? 0);
    expect(await running('second')).toContain('<login-failure-delay>400<');
  }, 30_000);

  it.each([
    ['no sessions', '<max-sessions>0</max-sessions>'],
    ['messages too small to configure anything', '<max-message-size>100</max-message-size>'],
    ['deeper XML than the server can read', '<max-xml-depth>1000</max-xml-depth>'],
    ['an idle time-out shorter than a pause for thought', '<idle-timeout>1</idle-timeout>'],
    ['text for a number', '<hello-timeout>soon</hello-timeout>'],
  ])('do not allow %s', async (_, content) => {
    const xml = config(`<server xmlns="${SERVER}"><limits>${content}</limits></server>`);
    expect((await client.refusal('edit-config', { config: xml })).tag).toBe('invalid-value');
  });
});
