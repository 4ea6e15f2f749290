/** What engines in virtual time record when their sessions go down. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { DesiredAuthentication } from '../../../src/bfd/engine/session-model.js';
import type { DownRecord } from '../../../src/bfd/recorder/down-record.js';
import { downText } from '../../../src/bfd/recorder/down-text.js';
import { SessionRows } from '../../../src/bfd/session/session-rows.js';
import { SessionRings } from '../../../src/bfd/recorder/session-rings.js';
import { repeatableRandom, VirtualLink, virtualSession, type VirtualHost } from '../engine/virtual-hosts.js';

const MS = 1000;
const SECOND = 1_000_000;
const TO_RIGHT = virtualSession('10.0.0.2');
const TO_LEFT = virtualSession('10.0.0.1');

let link: VirtualLink;

beforeEach(() => {
  link = new VirtualLink(repeatableRandom(7));
  link.left.engine.set([TO_RIGHT], link.nowUs);
  link.right.engine.set([TO_LEFT], link.nowUs);
  link.run(5 * SECOND);
});

/** The record of a host's last fall, which the event has told too. */
function record(host: VirtualHost): DownRecord {
  const key = host === link.left ? TO_RIGHT.key : TO_LEFT.key;
  const { downRecord } = host.report(key);
  const event = host.events.findLast(({ from }) => from === 'up');
  if (downRecord === undefined) throw new Error('the session has never gone down');
  expect(event?.report.downRecord).toEqual(downRecord);
  return downRecord;
}

/** Keyed SHA1 with this secret. */
function authentication(secret: string): DesiredAuthentication {
  const secretHex = Array.from(secret, (char) => char.charCodeAt(0).toString(16)).join('');
  const always = { sendFromMs: null, sendUntilMs: null, acceptFromMs: null, acceptUntilMs: null };
  return { meticulous: false, keys: [{ keyId: 1, algorithm: 'sha1', secretHex, ...always }] };
}

/** The peer is not heard any more, and meanwhile a datagram comes in that its socket's count is on. */
function silenceWith(droppedBySocket: number): DownRecord {
  link.latencyUs = ({ from }) => (from === link.right ? null : 100);
  link.run(100 * MS);
  const stranger = link.packets.find(({ from }) => from === link.right);
  if (stranger === undefined) throw new Error('no packet');
  link.left.receive({ ...stranger, bytes: new Uint8Array(3) }, 255, undefined, droppedBySocket);
  link.run(SECOND);
  return record(link.left);
}

test('a session that has not gone down has no record', () => {
  expect(link.left.report(TO_RIGHT.key)).not.toHaveProperty('downRecord');
});

describe('the verdict', () => {
  test('the peer falls silent', () => {
    link.latencyUs = ({ from }) => (from === link.right ? null : 100);
    link.run(SECOND);
    const found = record(link.left);
    expect(found).toMatchObject({
      verdict: 'peer-silent',
      localDiagnostic: 1,
      detectionTimeUs: 150 * MS,
      lateUs: 0,
      droppedPackets: 0,
    });
    expect(found.silentForUs).toBeGreaterThanOrEqual(150 * MS);
    expect(found.silentForUs).toBeLessThanOrEqual(152 * MS);
    expect(downText(found)).toContain('the peer fell silent: nothing received for 15');
  });

  test('the peer says so: it has missed what this host has sent', () => {
    link.latencyUs = ({ from }) => (from === link.left ? null : 100);
    link.run(200 * MS);
    expect(record(link.left)).toMatchObject({
      verdict: 'peer-said-so',
      localDiagnostic: 3,
      remoteState: 'down',
      remoteDiagnostic: 1,
    });
    expect(downText(record(link.left))).toContain('the peer said so: state down, diagnostic control-expiry');
  });

  test('the peer says so: it is put into AdminDown', () => {
    link.right.engine.set([{ ...TO_LEFT, adminDown: true }], link.nowUs);
    link.run(10 * MS);
    expect(record(link.left)).toMatchObject({ verdict: 'peer-said-so', remoteState: 'admin-down' });
    expect(record(link.right)).toMatchObject({ verdict: 'by-command', localDiagnostic: 7 });
  });

  test('this host was late: it stood still, and the peer missed it', () => {
    link.run(500 * MS, [link.left]);
    link.run(100 * MS);
    const found = record(link.left);
    expect(found).toMatchObject({ verdict: 'host-late', localDiagnostic: 3, remoteDiagnostic: 1 });
    expect(found.longestSendGapUs).toBeGreaterThan(450 * MS);
    // Its next packet had been due within an interval.
    expect(found.longestLateUs).toBeGreaterThan(450 * MS);
    expect(found.lateUs).toBeGreaterThan(250 * MS);
    expect(found.standstills).toEqual([{ agoUs: 0, lengthUs: found.longestLateUs }]);
    expect(downText(found)).toContain('this host was late: it stood still for up to 4');
    expect(record(link.right)).toMatchObject({ verdict: 'peer-silent' });
  });

  test('packets were dropped here: a socket tells it with the next that it has', () => {
    link.left.lostPackets = 12;
    const found = silenceWith(12);
    expect(found).toMatchObject({ verdict: 'packets-dropped-here', droppedPackets: 12 });
    expect(found.drops[0]?.agoUs).toBeGreaterThan(20 * MS);
    expect(downText(found)).toContain('packets were dropped here: 12');
  });

  test('packets were dropped here: found out when the session goes down', () => {
    link.latencyUs = ({ from }) => (from === link.right ? null : 100);
    link.left.lostPackets = 7;
    link.run(SECOND);
    expect(record(link.left)).toMatchObject({ verdict: 'packets-dropped-here', droppedPackets: 7 });
  });

  test('packets that a filter refuses, as spoofed ones, are not blamed', () => {
    expect(silenceWith(100_000)).toMatchObject({ verdict: 'peer-silent', droppedPackets: 0 });
  });

  test('the peer was refused: its packets came, and were not authenticated as they are to be', () => {
    link.left.engine.set([{ ...TO_RIGHT, authentication: authentication('one') }], link.nowUs);
    link.right.engine.set([{ ...TO_LEFT, authentication: authentication('other') }], link.nowUs);
    link.run(SECOND);
    const found = record(link.left);
    expect(found).toMatchObject({
      verdict: 'packets-refused',
      localDiagnostic: 1,
      refusedFor: 'authentication-digest',
    });
    expect(found.refusedPackets).toBeGreaterThanOrEqual(3);
    expect(found.refusedPackets).toBeLessThanOrEqual(5);
    expect(downText(found)).toMatch(
      /^packets of the peer were refused here: \d that had arrived, the last for authentication-digest, and nothing else was received for 15/u,
    );
  });

  test('what was refused before the last packet that was not has nothing to do with it', () => {
    const [stranger] = link.packets.filter(({ from }) => from === link.right).slice(-1);
    if (stranger === undefined) throw new Error('no packet');
    link.left.receive(stranger, 254);
    link.run(100 * MS);
    link.latencyUs = ({ from }) => (from === link.right ? null : 100);
    link.run(SECOND);
    expect(link.left.report(TO_RIGHT.key).invalidPackets).toBe(1);
    expect(record(link.left)).toMatchObject({ verdict: 'peer-silent', refusedPackets: 0, refusedFor: null });
  });

  test('it has no key any more', () => {
    const keys = { ...authentication('one'), keys: [] };
    link.left.engine.set([{ ...TO_RIGHT, authentication: keys }], link.nowUs);
    expect(record(link.left)).toMatchObject({ verdict: 'by-command', localDiagnostic: 7, keyMissing: true });
    expect(downText(record(link.left))).toContain('its key chain has no key that may be sent with;');
  });

  test('the interface is gone', () => {
    link.left.setLink(false);
    expect(record(link.left)).toMatchObject({ verdict: 'path-down', localDiagnostic: 5 });
  });
});

describe('the record', () => {
  test('has the times of the last packets and changes, the latest first', () => {
    link.latencyUs = ({ from }) => (from === link.right ? null : 100);
    link.run(SECOND);
    const { receivedAgoUs, sentAgoUs, changes } = record(link.left);
    expect(receivedAgoUs).toHaveLength(10);
    expect(sentAgoUs).toHaveLength(10);
    for (const list of [receivedAgoUs, sentAgoUs]) {
      expect(list).toEqual([...list].toSorted((a, b) => a - b));
    }
    const gaps = receivedAgoUs.slice(1).map((ago, index) => ago - (receivedAgoUs[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(52 * MS);
    expect(changes.map(({ from, to, diagnostic }) => [from, to, diagnostic])).toEqual([
      ['up', 'down', 1],
      ['init', 'up', 0],
      ['down', 'init', 0],
    ]);
    expect(changes[0]?.agoUs).toBe(0);
  });

  test('is that of the last fall, and stays when the session is Up again', () => {
    link.left.setLink(false);
    link.left.setLink(true);
    link.run(5 * SECOND);
    expect(link.left.report(TO_RIGHT.key).localState).toBe('up');
    expect(record(link.left).verdict).toBe('path-down');
    link.latencyUs = () => null;
    link.run(SECOND);
    expect(record(link.left).verdict).toBe('peer-silent');
  });

  test('a place that is given back and out again has nothing of the session before', () => {
    const rows = new SessionRows();
    const rings = new SessionRings(rows);
    const slots = Array.from({ length: 600 }, (_, slot) => slot);
    for (const slot of slots) {
      rows.clear(slot);
      rings.received(slot, slot);
      rings.sent(slot, 2 * slot);
    }
    expect(slots.map((slot) => rings.receivedAgoUs(slot, 1000))).toEqual(slots.map((slot) => [1000 - slot]));
    rows.clear(300);
    expect(rings.receivedAgoUs(300, 1000)).toEqual([]);
    expect(rings.sentAgoUs(301, 1000)).toEqual([398]);
  });
});
