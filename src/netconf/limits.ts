import type { ServerLimits } from '../config/config-service.js';
import { DEFAULT_XML_LIMITS } from '../lib/xml/xml-limits.js';
import { DEFAULT_MAX_MESSAGE_BYTES } from './framing/frame-decoder.js';

/** Bounds on what clients may take of the server. */
export interface NetconfLimits extends ServerLimits {
  /** Channels that one SSH connection may open at a time. */
  readonly maxChannelsPerConnection: number;
}

/** What holds where nothing else is configured; those of bfd-agent-server are the same. */
export const DEFAULT_LIMITS: NetconfLimits = {
  maxSessions: 128,
  maxChannelsPerConnection: 16,
  maxUnauthenticatedConnections: 256,
  maxLoginAttempts: 6,
  loginFailureDelayMs: 250,
  loginTimeoutMs: 30_000,
  helloTimeoutMs: 60_000,
  idleTimeoutMs: 3_600_000,
  keepAliveIntervalMs: 60_000,
  keepAliveCount: 3,
  maxMessageBytes: DEFAULT_MAX_MESSAGE_BYTES,
  maxXmlDepth: DEFAULT_XML_LIMITS.maxDepth,
};
