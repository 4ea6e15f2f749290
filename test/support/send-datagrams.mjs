/**
 * Sends what standard input lists, a line `<destination> <port> <payload in hexadecimal>` each, over IPv4 with
 * TTL 255 from the source address that is given; prints `sent N` at the end.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** So many in a row; what they are sent to has time to read them until the next. */
const BURST = 100;
const PAUSE_MS = 2;

const [source = ''] = process.argv.slice(2);
const socket = createSocket('udp4');
socket.bind({ address: source, port: 0 });
await once(socket, 'listening');
socket.setTTL(255);

let sent = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const [destination = '', port = '', hex = ''] = line.split(' ');
  await new Promise((resolve) => {
    socket.send(Buffer.from(hex, 'hex'), Number(port), destination, resolve);
  });
  sent += 1;
  if (sent % BURST === 0) await sleep(PAUSE_MS);
}
process.stdout.write(`sent ${sent}\n`);
socket.close();
