import type { EngineServer } from './engine-server.js';
import { listenPrivately } from './private-socket.io.js';
import { engineChannel } from './socket-channel.io.js';

/** One agent, and some that ask who is there. */
const CONNECTIONS_MAX = 8;

/** An engine's socket that listens. */
export interface EngineSocket {
  close(): void;
}

/**
 * Listens for the agent; see `listenPrivately`.
 *
 * @throws Error when an engine already serves the path, or the path cannot be used; the message says it
 */
export async function listenForAgent(path: string, server: EngineServer): Promise<EngineSocket> {
  const listener = await listenPrivately(path, {
    server: 'an engine',
    connectionsMax: CONNECTIONS_MAX,
    connected: (socket) => server.accept(engineChannel(socket)),
  });
  return { close: () => listener.close() };
}
