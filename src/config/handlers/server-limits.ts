import type { ServerLimits } from '../config-service.js';
import type { DataNode } from '../yang/data-node.js';
import { changesOf, plainPreparation, type Changes, type Handler, type Preparation } from './handler.js';
import { requiredNumber } from './node-values.js';

const LIMITS = '/bfd-agent-server:server/limits';

const LEAVES = [
  'max-sessions',
  'max-unauthenticated-connections',
  'login-timeout',
  'max-login-attempts',
  'login-failure-delay',
  'hello-timeout',
  'idle-timeout',
  'keep-alive-interval',
  'keep-alive-count',
  'max-message-size',
  'max-xml-depth',
];

/** bfd-agent-server: the limits of the NETCONF server. */
export class ServerLimitsHandler implements Handler {
  readonly name = 'bfd-agent-server';
  readonly claims = LEAVES.map((leaf) => `${LIMITS}/${leaf}`);
  readonly watches = [LIMITS];
  #limits: ServerLimits | undefined;

  /** The limits in force; undefined before the first configuration is. */
  get limits(): ServerLimits | undefined {
    return this.#limits;
  }

  prepare(changes: Changes): Preparation {
    const [change] = changesOf(changes, LIMITS);
    const next = change?.after && readLimits(change.after);
    return plainPreparation([], () => {
      this.#limits = next;
    });
  }

  *desired(): Iterable<never> {}
}

function readLimits(limits: DataNode): ServerLimits {
  return {
    maxSessions: requiredNumber(limits, 'max-sessions'),
    maxUnauthenticatedConnections: requiredNumber(limits, 'max-unauthenticated-connections'),
    loginTimeoutMs: 1000 * requiredNumber(limits, 'login-timeout'),
    maxLoginAttempts: requiredNumber(limits, 'max-login-attempts'),
    loginFailureDelayMs: requiredNumber(limits, 'login-failure-delay'),
    helloTimeoutMs: 1000 * requiredNumber(limits, 'hello-timeout'),
    idleTimeoutMs: 1000 * requiredNumber(limits, 'idle-timeout'),
    keepAliveIntervalMs: 1000 * requiredNumber(limits, 'keep-alive-interval'),
    keepAliveCount: requiredNumber(limits, 'keep-alive-count'),
    maxMessageBytes: requiredNumber(limits, 'max-message-size'),
    maxXmlDepth: requiredNumber(limits, 'max-xml-depth'),
  };
}
