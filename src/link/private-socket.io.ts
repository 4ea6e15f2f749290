import { chmod, mkdir, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';

/** The kernel's limit for the path of a Unix socket (sun_path less its terminator). */
const PATH_MAX_BYTES = 107;

/** What a private socket is made with. */
export interface PrivateSocketOptions {
  /** Who serves it, for errors: `an engine`. */
  readonly server: string;
  /** Connections at a time; more are closed by the system. */
  readonly connectionsMax: number;
  readonly connected: (socket: Socket) => void;
}

/**
 * Listens on a Unix stream socket of mode 0600, in a folder that is made with mode 0700 when it is missing.
 * A socket file that a dead process left behind is replaced.
 *
 * @throws Error when the path is served already or cannot be used; the message says it
 */
export async function listenPrivately(path: string, options: PrivateSocketOptions): Promise<Server> {
  if (Buffer.byteLength(path) > PATH_MAX_BYTES) {
    throw new Error(`the socket path ${path} is longer than ${PATH_MAX_BYTES} bytes`);
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (await answers(path)) {
    throw new Error(`${options.server} already serves ${path}`);
  }
  await unlink(path).catch(ignoreMissing);
  const listener = createServer(options.connected);
  listener.maxConnections = options.connectionsMax;
  await listen(listener, path);
  return listener;
}

/** The mask is in force when the socket file is made, so that it is never open to others. */
async function listen(listener: Server, path: string): Promise<void> {
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
