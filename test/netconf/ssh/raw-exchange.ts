import type { Client, ClientChannel } from 'ssh2';
import {
  chunks,
  clientHello,
  errorsOf,
  parse,
  toBuffer,
  type FlatError,
} from '../session/session-harness.js';
import { openSubsystem } from './ssh-harness.js';

/** Sends `bytes` on a new session; all that comes after the hello, to the first reply or the end. */
export async function exchange(
  client: Client,
  bytes: string | Uint8Array,
  version: '1.0' | '1.1',
): Promise<string> {
  const channel = await openSubsystem(client);
  await readTo(channel, ']]>]]>');
  channel.write(bytes);
  const answer = await readTo(channel, version === '1.0' ? ']]>]]>' : '\n##\n');
  channel.end();
  return answer;
}

/** The errors of the answer to a message that follows a client's hello. */
export async function errorsOn(
  client: Client,
  message: string | Uint8Array,
  version: '1.0' | '1.1',
): Promise<FlatError[]> {
  const bytes = toBuffer(message);
  const framed = version === '1.0' ? Buffer.concat([bytes, Buffer.from(']]>]]>')]) : chunks(bytes);
  const answer = await exchange(client, Buffer.concat([Buffer.from(clientHello(version)), framed]), version);
  return errorsOf(parse(answer.replace(/^\n#\d+\n/, '').replace(/\n##\n$|\]\]>\]\]>$/, '')));
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
