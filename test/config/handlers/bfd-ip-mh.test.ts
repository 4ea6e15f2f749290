import { describe, expect, it } from 'vitest';
import { interfaceXml, multihopXml, sessionXml } from '../../support/agent-xml.js';
import { emptyWorkspace, prepared, run, told } from '../../support/agent-workspace.js';

const GROUP = { source: '198.51.100.1', dest: '203.0.113.1' };

describe('a configured multihop session', () => {
  it('asks for a session with the defaults of RFC 9314', () => {
    expect(prepared(emptyWorkspace(), multihopXml(GROUP)).sessions).toEqual({
      set: [
        {
          type: 'ip-mh',
          key: 'ip-mh/198.51.100.1/203.0.113.1',
          destination: '203.0.113.1',
          source: '198.51.100.1',
          detectMult: 3,
          desiredMinTxIntervalUs: 1_000_000,
          requiredMinRxIntervalUs: 1_000_000,
          adminDown: false,
          role: 'active',
          demand: false,
          authentication: null,
          transmitTtl: 255,
          requiredTtl: 250,
        },
      ],
      remove: [],
    });
  });

  it('passes on every leaf', () => {
    const content =
      '<local-multiplier>9</local-multiplier><min-interval>40000</min-interval><admin-down>true</admin-down>' +
      '<tx-ttl>64</tx-ttl><rx-ttl>1</rx-ttl><demand-enabled>true</demand-enabled>' +
      '<role xmlns="urn:bfd-agent:yang:bfd-agent-bfd">passive</role>';
    expect(prepared(emptyWorkspace(), multihopXml({ ...GROUP, content })).sessions.set).toMatchObject([
      {
        detectMult: 9,
        desiredMinTxIntervalUs: 40_000,
        requiredMinRxIntervalUs: 40_000,
        adminDown: true,
        transmitTtl: 64,
        requiredTtl: 1,
        demand: true,
        role: 'passive',
      },
    ]);
  });

  it('is told apart by both addresses, and has its addresses in canonical form', () => {
    const set = prepared(
      emptyWorkspace(),
      multihopXml({ source: '2001:DB8:0::1', dest: '2001:db8::2' }),
      multihopXml({ source: '2001:db8::3', dest: '2001:db8::2' }),
    ).sessions.set;
    expect(set.map(({ key, source }) => [key, source])).toEqual([
      ['ip-mh/2001:db8::1/2001:db8::2', '2001:db8::1'],
      ['ip-mh/2001:db8::3/2001:db8::2', '2001:db8::3'],
    ]);
  });

  it('depends on no interface', () => {
    const workspace = emptyWorkspace();
    run(workspace, interfaceXml('eth0'), multihopXml(GROUP));
    const disabled = interfaceXml('eth0', '<enabled>false</enabled>');
    expect(prepared(workspace, disabled, multihopXml(GROUP)).sessions).toEqual({ set: [], remove: [] });
  });

  it('is changed and removed on its own, with the way back', () => {
    const workspace = emptyWorkspace();
    const eth0 = interfaceXml('eth0');
    run(workspace, eth0, multihopXml(GROUP), sessionXml({ dest: '203.0.113.1' }));
    const changed = multihopXml({ ...GROUP, content: '<rx-ttl>240</rx-ttl>' });
    const change = prepared(workspace, eth0, changed, sessionXml({ dest: '203.0.113.1' }));
    expect(change.sessions.set).toMatchObject([{ type: 'ip-mh', requiredTtl: 240 }]);
    expect(change.undo.set).toMatchObject([{ type: 'ip-mh', requiredTtl: 250 }]);
    const removal = prepared(workspace, eth0, sessionXml({ dest: '203.0.113.1' }));
    expect(removal.sessions).toEqual({ set: [], remove: ['ip-mh/198.51.100.1/203.0.113.1'] });
  });

  it('is expected to be Up unless its own leaf holds it down', () => {
    const workspace = emptyWorkspace();
    const down = '<admin-down>true</admin-down><rx-ttl>255</rx-ttl>';
    run(workspace, multihopXml(GROUP), multihopXml({ ...GROUP, dest: '203.0.113.2', content: down }));
    expect(workspace.handlers.expectedUp().map(({ desired }) => desired.key)).toEqual([
      'ip-mh/198.51.100.1/203.0.113.1',
    ]);
  });
});

describe('a multihop session is refused', () => {
  it.each([
    [
      'a link-local destination',
      { source: '2001:db8::1', dest: 'fe80::2' },
      'dest-addr',
      /single-hop session/u,
    ],
    ['a link-local source', { source: 'fe80::1%eth0', dest: '2001:db8::2' }, 'source-addr', /single-hop/u],
    [
      'addresses of two families',
      { source: '2001:db8::1', dest: '203.0.113.1' },
      'source-addr',
      /one family/u,
    ],
    [
      'a source that is its destination',
      { source: '2001:db8::1', dest: '2001:DB8::1' },
      'source-addr',
      /both/u,
    ],
    ['a loopback source', { source: '127.0.0.1', dest: '203.0.113.1' }, 'source-addr', /loopback/u],
  ])('for %s', (_, group, leaf, message) => {
    const { errors } = prepared(emptyWorkspace(), multihopXml(group));
    expect(told(errors)).toHaveLength(1);
    expect(errors[0]).toMatchObject({ type: 'application', tag: 'invalid-value' });
    expect(errors[0]?.message).toMatch(message);
    expect(errors[0]?.path?.text.endsWith(`/bfd-ip-mh:${leaf}`)).toBe(true);
  });

  it('when another instance has it', () => {
    const twice = ['a', 'b'].map((instance) => multihopXml({ ...GROUP, instance }));
    expect(told(prepared(emptyWorkspace(), ...twice).errors)).toEqual([
      expect.stringMatching(/"a" has a session to the same address from the same address/u),
    ]);
  });
});
