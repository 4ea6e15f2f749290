import { describe, expect, it } from 'vitest';
import { interfaceXml, sessionXml } from '../../support/agent-xml.js';
import { emptyWorkspace, prepared, run, told } from '../../support/agent-workspace.js';

const ETH0 = interfaceXml('eth0');
const PATH =
  "/rt:routing/rt:control-plane-protocols/rt:control-plane-protocol[rt:type='ietf-bfd-types:bfdv1'][rt:name='main']" +
  '/bfd:bfd/bfd-ip-sh:ip-sh/bfd-ip-sh:sessions';

function session(dest: string, content = ''): string {
  return sessionXml({ dest, content });
}

function intervals(tx: number, rx: number): string {
  return `<desired-min-tx-interval>${tx}</desired-min-tx-interval><required-min-rx-interval>${rx}</required-min-rx-interval>`;
}

describe('a configured session', () => {
  it('asks for a session with the defaults of RFC 9314', () => {
    expect(prepared(emptyWorkspace(), ETH0, session('192.0.2.1')).sessions).toEqual({
      set: [
        {
          type: 'ip-sh',
          key: 'ip-sh/eth0/192.0.2.1',
          interface: 'eth0',
          destination: '192.0.2.1',
          source: null,
          detectMult: 3,
          desiredMinTxIntervalUs: 1_000_000,
          requiredMinRxIntervalUs: 1_000_000,
          adminDown: false,
          role: 'active',
          demand: false,
          authentication: null,
          desiredMinEchoTxIntervalUs: 0,
          requiredMinEchoRxIntervalUs: 0,
        },
      ],
      remove: [],
    });
  });

  it('passes on every leaf', () => {
    const content = `<source-addr>192.0.2.9</source-addr><local-multiplier>5</local-multiplier>${intervals(50_000, 40_000)}<admin-down>true</admin-down>`;
    expect(prepared(emptyWorkspace(), ETH0, session('192.0.2.1', content)).sessions.set).toMatchObject([
      {
        source: '192.0.2.9',
        detectMult: 5,
        desiredMinTxIntervalUs: 50_000,
        requiredMinRxIntervalUs: 40_000,
        adminDown: true,
      },
    ]);
  });

  it('may be passive, and may ask its peer for silence', () => {
    const content = `<demand-enabled>true</demand-enabled><role xmlns="urn:bfd-agent:yang:bfd-agent-bfd">passive</role>`;
    expect(prepared(emptyWorkspace(), ETH0, session('192.0.2.1', content)).sessions.set).toMatchObject([
      { role: 'passive', demand: true },
    ]);
  });

  it('may use the Echo function', () => {
    const content =
      '<echo xmlns="urn:bfd-agent:yang:bfd-agent-bfd"><desired-min-echo-tx-interval>20000</desired-min-echo-tx-interval>' +
      '<required-min-echo-rx-interval>30000</required-min-echo-rx-interval></echo>';
    expect(prepared(emptyWorkspace(), ETH0, session('192.0.2.1', content)).sessions.set).toMatchObject([
      { desiredMinEchoTxIntervalUs: 20_000, requiredMinEchoRxIntervalUs: 30_000 },
    ]);
  });

  it('is refused where echo packets were too close together', () => {
    const content =
      '<echo xmlns="urn:bfd-agent:yang:bfd-agent-bfd"><desired-min-echo-tx-interval>1</desired-min-echo-tx-interval>' +
      '<required-min-echo-rx-interval>2999</required-min-echo-rx-interval></echo>';
    expect(told(prepared(emptyWorkspace(), ETH0, session('192.0.2.1', content)).errors)).toEqual([
      expect.stringMatching(/bab:desired-min-echo-tx-interval.* 1 microseconds is too short/u),
      expect.stringMatching(/bab:required-min-echo-rx-interval.* at least 3000/u),
    ]);
  });

  it('takes a single interval for both directions', () => {
    const xml = session('192.0.2.1', '<min-interval>20000</min-interval>');
    expect(prepared(emptyWorkspace(), ETH0, xml).sessions.set).toMatchObject([
      { desiredMinTxIntervalUs: 20_000, requiredMinRxIntervalUs: 20_000 },
    ]);
  });

  it('is held down on a disabled interface, and comes back when that is enabled', () => {
    const workspace = emptyWorkspace();
    const others = [
      session('192.0.2.1'),
      interfaceXml('eth1'),
      sessionXml({ interface: 'eth1', dest: '192.0.2.1' }),
    ];
    run(workspace, ETH0, ...others);
    const disabled = interfaceXml('eth0', '<enabled>false</enabled>');
    expect(prepared(workspace, disabled, ...others).sessions).toEqual({
      set: [expect.objectContaining({ key: 'ip-sh/eth0/192.0.2.1', adminDown: true })],
      remove: [],
    });
    run(workspace, disabled, ...others);
    expect(workspace.handlers.desired().sessions).toMatchObject([
      { key: 'ip-sh/eth0/192.0.2.1', adminDown: true },
      { key: 'ip-sh/eth1/192.0.2.1', adminDown: false },
    ]);
    const enabled = prepared(workspace, ETH0, ...others);
    expect(enabled.sessions.set).toMatchObject([{ key: 'ip-sh/eth0/192.0.2.1', adminDown: false }]);
    expect(enabled.undo.set).toMatchObject([{ key: 'ip-sh/eth0/192.0.2.1', adminDown: true }]);
  });

  it('that is its own admin-down stays so on an enabled interface', () => {
    const workspace = emptyWorkspace();
    const down = session('192.0.2.1', '<admin-down>true</admin-down>');
    run(workspace, interfaceXml('eth0', '<enabled>false</enabled>'), down);
    expect(prepared(workspace, ETH0, down).sessions).toEqual({ set: [], remove: [] });
  });
});

describe('an IPv6 session', () => {
  it('has canonical addresses without a zone', () => {
    const source = '<source-addr>FE80::0:A%eth0</source-addr>';
    const xml = [session('fe80::1%eth0', source), session('2001:DB8:0::1')];
    const { set } = prepared(emptyWorkspace(), ETH0, ...xml).sessions;
    expect(set.toSorted((one, other) => (one.key < other.key ? -1 : 1))).toMatchObject([
      { key: 'ip-sh/eth0/2001:db8::1', destination: '2001:db8::1', source: null },
      { key: 'ip-sh/eth0/fe80::1', destination: 'fe80::1', source: 'fe80::a', interface: 'eth0' },
    ]);
  });

  it('is one, with the zone or without', () => {
    const both = [session('fe80::1%eth0'), session('fe80::1')];
    expect(told(prepared(emptyWorkspace(), ETH0, ...both).errors)).toEqual([
      expect.stringMatching(/another session to the same address on the same interface.* keep one/u),
    ]);
  });
});

describe('a change of the configuration', () => {
  it('asks for nothing where nothing changes for the engine', () => {
    const workspace = emptyWorkspace();
    run(workspace, ETH0, session('192.0.2.1'));
    const explicit = session('192.0.2.1', '<local-multiplier>3</local-multiplier>');
    expect(prepared(workspace, ETH0, explicit).sessions).toEqual({ set: [], remove: [] });
    const described = [interfaceXml('eth0', '<description>uplink</description>'), session('192.0.2.1')];
    expect(prepared(workspace, ...described).sessions).toEqual({ set: [], remove: [] });
  });

  it('names what is new, changed and gone, and the way back', () => {
    const workspace = emptyWorkspace();
    run(workspace, ETH0, session('192.0.2.1'), session('192.0.2.2'), session('192.0.2.3'));
    const changed = session('192.0.2.2', '<local-multiplier>9</local-multiplier>');
    const { sessions, undo } = prepared(workspace, ETH0, session('192.0.2.1'), changed, session('192.0.2.4'));
    expect(sessions.set).toMatchObject([
      { destination: '192.0.2.2', detectMult: 9 },
      { destination: '192.0.2.4' },
    ]);
    expect(sessions.set).toHaveLength(2);
    expect(sessions.remove).toEqual(['ip-sh/eth0/192.0.2.3']);
    expect(undo.remove).toEqual(['ip-sh/eth0/192.0.2.4']);
    expect(undo.set.map(({ destination }) => destination).toSorted()).toEqual(['192.0.2.2', '192.0.2.3']);
  });

  it('removes the sessions of an instance that goes', () => {
    const workspace = emptyWorkspace();
    run(workspace, ETH0, session('192.0.2.1'), session('192.0.2.2'));
    expect(prepared(workspace, ETH0).sessions.remove.toSorted()).toEqual([
      'ip-sh/eth0/192.0.2.1',
      'ip-sh/eth0/192.0.2.2',
    ]);
  });

  it('may move a session from one instance to another without touching it', () => {
    const workspace = emptyWorkspace();
    run(workspace, ETH0, sessionXml({ dest: '192.0.2.1', instance: 'a' }));
    const moved = prepared(workspace, ETH0, sessionXml({ dest: '192.0.2.1', instance: 'b' }));
    expect(told(moved.errors)).toEqual([]);
    expect(moved.sessions).toEqual({ set: [], remove: [] });
  });

  it('asked about but not taken changes nothing', () => {
    const workspace = emptyWorkspace();
    run(workspace, ETH0, session('192.0.2.1'));
    const before = workspace.handlers.desired().sessions;
    prepared(workspace, ETH0);
    prepared(workspace, ETH0, session('192.0.2.7'));
    expect(workspace.handlers.desired().sessions).toEqual(before);
  });
});

describe('a session is refused', () => {
  it.each([
    ['a reserved destination', session('240.0.0.1'), 'dest-addr', /reserved/u],
    ['a multicast IPv6 destination', session('ff02::5'), 'dest-addr', /multicast/u],
    ['the unspecified IPv6 destination', session('::'), 'dest-addr', /not the address of a host/u],
    ['the IPv6 loopback destination', session('::1'), 'dest-addr', /loopback/u],
    ['an IPv4 destination written as IPv6', session('::ffff:192.0.2.1'), 'dest-addr', /write it as IPv4/u],
    [
      'a zone of another interface',
      session('fe80::1%eth7'),
      'dest-addr',
      /zone is eth7.* on eth0; leave out/u,
    ],
    ['a zone of a global address', session('2001:db8::1%eth0'), 'dest-addr', /leave out %eth0/u],
    [
      'a zone that is no interface',
      session('fe80::1%verylongnameofaninterface'),
      'dest-addr',
      /zone is not/u,
    ],
    [
      'its own source as destination, spelt in another way',
      session('fe80::1%eth0', '<source-addr>FE80:0::1</source-addr>'),
      'source-addr',
      /both source and destination/u,
    ],
    ['a multicast destination', session('224.0.0.5'), 'dest-addr', /multicast/u],
    ['the unspecified destination', session('0.0.0.0'), 'dest-addr', /not the address of a host/u],
    ['a loopback destination', session('127.0.0.1'), 'dest-addr', /loopback/u],
    ['the broadcast destination', session('255.255.255.255'), 'dest-addr', /broadcast/u],
    ['a destination with a zone', session('192.0.2.1%eth0'), 'dest-addr', /no zone/u],
    [
      'a source of the other family',
      session('192.0.2.1', '<source-addr>2001:db8::2</source-addr>'),
      'source-addr',
      /another address family/u,
    ],
    [
      'a multicast source',
      session('192.0.2.1', '<source-addr>239.1.1.1</source-addr>'),
      'source-addr',
      /multicast/u,
    ],
    [
      'its own source as destination',
      session('192.0.2.1', '<source-addr>192.0.2.1</source-addr>'),
      'source-addr',
      /both source and destination/u,
    ],
    [
      'a transmit interval of zero',
      session('192.0.2.1', intervals(0, 50_000)),
      'desired-min-tx-interval',
      /too short/u,
    ],
    [
      'a receive interval that is too short',
      session('192.0.2.1', intervals(50_000, 2_999)),
      'required-min-rx-interval',
      /at least 3000/u,
    ],
    [
      'a single interval that is too short',
      session('192.0.2.1', '<min-interval>10</min-interval>'),
      'min-interval',
      /10 microseconds/u,
    ],
  ])('for %s', (_, xml, leaf, message) => {
    const { errors } = prepared(emptyWorkspace(), ETH0, xml);
    expect(told(errors)).toHaveLength(1);
    expect(errors[0]).toMatchObject({ type: 'application', tag: 'invalid-value' });
    expect(errors[0]?.message).toMatch(message);
    expect(errors[0]?.path?.text).toContain(`${PATH}/bfd-ip-sh:session[`);
    expect(errors[0]?.path?.text.endsWith(`/bfd-ip-sh:${leaf}`)).toBe(true);
    expect(errors[0]?.path?.namespaces.get('bfd-ip-sh')).toBe('urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh');
  });

  it('with all that is wrong with it, and all others with it', () => {
    const bad = [session('224.0.0.5', intervals(1, 1)), session('0.0.0.0')];
    expect(prepared(emptyWorkspace(), ETH0, ...bad).errors).toHaveLength(4);
  });

  it('when another instance has it', () => {
    const twice = ['a', 'b'].map((instance) => sessionXml({ dest: '192.0.2.1', instance }));
    const fresh = prepared(emptyWorkspace(), ETH0, ...twice);
    expect(told(fresh.errors)).toEqual([
      expect.stringMatching(/^invalid-value .*\[rt:name='b'\].* "a" has a session/u),
    ]);
    const workspace = emptyWorkspace();
    run(workspace, ETH0, sessionXml({ dest: '192.0.2.1', instance: 'a' }));
    expect(told(prepared(workspace, ETH0, ...twice).errors)).toHaveLength(1);
  });
});
