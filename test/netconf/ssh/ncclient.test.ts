import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ncclient } from '../../support/ncclient.js';
import { PASSWORD, TestServer, USER } from './ssh-harness.js';

let server: TestServer;
let client: Ncclient;
beforeEach(async () => {
  server = await TestServer.start();
  client = new Ncclient();
});
afterEach(async () => {
  await client.close();
  await server.stop();
});

const where = () => ({ host: '127.0.0.1', port: server.port, user: USER });

describe('ncclient', () => {
  it.each([['password'], ['key']])('logs in with a %s', async (how) => {
    const credentials = how === 'key' ? { key: server.keyFile } : { password: PASSWORD };
    const session = await client.call('connect', { ...where(), ...credentials });
    expect(session).toMatchObject({
      sessionId: '1',
      capabilities: expect.arrayContaining(['urn:ietf:params:netconf:base:1.1']),
    });
  });

  it('is refused with a wrong password', async () => {
    const error = await client.refusal('connect', { ...where(), password: 'wrong' });
    expect(error.kind).toBe('AuthenticationError');
  });

  it('understands errors', async () => {
    await client.call('connect', { ...where(), password: PASSWORD });
    await client.call('connect', { ...where(), password: PASSWORD, session: 'other' });
    await client.call('lock', { target: 'candidate' });
    const error = await client.refusal('lock', { target: 'candidate', session: 'other' });
    expect(error.errors).toMatchObject([{ type: 'protocol', tag: 'lock-denied', severity: 'error' }]);
    expect(error.errors[0]!.info).toContain('<session-id>1</session-id>');
  });

  it('edits, commits and reads, and kills another session', async () => {
    await client.call('connect', { ...where(), password: PASSWORD });
    await client.call('connect', { ...where(), key: server.keyFile, session: 'other' });
    const config =
      '<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><a xmlns="urn:toy">\u00e9</a></config>';
    await client.call('edit-config', {
      config,
      default_operation: 'merge',
      error_option: 'rollback-on-error',
    });
    await client.call('validate');
    await client.call('commit');
    const subtree = '<a xmlns="urn:toy"/>';
    expect(await client.text('get-config', { source: 'running', subtree })).toContain('\u00e9</a>');
    expect(await client.text('get', { xpath: '/t:a', namespaces: { t: 'urn:toy' } })).toContain('\u00e9</a>');
    expect(await client.text('get-schema', { identifier: 'toy' })).toBe('module toy { description "<&>"; }');
    await client.call('kill-session', { id: '2' });
    await expect.poll(() => server.server.monitor.sessions()).toMatchObject([{ sessionId: 1 }]);
    await client.call('close');
    await expect.poll(() => server.server.monitor.sessions()).toEqual([]);
    expect(server.config.calls.find(({ operation }) => operation === 'get')!.arguments).toMatchObject({
      type: 'xpath',
      select: '/t:a',
    });
  });
});
