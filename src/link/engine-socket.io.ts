import { chmod, mkdir, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import type { EngineServer } from './engine-server.js';
import { engineChannel } from './socket-channel.io.js';

/** The kernel's limit for the path of a Unix socket (sun_path less its terminator). */
const PATH_MAX_BYTES = 107;
/** One agent, and some that ask who is there. */
const CONNECTIONS_MAX = 8;

/** An engine's socket that listens. */
export interface EngineSocket {
  close(): void;
}

/**
 * Listens on a Unix socket of mode 0600, in a folder that is made with mode 0700 when it is missing. A
 * socket file that a dead engine left behind is replaced.
 *
 * @throws Error when an engine already serves the path, or the path cannot be used; the message says it
 */
export async function listenForAgent(path: string, server: EngineServer): Promise<EngineSocket> {
  if (Buffer.byteLength(path) > PATH_MAX_BYTES) {
    throw new Error(`the socket path ${path} is longer than ${PATH_MAX_BYTES} bytes`);
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (await answers(path)) {
    throw new Error(`an engine already serves ${path}`);
  }
  await unlink(path).catch(ignoreMissing);
  const listener = createServer((socket) => server.accept(engineChannel(socket)));
  listener.maxConnections = CONNECTIONS_MAX;
  await listenPrivately(listener, path);
  return { close: () => listener.close() };
}

/** The mask is in force when the socket file is made, so that it is never open to others. */
async function listenPrivately(listener: Server, path: string): Promise<void> {
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(path, resolve);
    });
  } finally {
    process.umask(mask);
  }
  await chmod(path, 0o600);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') {
    throw error;
  }
}
