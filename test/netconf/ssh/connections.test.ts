import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import ssh2, { type ParsedKey } from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import { startNetconfServer } from '../../../src/netconf/netconf-server.io.js';
import { InMemoryNotificationLog } from '../../support/in-memory-notifications.js';
import { silentLog } from '../../support/silent-log.js';
import { BASE, clientHello, Gate } from '../session/session-harness.js';
import { openSubsystem, PASSWORD, TestServer, USER } from './ssh-harness.js';

let server: TestServer;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.stop();
});

/** A TCP connection that the test does nothing with. */
async function silent(): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined).resume();
  await new Promise((resolve) => void socket.once('connect', resolve));
  return socket;
}

const closed = (socket: Socket): Promise<unknown> =>
  new Promise((resolve) => void socket.once('close', resolve));

/** Whether a client gets a session and its requests are answered. */
async function works(): Promise<boolean> {
  const client = server.openSsh();
  await client.hello();
  const replies = [await client.rpc('<get/>'), await client.rpc('<close-session/>')];
  return replies[0]!.includes('<data/>') && replies[1]!.includes('<ok/>');
}

/** What a login attempt ends with. */
function attempt(password: string): Promise<string> {
  const client = new ssh2.Client();
  return new Promise<string>((resolve) => {
    client.once('ready', () => resolve('ready'));
    client.on('error', (error) => resolve(error.message));
    client.once('close', () => resolve('closed'));
    client.connect({ host: '127.0.0.1', port: server.port, username: USER, password });
  }).finally(() => client.destroy());
}

/** What a login attempt with `key` ends with. */
function attemptWithKey(key: ParsedKey): Promise<string> {
  const client = new ssh2.Client();
  const authHandler = [{ type: 'publickey' as const, username: USER, key }];
  return new Promise<string>((resolve) => {
    client.once('ready', () => resolve('ready'));
    client.on('error', (error) => resolve(error.message));
    client.connect({ host: '127.0.0.1', port: server.port, username: USER, authHandler });
  }).finally(() => client.destroy());
}

describe('connections without a login', () => {
  it('delay nobody, however many are silent', async () => {
    server = await TestServer.start();
    await Promise.all(Array.from({ length: 100 }, silent));
    expect(await works()).toBe(true);
  });

  it('make room for others when there are too many', async () => {
    server = await TestServer.start({ maxUnauthenticatedConnections: 5 });
    const oldest = await silent();
    for (let more = 0; more < 4; more += 1) await silent();
    const gone = closed(oldest);
    expect(await works()).toBe(true);
    await gone;
    expect(sockets.slice(1).every((socket) => !socket.destroyed)).toBe(true);
  });

  it('are closed when the time for the login is over', async () => {
    server = await TestServer.start({ loginTimeoutMs: 200 });
    await closed(await silent());
    expect(await works()).toBe(true);
  });

  it.each([
    ['an HTTP request', 'GET / HTTP/1.0\r\n\r\n'],
    ['zeros', Buffer.alloc(10_000)],
    ['an SSH banner and garbage', `SSH-2.0-x\r\n${'\xff'.repeat(10_000)}`],
    ['an SSH banner without an end', `SSH-2.0-${'x'.repeat(100_000)}`],
    ['a NETCONF hello', clientHello('1.1')],
  ])('that send %s hurt nobody', async (_what, bytes) => {
    server = await TestServer.start({ loginTimeoutMs: 500 });
    const socket = await silent();
    socket.write(bytes);
    await closed(socket);
    expect(await works()).toBe(true);
  });
});

describe('logins', () => {
  it('are limited per connection', async () => {
    server = await TestServer.start({ maxLoginAttempts: 3 });
    let tried = 0;
    const client = new ssh2.Client();
    client.on('error', () => undefined);
    const end = new Promise((resolve) => void client.once('close', () => resolve(undefined)));
    client.connect({
      host: '127.0.0.1',
      port: server.port,
      username: USER,
      authHandler: (_left, _partial, next) => {
        tried += 1;
        next({ type: 'password', username: USER, password: tried < 6 ? 'wrong' : PASSWORD });
      },
    });
    await end;
    expect(tried).toBe(3);
    expect(server.server.monitor.statistics().inSessions).toBe(0);
    expect(await works()).toBe(true);
  });

  it('are answered later and later after failures', async () => {
    server = await TestServer.start({ loginFailureDelayMs: 100, maxLoginAttempts: 2 });
    const start = performance.now();
    expect(await attempt('wrong')).not.toBe('ready');
    expect(performance.now() - start).toBeGreaterThan(95);
    expect(await attempt(PASSWORD)).toBe('ready');
  });

  it('fail in good order when users cannot be looked up', async () => {
    server = await TestServer.start();
    const check = server.users.checkPassword.bind(server.users);
    server.users.checkPassword = () => Promise.reject(new Error('provoked'));
    expect(await attempt(PASSWORD)).not.toBe('ready');
    server.users.checkPassword = check;
    expect(await attempt(PASSWORD)).toBe('ready');
    expect(server.log.some(({ level, message }) => level === 'error' && message.includes('login'))).toBe(
      true,
    );
  });

  it('need a valid signature with an authorized key', async () => {
    server = await TestServer.start();
    const right = ssh2.utils.parseKey(readFileSync(server.keyFile));
    const wrong = ssh2.utils.parseKey(readFileSync(server.makeKey('other')));
    if (right instanceof Error || wrong instanceof Error) throw new Error('no key');
    expect(await attemptWithKey(right)).toBe('ready');
    // The authorized key is shown, and another one signs.
    right.sign = (data, algorithm) => wrong.sign(data, algorithm);
    expect(await attemptWithKey(right)).not.toBe('ready');
    expect(server.log.some(({ message }) => message === 'login refused')).toBe(true);
  });
});

describe('sessions', () => {
  it('are limited', async () => {
    server = await TestServer.start({ maxSessions: 2 });
    const clients = [server.openSsh(), server.openSsh()];
    for (const client of clients) await client.hello();
    const third = server.openSsh();
    expect(await third.exit).not.toBe(0);
    expect(third.errors).toContain('subsystem request failed');
    await clients[0]!.rpc('<close-session/>');
    expect(await works()).toBe(true);
  });

  it('end when the hello does not come in time', async () => {
    server = await TestServer.start({ helloTimeoutMs: 200 });
    const client = server.openSsh();
    await client.until('</hello>');
    await client.exit;
    expect(server.server.monitor.statistics()).toMatchObject({ droppedSessions: 1, inBadHellos: 0 });
  });

  it('may share a connection, up to a limit', async () => {
    server = await TestServer.start({ maxChannelsPerConnection: 2 });
    const client = await server.ssh2Client();
    const channels = [await openSubsystem(client), await openSubsystem(client)];
    await expect(openSubsystem(client)).rejects.toThrow(/open failure/i);
    expect(server.server.monitor.sessions()).toHaveLength(2);
    channels[0]!.resume().end();
    await expect.poll(() => server.server.monitor.sessions()).toHaveLength(1);
    await openSubsystem(client);
  });

  it('may not have packets of no size, which would never end', async () => {
    server = await TestServer.start();
    const client = await server.ssh2Client();
    const gone = new Promise((resolve) => void client.once('close', () => resolve(undefined)));
    // ssh2's client announces packets of 32 KiB; its protocol object is made to announce 0.
    const protocol: { session(channel: number, window: number, packet: number): void } = Object(
      Reflect.get(client, '_protocol'),
    );
    const session = protocol.session.bind(protocol);
    protocol.session = (channel, window) => session(channel, window, 0);
    client.subsys('netconf', () => undefined);
    await gone;
    expect(await works()).toBe(true);
  });

  it('may not send more than the window allows', async () => {
    server = await TestServer.start();
    const gate = new Gate();
    server.config.beforeCommit = () => gate.passed;
    const client = await server.ssh2Client();
    const channel = await openSubsystem(client);
    channel.resume();
    channel.write(clientHello('1.0'));
    channel.write(`<rpc xmlns="${BASE}" message-id="1"><commit/></rpc>]]>]]>`);
    await expect.poll(() => server.config.calls.length).toBe(1);
    const gone = new Promise((resolve) => void client.once('close', () => resolve(undefined)));
    const flood = setInterval(() => {
      Reflect.set(Object(channel.outgoing), 'window', 2 ** 31);
      channel.write(Buffer.alloc(1_000_000, ' '));
    }, 5);
    await gone;
    clearInterval(flood);
    gate.open();
    expect(await works()).toBe(true);
  });

  it('that end abruptly at any moment hurt nobody', async () => {
    server = await TestServer.start();
    server.config.stores.running = `<a xmlns="urn:toy">${'x'.repeat(500_000)}</a>`;
    for (let round = 0; round < 8; round += 1) {
      const client = await server.ssh2Client();
      const channel = await openSubsystem(client);
      channel.write(
        `${clientHello('1.0')}${`<rpc xmlns="${BASE}" message-id="1"><get/></rpc>]]>]]>`.repeat(5)}`,
      );
      if (round % 2 === 0) await new Promise((resolve) => void channel.once('data', resolve));
      client.destroy();
    }
    await expect.poll(() => server.server.monitor.sessions()).toEqual([]);
    server.config.stores.running = '';
    expect(await works()).toBe(true);
    expect(server.log.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('the server', () => {
  it('says which address it cannot listen on, and why', async () => {
    server = await TestServer.start();
    const again = startNetconfServer({
      listen: [{ host: '127.0.0.1', port: 0 }, server.server.addresses[0]!],
      hostKeys: () => [],
      users: server.users,
      config: server.config,
      notifications: server.notifications,
      notificationLog: new InMemoryNotificationLog(0),
      log: silentLog,
    });
    await expect(again).rejects.toMatchObject({
      name: 'ListenError',
      reason: 'in-use',
      address: { host: '127.0.0.1', port: server.port },
      message: `cannot listen on 127.0.0.1:${server.port}: the port is in use`,
    });
  });

  it('shows new connections other host keys; those that are there go on', async () => {
    server = await TestServer.start();
    const before = server.openSsh();
    await before.hello();
    const shown = async (): Promise<string> => {
      let key = '';
      const hostVerifier = (blob: Buffer): boolean => (key = blob.toString('base64')) !== '';
      const client = await server.ssh2Client({ password: PASSWORD, hostVerifier });
      client.end();
      return `ssh-ed25519 ${key}`;
    };
    expect(await shown()).toBe(server.hostKeys.find('ed25519')?.publicKey);
    await server.hostKeys.generate('second', 'ed25519');
    server.hostKeyNames = ['second'];
    expect(await shown()).toBe(server.hostKeys.find('second')?.publicKey);
    expect(await before.rpc('<get/>')).toContain('<data');
    server.hostKeyNames = undefined;
    expect(await shown()).toBe(server.hostKeys.find('ed25519')?.publicKey);
  });

  it('closes politely: what is being worked on is answered', async () => {
    server = await TestServer.start();
    const gate = new Gate();
    server.config.beforeCommit = () => gate.passed;
    const [busy, idle, waiting] = [server.openSsh(), server.openSsh(), await silent()];
    await Promise.all([busy.hello(), idle.hello()]);
    const reply = busy.rpc('<commit/>');
    await expect.poll(() => server.config.calls.length).toBe(1);
    const closing = server.server.close();
    expect(await idle.exit).toBe(0);
    gate.open();
    expect(await reply).toContain('<ok/>');
    expect(await busy.exit).toBe(0);
    await closing;
    expect(waiting.destroyed || (await closed(waiting))).toBeTruthy();
    const refused = connect(server.port, '127.0.0.1');
    expect(
      await new Promise(
        (resolve) => void refused.once('error', (error: NodeJS.ErrnoException) => resolve(error.code)),
      ),
    ).toBe('ECONNREFUSED');
  });
});
