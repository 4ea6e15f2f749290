/**
 * Greets as an engine of an older version of the link, and ends when told to. Argument: the path of the
 * socket. Prints `old PID` when it listens.
 */
import { createServer } from 'node:net';
import { encodeFrame } from '../../dist/link/frame.js';
import { LINK_VERSION } from '../../dist/link/messages.js';

const [socketPath = ''] = process.argv.slice(2);
const hello = { type: 'hello', version: LINK_VERSION - 1, pid: process.pid };
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.write(encodeFrame(Buffer.from(JSON.stringify(hello))));
});
server.listen(socketPath, () => process.stdout.write(`old ${process.pid}\n`));
process.once('SIGTERM', () => process.exit(0));
