import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Gate, NOTIFICATION, SessionServer, type SessionClient } from '../session/session-harness.js';

const subscribe = (content = ''): string =>
  `<create-subscription xmlns="${NOTIFICATION}">${content}</create-subscription>`;
const rpc = (operation: string): string =>
  `<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1">${operation}</rpc>`;

async function subscribed(): Promise<{ server: SessionServer; client: SessionClient }> {
  const server = new SessionServer();
  const client = await server.open().hello();
  expect((await client.rpc(subscribe())).children[0]?.local).toBe('ok');
  return { server, client };
}

describe('a session with a subscription', () => {
  it('gets notifications between replies, and counts them', async () => {
    const { server, client } = await subscribed();
    server.source.notify(0, '<a xmlns="urn:toy"/>');
    expect(await client.reply()).toContain('<a xmlns="urn:toy"/>');
    expect((await client.rpc('<get/>')).children[0]?.local).toBe('data');
    expect(client.session.counters.outNotifications).toBe(1);
  });

  it('gets no notification before the reply of the request that caused it', async () => {
    const { server, client } = await subscribed();
    const gate = new Gate();
    server.config.beforeCommit = async () => {
      server.source.notify(0, '<caused xmlns="urn:toy"/>');
      await gate.passed;
    };
    client.send(rpc('<commit/>'));
    for (let turns = 0; turns < 20; turns += 1) await turn();
    gate.open();
    expect(await client.reply()).toContain('<ok');
    expect(await client.reply()).toContain('<caused');
  });

  it('gets what a request caused before the reply of the request after it', async () => {
    const { server, client } = await subscribed();
    let commits = 0;
    server.config.beforeCommit = async () => {
      commits += 1;
      server.source.notify(0, `<commit${commits} xmlns="urn:toy"/>`);
      await turn();
    };
    for (let index = 0; index < 3; index += 1) client.send(rpc('<commit/>'));
    const order: string[] = [];
    for (let index = 0; index < 6; index += 1)
      order.push(/<(ok|commit\d)/.exec(await client.reply())?.[1] ?? '');
    expect(order.filter((name) => name === 'ok')).toHaveLength(3);
    for (const number of [1, 2, 3]) {
      const replies = order.slice(0, order.indexOf(`commit${number}`)).filter((name) => name === 'ok');
      expect(replies.length).toBeGreaterThanOrEqual(number);
    }
  });

  it('is not idle, however long nothing comes from the client', async () => {
    const { client } = await subscribed();
    expect(client.session.isIdle).toBe(false);
    const other = await new SessionServer().open().hello();
    expect(other.session.isIdle).toBe(true);
  });

  it('can be idle again when the subscription has ended', async () => {
    const client = await new SessionServer().open().hello();
    const past = '<startTime>2020-01-01T00:00:00Z</startTime><stopTime>2020-01-02T00:00:00Z</stopTime>';
    await client.rpc(subscribe(past));
    expect(await client.reply()).toContain('<replayComplete');
    expect(await client.reply()).toContain('<notificationComplete');
    for (let turns = 0; turns < 20; turns += 1) await turn();
    expect(client.session.isIdle).toBe(true);
  });

  it('another session gets them at once', async () => {
    const { server, client } = await subscribed();
    const busy = await server.open().hello();
    const gate = new Gate();
    server.config.beforeCommit = () => gate.passed;
    busy.send(rpc('<commit/>'));
    server.source.notify(0, '<a xmlns="urn:toy"/>');
    expect(await client.reply()).toContain('<a ');
    gate.open();
  });

  it('replays after the reply', async () => {
    const server = new SessionServer();
    server.source.notify(server.clock.nowMs(), '<old xmlns="urn:toy"/>');
    const client = await server.open().hello();
    client.send(rpc(subscribe('<startTime>2020-01-01T00:00:00Z</startTime>')));
    expect(await client.reply()).toContain('<ok');
    expect(await client.reply()).toContain('<old');
    expect(await client.reply()).toContain(
      '<replayComplete xmlns="urn:ietf:params:xml:ns:netmod:notification"/>',
    );
  });

  it('that takes nothing is sent little, and ended when the log has moved on', async () => {
    const { server, client } = await subscribed();
    client.transport.backlog = new Promise(() => undefined);
    const before = client.transport.sent.length;
    for (let index = 0; index < 5000; index += 1) {
      server.source.notify(0, `<a xmlns="urn:toy">${index}</a>`);
      if (index % 100 === 0) await turn();
    }
    expect(client.transport.closed).toBe(true);
    expect(client.transport.sent.length - before).toBeLessThanOrEqual(64);
    expect(server.logged).toContain('a subscription was given up');
    expect(server.source.sessions.at(-1)).toBe('1 ended: other');
  });

  it('that is over gets nothing more, and its subscription is gone', async () => {
    const { server, client } = await subscribed();
    await client.session.end('dropped');
    const before = client.transport.sent.length;
    server.source.notify(0, '<a xmlns="urn:toy"/>');
    await turn();
    expect(client.transport.sent.length).toBe(before);
  });

  it('may have a second one after the first has ended, not before', async () => {
    const { server, client } = await subscribed();
    expect((await client.rpc(subscribe())).children[0]?.children.map(({ text }) => text)).toContain('in-use');
    const other = await server.open().hello();
    const past = '<startTime>2020-01-01T00:00:00Z</startTime><stopTime>2020-01-02T00:00:00Z</stopTime>';
    expect((await other.rpc(subscribe(past))).children[0]?.local).toBe('ok');
    expect(await other.reply()).toContain('replayComplete');
    expect(await other.reply()).toContain('notificationComplete');
    await turn();
    expect((await other.rpc(subscribe())).children[0]?.local).toBe('ok');
  });
});

describe('the beginning and the end of sessions', () => {
  it('are told, with reason and killer', async () => {
    const server = new SessionServer();
    const [first, second] = [await server.open().hello(), await server.open().hello()];
    await first.rpc('<kill-session><session-id>2</session-id></kill-session>');
    expect(second.transport.closed).toBe(true);
    await first.rpc('<close-session/>');
    expect(server.source.sessions).toEqual([
      '1 of admin from 192.0.2.1 began',
      '2 of admin from 192.0.2.1 began',
      '2 ended: killed by 1',
      '1 ended: closed',
    ]);
  });

  it('a bad hello is a reason', async () => {
    const server = new SessionServer();
    const client = server.open();
    client.sendRaw('<nonsense/>]]>]]>');
    await client.closed();
    expect(server.source.sessions.at(-1)).toBe('1 ended: bad-hello');
  });
});
