import { describe, expect, test } from 'vitest';
import type { DesiredIpMhSession } from '../../../src/bfd/engine/session-model.js';
import { sessionParameters } from '../../../src/bfd/engine/session-parameters.js';
import { Down, Init, SECOND, Up } from '../session/session-driver.js';
import { PeeredHost } from './peered-host.js';
import { ipMhSession } from '../../support/desired-sessions.js';

function multihop(
  source: string,
  destination: string,
  change: Partial<DesiredIpMhSession> = {},
): DesiredIpMhSession {
  return ipMhSession(source, destination, { requiredTtl: 250, ...change });
}

const SESSION = multihop('10.0.0.1', '198.51.100.2');
const ARRIVAL = { source: '198.51.100.2', destination: '10.0.0.1', destinationPort: 4784 };

describe('RFC 5883 §3, §4: sessions over several hops', () => {
  test('§3: the Echo function MUST NOT be used over multiple hops', () => {
    const { parameters } = sessionParameters(SESSION, 0, true);
    expect(parameters.desiredMinEchoTxIntervalUs).toBe(0);
    expect(parameters.requiredMinEchoRxIntervalUs).toBe(0);
    const peer = new PeeredHost([SESSION]);
    const yourDiscriminator = peer.discriminator(SESSION.key);
    for (const state of [Down, Init, Up]) {
      peer.receive(
        { state, yourDiscriminator, requiredMinEchoRxIntervalUs: 10_000 },
        { ...ARRIVAL, ttl: 252 },
      );
    }
    expect(peer.host.report(SESSION.key).localState).toBe('up');
    peer.link.run(100_000);
    expect(peer.sent.every(({ path }) => path.destinationPort === 4784)).toBe(true);
    expect(peer.sent.every(({ bytes }) => Buffer.from(bytes).readUInt32BE(20) === 0)).toBe(true);
  });

  test('§4.1: the initial packet is demultiplexed by its source and destination address', () => {
    const second = multihop('10.0.0.9', '198.51.100.2');
    const peer = new PeeredHost([SESSION, second], ['10.0.0.9']);
    expect(peer.receive({ state: Down }, { ...ARRIVAL, destination: '10.0.0.9' })).toEqual([]);
    expect(peer.host.report(second.key).localState).toBe('init');
    expect(peer.host.report(SESSION.key).localState).toBe('down');
  });

  test('§4.1: by whatever interface it comes', () => {
    const peer = new PeeredHost([SESSION]);
    expect(peer.receive({ state: Down }, { ...ARRIVAL, interfaceIndex: 99 })).toEqual([]);
    expect(peer.host.report(SESSION.key).localState).toBe('init');
  });

  test('§4.1: sessions between one pair of systems must have one address distinct: a twin is refused', () => {
    const peer = new PeeredHost([SESSION]);
    const twin = { ...SESSION, key: 'ip-mh/twin' };
    expect(peer.host.engine.set([twin], peer.link.nowUs)).toMatchObject([{ key: twin.key }]);
  });

  test('§3: further packets are demultiplexed solely by Your Discriminator', () => {
    const peer = new PeeredHost([SESSION]);
    const yourDiscriminator = peer.discriminator(SESSION.key);
    expect(peer.receive({ state: Down, yourDiscriminator }, { ...ARRIVAL, source: '203.0.113.9' })).toEqual(
      [],
    );
    expect(peer.host.report(SESSION.key).localState).toBe('init');
  });

  test('§4.3: the Unidirectional Sender MUST operate in the Active role', () => {
    const peer = new PeeredHost([SESSION]);
    peer.link.run(3 * SECOND);
    expect(peer.sent.length).toBeGreaterThanOrEqual(3);
  });

  test('§4.3: the Unidirectional Receiver MUST operate in the Passive role: silent until it has learnt the discriminator', () => {
    const receiver = { ...SESSION, role: 'passive' } as const;
    const peer = new PeeredHost([receiver]);
    peer.link.run(10 * SECOND);
    expect(peer.sent).toEqual([]);
    peer.receive({ state: Down, myDiscriminator: 0x77 }, ARRIVAL);
    expect(peer.sent).toHaveLength(1);
    expect(Buffer.from(peer.sent[0]?.bytes ?? []).readUInt32BE(8)).toBe(0x77);
  });
});

describe('RFC 5883 §5: encapsulation', () => {
  test('§5: the UDP destination port MUST have a value of 4784', () => {
    const peer = new PeeredHost([SESSION]);
    peer.link.run(2 * SECOND);
    expect(peer.sent.length).toBeGreaterThan(0);
    expect(peer.sent.every(({ path }) => path.destinationPort === 4784)).toBe(true);
  });

  test('§5: what comes to the port of single-hop sessions is none of a multihop session’s', () => {
    const peer = new PeeredHost([SESSION]);
    const yourDiscriminator = peer.discriminator(SESSION.key);
    expect(peer.receive({ state: Down, yourDiscriminator }, { ...ARRIVAL, destinationPort: 3784 })).toEqual([
      'no-session',
    ]);
  });

  test('§5: the same source port is used for all packets of a session', () => {
    const peer = new PeeredHost([SESSION]);
    peer.link.run(5 * SECOND);
    expect(new Set(peer.sent.map(({ sourcePort }) => sourcePort)).size).toBe(1);
  });

  test('§5: packets are accepted from the configured TTL on', () => {
    const peer = new PeeredHost([SESSION]);
    expect(peer.receive({ state: Down }, { ...ARRIVAL, ttl: 249 })).toEqual(['ttl']);
    expect(peer.receive({ state: Down }, { ...ARRIVAL, ttl: 250 })).toEqual([]);
  });
});
