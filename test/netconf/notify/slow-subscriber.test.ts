import { setImmediate as turn } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { chunks, clientHello, NOTIFICATION } from '../session/session-harness.js';
import { TestServer } from '../ssh/ssh-harness.js';

const rpc = `<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><create-subscription xmlns="${NOTIFICATION}"/></rpc>`;

it('a subscriber over SSH that stops reading costs no memory, and is given up', async () => {
  const server = await TestServer.start();
  try {
    const client = await server.ssh2Client();
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      client.subsys('netconf', (error, opened) => (error ? reject(error) : resolve(opened)));
    });
    let received = '';
    channel.on('data', (bytes: Buffer) => {
      received += bytes.toString();
    });
    channel.write(clientHello('1.1'));
    channel.write(chunks(rpc));
    await waitFor(() => (received.includes('<ok/>') ? true : undefined), 'reply');
    channel.pause();

    const content = `<a xmlns="urn:toy">${'x'.repeat(1000)}</a>`;
    const isOver = (): boolean => server.notifications.sessions.some((text) => text.endsWith('ended: other'));
    let sent = 0;
    // The log keeps 1000 of them; the window of the channel and the buffers below it take some megabytes.
    for (; sent < 100_000 && !isOver(); sent += 1) {
      server.notifications.notify(0, content);
      if (sent % 50 === 0) await turn();
    }

    expect(isOver()).toBe(true);
    expect(sent).toBeGreaterThan(1000);
    expect(server.server.monitor.sessions()).toEqual([]);
    expect(server.log.map(({ message }) => message)).toContain('a subscription was given up');
  } finally {
    await server.stop();
  }
});
