import { describe, expect, it } from 'vitest';
import {
  authenticationXml,
  instanceXml,
  interfaceXml,
  keyChainXml,
  keyXml,
  sessionXml,
} from '../../support/agent-xml.js';
import { emptyWorkspace, prepared, run, told } from '../../support/agent-workspace.js';
import {
  egressXml,
  ingressXml,
  mplsInterfacesXml,
  OWN,
  prefixEntryXml,
  prefixListXml,
  routerIdXml,
} from '../../support/mpls-xml.js';

const LINKS = [interfaceXml('eth0'), interfaceXml('eth1'), mplsInterfacesXml({ eth0: true, eth1: false })];
const MAIN = instanceXml('main');
const ENABLED = ingressXml('<enabled>true</enabled>');
const SOURCE = ingressXml('<source-address><ipv4>192.0.2.1</ipv4></source-address>');

const SECOND = { detectMult: 3, desiredMinTxIntervalUs: 1_000_000, requiredMinRxIntervalUs: 1_000_000 };
const IDLE = {
  interfaces: ['eth0'],
  ingress: {
    enabled: false,
    trigger: { type: 'none' },
    sourceIpv4: null,
    sourceIpv6: null,
    session: { ...SECOND, authentication: null },
    trafficClass: 7,
    delayUpSeconds: 0,
    pingIntervalUs: 60_000_000,
    retryIntervalUs: 5_000_000,
    replyMode: 'reply-udp',
    innerLabelTtlOne: false,
    maxOutstanding: 128,
    maxSessions: null,
  },
  egress: {
    passive: false,
    session: { ...SECOND, authentication: null },
    deleteDelayUs: 60_000_000,
    maxSessions: 8192,
    passivePeers: [],
    labelBindings: null,
  },
};

/** What is asked of the engine for a configuration that begins with nothing. */
function desiredOf(...parts: string[]): unknown {
  const { errors, sessions, undo } = prepared(emptyWorkspace(), ...LINKS, MAIN, ...parts);
  expect(told(errors)).toEqual([]);
  expect(undo.mpls).toBe(null);
  return sessions.mpls;
}

describe('what is wanted of LSPs', () => {
  it('is nothing without a bfdv1 instance, and nothing for BFD that knows no MPLS', () => {
    expect(prepared(emptyWorkspace(), ...LINKS).sessions).toEqual({ set: [], remove: [] });
    const session = sessionXml({ dest: '192.0.2.9' });
    expect(prepared(emptyWorkspace(), interfaceXml('eth0'), session).sessions.mpls).toBeUndefined();
  });

  it('is what the standards and Huawei have by default, where MPLS runs', () => {
    expect(desiredOf()).toEqual(IDLE);
  });

  it('leaves out interfaces that ietf-interfaces disables', () => {
    expect(desiredOf(interfaceXml('eth0', '<enabled>false</enabled>'))).toMatchObject({ interfaces: [] });
  });

  it('has all that an ingress can be told', () => {
    const ingress = ingressXml(
      '<enabled>true</enabled><host/>' +
        '<source-address><ipv4>192.0.2.1</ipv4><ipv6>2001:DB8::1</ipv6></source-address>' +
        '<session-parameters><local-multiplier>5</local-multiplier>' +
        '<desired-min-tx-interval>10000</desired-min-tx-interval>' +
        '<required-min-rx-interval>20000</required-min-rx-interval>' +
        '<traffic-class>6</traffic-class><delay-up>30</delay-up></session-parameters>' +
        '<bootstrap><ping-interval>30</ping-interval><retry-interval>1</retry-interval>' +
        '<reply-mode>do-not-reply</reply-mode><inner-label-ttl-1>true</inner-label-ttl-1>' +
        '<max-outstanding>16</max-outstanding></bootstrap><max-sessions>100</max-sessions>',
    );
    expect(desiredOf(ingress)).toMatchObject({
      ingress: {
        enabled: true,
        trigger: { type: 'host' },
        sourceIpv4: '192.0.2.1',
        sourceIpv6: '2001:db8::1',
        session: {
          detectMult: 5,
          desiredMinTxIntervalUs: 10_000,
          requiredMinRxIntervalUs: 20_000,
          authentication: null,
        },
        trafficClass: 6,
        delayUpSeconds: 30,
        pingIntervalUs: 30_000_000,
        retryIntervalUs: 1_000_000,
        replyMode: 'do-not-reply',
        innerLabelTtlOne: true,
        maxOutstanding: 16,
        maxSessions: 100,
      },
    });
  });

  it('has one interval for both directions where that is given', () => {
    const ingress = ingressXml('<session-parameters><min-interval>50000</min-interval></session-parameters>');
    expect(desiredOf(ingress)).toMatchObject({
      ingress: { session: { desiredMinTxIntervalUs: 50_000, requiredMinRxIntervalUs: 50_000 } },
    });
  });

  it('has the prefix list of the policy, in the order of its indexes', () => {
    const list = prefixListXml(
      'egresses',
      prefixEntryXml(20, 'permit', '198.51.100.0/24', { greaterEqual: 30, lessEqual: 32 }) +
        prefixEntryXml(5, 'deny', '198.51.100.9/32') +
        prefixEntryXml(100, 'permit', '2001:db8::/32', { lessEqual: 128 }),
    );
    const other = prefixListXml('unused', prefixEntryXml(1, 'permit', '0.0.0.0/0', { lessEqual: 32 }));
    const none = { greaterEqual: null, lessEqual: null };
    expect(desiredOf(list, other, ingressXml('<ip-prefix>egresses</ip-prefix>'))).toMatchObject({
      ingress: {
        trigger: {
          type: 'ip-prefix',
          name: 'egresses',
          entries: [
            { index: 5, action: 'deny', prefix: '198.51.100.9/32', ...none },
            { index: 20, action: 'permit', prefix: '198.51.100.0/24', greaterEqual: 30, lessEqual: 32 },
            { index: 100, action: 'permit', prefix: '2001:db8::/32', greaterEqual: null, lessEqual: 128 },
          ],
        },
      },
    });
  });

  it('sends from the router-id where no source address is given', () => {
    expect(desiredOf(routerIdXml('192.0.2.7'))).toMatchObject({ ingress: { sourceIpv4: '192.0.2.7' } });
    expect(desiredOf(routerIdXml('192.0.2.7'), SOURCE)).toMatchObject({
      ingress: { sourceIpv4: '192.0.2.1' },
    });
  });

  it('has all that an egress can be told', () => {
    const egress = egressXml(
      '<enabled>true</enabled><local-multiplier>4</local-multiplier><min-interval>10000</min-interval>' +
        `<delete-delay ${OWN}>90</delete-delay><max-sessions ${OWN}>10</max-sessions>` +
        `<passive-session ${OWN}><peer>192.0.2.8</peer><destination-port>3784</destination-port></passive-session>` +
        `<passive-session ${OWN}><peer>2001:DB8::8</peer><local-multiplier>9</local-multiplier></passive-session>` +
        `<label-bindings ${OWN}><label-binding><fec>198.51.100.1/32</fec><label>1000</label></label-binding>` +
        '<label-binding><fec>2001:db8::5/128</fec>' +
        '<label xmlns:t="urn:ietf:params:xml:ns:yang:ietf-routing-types">t:ipv6-explicit-null-label</label>' +
        '</label-binding></label-bindings>',
    );
    expect(desiredOf(egress)).toMatchObject({
      egress: {
        passive: true,
        session: {
          detectMult: 4,
          desiredMinTxIntervalUs: 10_000,
          requiredMinRxIntervalUs: 10_000,
          authentication: null,
        },
        deleteDelayUs: 90_000_000,
        maxSessions: 10,
        passivePeers: [
          { peer: '2001:db8::8', destinationPort: 4784, detectMult: 9 },
          { peer: '192.0.2.8', destinationPort: 3784, detectMult: 4 },
        ],
        labelBindings: [
          { label: 2, fec: '2001:db8::5/128' },
          { label: 1000, fec: '198.51.100.1/32' },
        ],
      },
    });
  });

  it('tells known labels, though none, from labels that nobody knows', () => {
    expect(desiredOf(egressXml(`<label-bindings ${OWN}/>`))).toMatchObject({ egress: { labelBindings: [] } });
  });
});

describe('a change of what is wanted of LSPs', () => {
  it('is told whole, with the way back', () => {
    const workspace = emptyWorkspace();
    run(workspace, ...LINKS, MAIN, SOURCE);
    const { sessions, undo } = prepared(workspace, ...LINKS, MAIN, SOURCE, ENABLED);
    expect(sessions.mpls).toMatchObject({ ingress: { enabled: true } });
    expect(undo.mpls).toEqual(workspace.handlers.desired().mpls);
    expect(undo.mpls).toMatchObject({ ingress: { enabled: false, sourceIpv4: '192.0.2.1' } });
  });

  it('is none where sessions alone change', () => {
    const workspace = emptyWorkspace();
    run(workspace, ...LINKS, MAIN, SOURCE, ENABLED);
    const { sessions } = prepared(
      workspace,
      ...LINKS,
      MAIN,
      SOURCE,
      ENABLED,
      sessionXml({ dest: '192.0.2.9' }),
    );
    expect(sessions.set).toHaveLength(1);
    expect(sessions).not.toHaveProperty('mpls');
    expect(sessions).not.toHaveProperty('tunnels');
  });

  it('is the end where the bfdv1 instance goes', () => {
    const workspace = emptyWorkspace();
    run(workspace, ...LINKS, MAIN, SOURCE, ENABLED);
    expect(prepared(workspace, ...LINKS).sessions.mpls).toBe(null);
  });

  it('comes of interfaces, of the router-id and of entries of a prefix list in use', () => {
    const workspace = emptyWorkspace();
    const policy = ingressXml('<ip-prefix>some</ip-prefix>');
    const list = prefixListXml('some', prefixEntryXml(1, 'permit', '198.51.100.1/32'));
    run(workspace, ...LINKS, list, policy);
    const links = [LINKS[0] ?? '', LINKS[1] ?? '', mplsInterfacesXml({ eth0: true, eth1: true })];
    expect(prepared(workspace, ...links, list, policy).sessions.mpls?.interfaces).toEqual(['eth0', 'eth1']);
    const renamed = prepared(workspace, ...LINKS, list, policy, routerIdXml('192.0.2.3'));
    expect(renamed.sessions.mpls?.ingress.sourceIpv4).toBe('192.0.2.3');
    const longer = prefixListXml('some', prefixEntryXml(2, 'deny', '198.51.100.2/32'));
    expect(prepared(workspace, ...LINKS, list, longer, policy).sessions.mpls?.ingress.trigger).toMatchObject({
      entries: [{ index: 1 }, { index: 2 }],
    });
    const unused = prefixListXml('other', prefixEntryXml(2, 'deny', '198.51.100.2/32'));
    expect(prepared(workspace, ...LINKS, list, unused, policy).sessions).not.toHaveProperty('mpls');
  });

  it('comes of the keys of the key chains that the roles name', () => {
    const workspace = emptyWorkspace();
    const roles = [
      ingressXml(`<session-parameters>${authenticationXml('in')}</session-parameters>`),
      egressXml(authenticationXml('out', '<meticulous>true</meticulous>')),
    ];
    const chains = [keyChainXml('in', keyXml({ id: 1 })), keyChainXml('out', keyXml({ id: 2 }))];
    run(workspace, ...LINKS, ...chains, ...roles);
    expect(workspace.handlers.desired().mpls).toMatchObject({
      ingress: { session: { authentication: { meticulous: false, keys: [{ keyId: 1 }] } } },
      egress: { session: { authentication: { meticulous: true, keys: [{ keyId: 2 }] } } },
    });
    const more = keyChainXml('in', keyXml({ id: 9 }));
    const { sessions } = prepared(workspace, ...LINKS, ...chains, more, ...roles);
    expect(sessions.mpls?.ingress.session.authentication?.keys.map(({ keyId }) => keyId)).toEqual([1, 9]);
  });
});

describe('the bfdv1 instance that LSPs are shown in', () => {
  it('is the one with the ingress, else the one with the egress, else the first', () => {
    const workspace = emptyWorkspace();
    expect(workspace.handlers.mpls.instance).toBeUndefined();
    const both = [...LINKS, routerIdXml('192.0.2.1'), instanceXml('a'), instanceXml('b')];
    run(workspace, ...both);
    expect(workspace.handlers.mpls.instance).toBe('a');
    run(workspace, ...both, egressXml('<enabled>true</enabled>', 'b'));
    expect(workspace.handlers.mpls.instance).toBe('b');
    const ingress = ingressXml('<enabled>true</enabled>', 'a');
    run(workspace, ...both, egressXml('<enabled>true</enabled>', 'b'), ingress);
    expect(workspace.handlers.mpls.instance).toBe('a');
  });
});
