import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BASE, chunks, clientHello } from '../session/session-harness.js';
import { PASSWORD, TestServer, USER } from './ssh-harness.js';

let server: TestServer;
beforeEach(async () => {
  server = await TestServer.start();
});
afterEach(async () => {
  await server.stop();
});

const inRpc = (operation: string, id: number): string =>
  `<rpc xmlns="${BASE}" message-id="${id}">${operation}</rpc>`;

describe("OpenSSH's client", () => {
  it.each([['with a key'], ['with a password']])('opens a session %s', async (how) => {
    const client = server.openSsh(how === 'with a key' ? {} : { password: PASSWORD });
    expect(await client.hello()).toContain('<session-id>1</session-id>');
    expect(await client.rpc('<get/>')).toContain('<data/>');
    expect(server.server.monitor.sessions()).toMatchObject([{ user: USER, sourceHost: '127.0.0.1' }]);
    expect(await client.rpc('<close-session/>')).toContain('<ok/>');
    expect(await client.exit).toBe(0);
    expect(server.server.monitor.sessions()).toEqual([]);
  });

  it('may speak base:1.0', async () => {
    const client = server.openSsh();
    await client.hello('1.0');
    client.send(`${inRpc('<get/>', 1)}]]>]]>\n${inRpc('<close-session/>', 2)}]]>]]>`);
    expect(await client.until(']]>]]>')).toContain('message-id="1"');
    expect(await client.until(']]>]]>')).toContain('message-id="2"');
    expect(await client.exit).toBe(0);
  });

  it('may send everything at once and close its side', async () => {
    const client = server.openSsh();
    client.send(
      `${clientHello('1.1')}${[1, 2, 3].map((id) => chunks(inRpc('<get/>', id)).toString()).join('')}`,
    );
    client.sendEnd();
    expect(await client.exit).toBe(0);
    expect([...client.output.matchAll(/message-id="(\d)"/g)].map(([, id]) => id)).toEqual(['1', '2', '3']);
  });

  it('may have many requests in flight', async () => {
    const client = server.openSsh();
    await client.hello();
    const count = 2000;
    client.send(Buffer.concat(Array.from({ length: count }, (_, id) => chunks(inRpc('<get/>', id)))));
    for (let id = 0; id < count; id += 1)
      expect(await client.until('\n##\n')).toContain(`message-id="${id}"`);
  });

  it('gets and sends large configurations', async () => {
    const entries = Array.from({ length: 60_000 }, (_, id) => `<a xmlns="urn:toy">é ${id}</a>`).join('');
    const client = server.openSsh();
    await client.hello();
    expect(
      await client.rpc(`<edit-config><target><candidate/></target><config>${entries}</config></edit-config>`),
    ).toContain('<ok/>');
    expect(server.config.stores.candidate).toBe(entries);
    const reply = await client.rpc('<get-config><source><candidate/></source></get-config>');
    expect(Buffer.from(reply, 'latin1').toString()).toContain(`<data>${entries}</data>`);
  });

  it('loses its locks when it is gone', async () => {
    const client = server.openSsh();
    await client.hello();
    await client.rpc('<lock><target><candidate/></target></lock>');
    client.process.kill('SIGKILL');
    await expect.poll(() => server.config.locks()).toEqual([]);
    expect(server.server.monitor.statistics().droppedSessions).toBe(1);
  });

  it('may be held up while it does not read, and be killed by another one', async () => {
    server.config.stores.running = `<a xmlns="urn:toy">${'x'.repeat(3_000_000)}</a>`;
    const stuck = server.openSsh();
    await stuck.hello();
    stuck.process.stdout.pause();
    stuck.send(Buffer.concat(Array.from({ length: 200 }, (_, id) => chunks(inRpc('<get/>', id)))));
    await expect.poll(() => server.config.calls.length).toBeGreaterThan(0);
    const other = server.openSsh();
    await other.hello();
    expect(await other.rpc('<kill-session><session-id>1</session-id></kill-session>')).toContain('<ok/>');
    expect(server.server.monitor.sessions()).toMatchObject([{ sessionId: 2 }]);
    expect(server.config.calls.length).toBeLessThan(20);
  });

  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['an empty password', { password: '' }],
    ['another user', { password: PASSWORD, args: ['-l', 'root'] }],
  ])('is refused with %s', async (_what, options) => {
    const client = server.openSsh(options);
    expect(await client.exit).toBe(255);
    expect(client.errors).toContain('Permission denied');
    expect(server.server.monitor.statistics().inSessions).toBe(0);
    expect(JSON.stringify(server.log)).not.toContain('wrong');
  });

  it('is refused with a key that is not authorized', async () => {
    const client = server.openSsh({ args: ['-i', server.makeKey('other'), '-o', 'IdentityFile=none'] });
    server.users.keys.clear();
    expect(await client.exit).toBe(255);
    expect(client.errors).toContain('Permission denied');
  });

  it.each([
    ['a shell', ['-T', '127.0.0.1']],
    ['a terminal', ['-tt', '127.0.0.1']],
    ['a command', ['127.0.0.1', 'id']],
    ['another subsystem', ['-s', '127.0.0.1', 'sftp']],
    ['forwarded connections', ['-W', '127.0.0.1:22', '127.0.0.1']],
  ])('does not get %s', async (_what, command) => {
    const client = server.openSsh({ command });
    client.sendEnd();
    expect(await client.exit).not.toBe(0);
    expect(client.output).toBe('');
  });

  it('does not get forwarded ports', async () => {
    const client = server.openSsh({
      args: ['-R', '0:127.0.0.1:9', '-o', 'ExitOnForwardFailure=yes'],
    });
    expect(await client.exit).toBe(255);
    expect(client.errors).toContain('remote port forwarding failed');
  });

  it.each([
    ['key exchange method', ['-o', 'KexAlgorithms=diffie-hellman-group14-sha1']],
    ['cipher', ['-o', 'Ciphers=aes128-cbc']],
    ['MAC', ['-o', 'Ciphers=aes128-ctr', '-o', 'MACs=hmac-sha1']],
    ['host key type', ['-o', 'HostKeyAlgorithms=ssh-rsa']],
  ])('does not agree on a weak %s', async (what, args) => {
    const client = server.openSsh({ args });
    expect(await client.exit).toBe(255);
    expect(client.errors).toContain(`no matching ${what} found`);
  });
});
