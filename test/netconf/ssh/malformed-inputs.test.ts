import type { Client } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WRONG_OPERATIONS } from '../rpc/wrong-operations.js';
import { BAD_HELLOS } from '../session/bad-hellos.js';
import { chunks, clientHello } from '../session/session-harness.js';
import { BROKEN_FRAMING, inRpc, MALFORMED, NO_RPCS } from '../session/wrong-messages.js';
import { errorsOn, exchange } from './raw-exchange.js';
import { TestServer } from './ssh-harness.js';

let server: TestServer;
let client: Client;
beforeAll(async () => {
  server = await TestServer.start({ maxMessageBytes: 1000 });
  client = await server.ssh2Client();
});
afterAll(() => server.stop());

/** After every wrong input: nothing reached the configuration, and the server serves the next session. */
async function expectUnharmed(): Promise<void> {
  const before = server.config.calls.splice(0);
  expect(before.filter(({ operation }) => operation !== 'release')).toEqual([]);
  const next = clientHello('1.1') + chunks(inRpc('<discard-changes/>')).toString();
  expect(await exchange(client, next, '1.1')).toContain('<ok/>');
  server.config.calls.length = 0;
}

const errorsTo = (message: string | Uint8Array, version: '1.0' | '1.1') => errorsOn(client, message, version);

describe('over SSH', () => {
  it.each(BAD_HELLOS)('a hello that is %s ends the session', async (_what, hello) => {
    expect(await exchange(client, hello, '1.0')).toBe('');
    await expectUnharmed();
  });

  it.each(BROKEN_FRAMING)('%s ends the session', async (_what, bytes) => {
    expect(await exchange(client, clientHello('1.1') + bytes, '1.1')).toBe('');
    await expectUnharmed();
  });

  it.each(MALFORMED)('%s is answered in base:1.1', async (_what, message) => {
    expect(await errorsTo(message, '1.1')).toEqual([['rpc', 'malformed-message', {}]]);
    await expectUnharmed();
  });

  it.each(MALFORMED)('%s is answered in base:1.0', async (_what, message) => {
    expect(await errorsTo(message, '1.0')).toEqual([['rpc', 'operation-failed', {}]]);
    await expectUnharmed();
  });

  it.each(NO_RPCS.filter(([, message]) => message.length < 1000))(
    '%s is answered',
    async (_what, message, errors) => {
      expect(await errorsTo(message, '1.1')).toEqual(errors);
    },
  );

  it.each(WRONG_OPERATIONS.filter(([operation]) => !operation.includes('get-schema')))(
    '%s is answered',
    async (operation, errors) => {
      expect(await errorsTo(inRpc(operation), '1.1')).toEqual(errors);
    },
  );
});
