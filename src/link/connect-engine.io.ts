import { connect } from 'node:net';
import type { LinkChannel } from './channel.js';
import type { AgentMessage, EngineMessage } from './messages.js';
import { agentChannel } from './socket-channel.io.js';

/** Connects to the engine that listens at `path`. Rejects when none does. */
export function connectEngine(path: string): Promise<LinkChannel<EngineMessage, AgentMessage>> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(agentChannel(socket));
    });
  });
}
