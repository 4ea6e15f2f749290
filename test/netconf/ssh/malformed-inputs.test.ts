import type { Client, ClientChannel } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WRONG_OPERATIONS } from '../rpc/wrong-operations.js';
import { BAD_HELLOS } from '../session/bad-hellos.js';
import {
  chunks,
  clientHello,
  errorsOf,
  parse,
  toBuffer,
  type FlatError,
} from '../session/session-harness.js';
import { BROKEN_FRAMING, inRpc, MALFORMED, NO_RPCS } from '../session/wrong-messages.js';
import { openSubsystem, TestServer } from './ssh-harness.js';

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
  expect(await exchange(next, '1.1')).toContain('<ok/>');
  server.config.calls.length = 0;
}

/** Sends `bytes` on a new session; all that comes after the hello, to the first reply or the end. */
async function exchange(bytes: string | Uint8Array, version: '1.0' | '1.1'): Promise<string> {
  const channel = await openSubsystem(client);
  await readTo(channel, ']]>]]>');
  channel.write(bytes);
  const answer = await readTo(channel, version === '1.0' ? ']]>]]>' : '\n##\n');
  channel.end();
  return answer;
}

/** What arrives up to `end`, or up to the end of the channel. */
function readTo(channel: ClientChannel, end: string): Promise<string> {
  let text = '';
  return new Promise((resolve) => {
    const done = (): void => {
      channel.off('data', take).off('end', done);
      resolve(text);
    };
    const take = (data: Buffer): void => {
      text += data.toString('utf8');
      if (text.endsWith(end)) done();
    };
    channel.on('data', take).on('end', done);
  });
}

async function errorsTo(message: string | Uint8Array, version: '1.0' | '1.1'): Promise<FlatError[]> {
  const bytes = toBuffer(message);
  const framed = version === '1.0' ? Buffer.concat([bytes, Buffer.from(']]>]]>')]) : chunks(bytes);
  const answer = await exchange(Buffer.concat([Buffer.from(clientHello(version)), framed]), version);
  return errorsOf(parse(answer.replace(/^\n#\d+\n/, '').replace(/\n##\n$|\]\]>\]\]>$/, '')));
}

describe('over SSH', () => {
  it.each(BAD_HELLOS)('a hello that is %s ends the session', async (_what, hello) => {
    expect(await exchange(hello, '1.0')).toBe('');
    await expectUnharmed();
  });

  it.each(BROKEN_FRAMING)('%s ends the session', async (_what, bytes) => {
    expect(await exchange(clientHello('1.1') + bytes, '1.1')).toBe('');
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
