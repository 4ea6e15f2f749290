import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/netconf/limits.js';
import { emptyWorkspace, run } from '../../support/agent-workspace.js';

const limits = (content: string): string =>
  `<server xmlns="urn:bfd-agent:yang:bfd-agent-server"><limits>${content}</limits></server>`;

describe('the limits of the server', () => {
  it('are those of the server itself where nothing is configured', () => {
    const workspace = emptyWorkspace();
    run(workspace, '');
    const { maxChannelsPerConnection: _, ...defaults } = DEFAULT_LIMITS;
    expect(workspace.handlers.serverLimits.limits).toEqual(defaults);
  });

  it('are those that are configured, in milliseconds and bytes', () => {
    const workspace = emptyWorkspace();
    run(
      workspace,
      limits(
        '<max-sessions>7</max-sessions><max-unauthenticated-connections>8</max-unauthenticated-connections>' +
          '<login-timeout>9</login-timeout><max-login-attempts>2</max-login-attempts>' +
          '<login-failure-delay>10</login-failure-delay><hello-timeout>11</hello-timeout>' +
          '<idle-timeout>12</idle-timeout><keep-alive-interval>13</keep-alive-interval>' +
          '<keep-alive-count>4</keep-alive-count><max-message-size>70000</max-message-size>' +
          '<max-xml-depth>64</max-xml-depth>',
      ),
    );
    expect(workspace.handlers.serverLimits.limits).toEqual({
      maxSessions: 7,
      maxUnauthenticatedConnections: 8,
      loginTimeoutMs: 9000,
      maxLoginAttempts: 2,
      loginFailureDelayMs: 10,
      helloTimeoutMs: 11_000,
      idleTimeoutMs: 12_000,
      keepAliveIntervalMs: 13_000,
      keepAliveCount: 4,
      maxMessageBytes: 70_000,
      maxXmlDepth: 64,
    });
    run(workspace, '');
    expect(workspace.handlers.serverLimits.limits?.maxSessions).toBe(128);
  });
});
