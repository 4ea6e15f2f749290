import { DEFAULT_XML_LIMITS, type XmlLimits } from '../lib/xml/xml-limits.js';
import { DEFAULT_MAX_MESSAGE_BYTES } from './framing/frame-decoder.js';

/** Bounds on what clients may take of the server. */
export interface NetconfLimits {
  /** NETCONF sessions at a time. */
  readonly maxSessions: number;
  /** Channels that one SSH connection may open at a time. */
  readonly maxChannelsPerConnection: number;
  /** Connections that have not logged in; one more makes the oldest of them go. */
  readonly maxUnauthenticatedConnections: number;
  /** Failed logins after which a connection is closed. */
  readonly maxLoginAttempts: number;
  /** Delay of the answer to the first wrong password or signature of a connection; doubles each time. */
  readonly loginFailureDelayMs: number;
  /** From the TCP connection to the login. */
  readonly loginTimeoutMs: number;
  /** From the login to the client's hello. */
  readonly helloTimeoutMs: number;
  readonly maxMessageBytes: number;
  readonly xml: XmlLimits;
}

export const DEFAULT_LIMITS: NetconfLimits = {
  maxSessions: 128,
  maxChannelsPerConnection: 16,
  maxUnauthenticatedConnections: 256,
  maxLoginAttempts: 6,
  loginFailureDelayMs: 250,
  loginTimeoutMs: 30_000,
  helloTimeoutMs: 60_000,
  maxMessageBytes: DEFAULT_MAX_MESSAGE_BYTES,
  xml: DEFAULT_XML_LIMITS,
};
