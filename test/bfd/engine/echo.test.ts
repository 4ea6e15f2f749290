import { beforeEach, describe, expect, test } from 'vitest';
import {
  addressOf,
  repeatableRandom,
  VirtualLink,
  virtualSession,
  type Packet,
  type VirtualHost,
} from './virtual-hosts.js';

const SECOND = 1_000_000;
const ECHO = { desiredMinEchoTxIntervalUs: 40_000, requiredMinEchoRxIntervalUs: 30_000 };
const NO_ECHO = { desiredMinEchoTxIntervalUs: 0, requiredMinEchoRxIntervalUs: 0 };
const toRight = virtualSession('10.0.0.2', ECHO);
const toLeft = virtualSession('10.0.0.1', { requiredMinEchoRxIntervalUs: 60_000 });

describe('the Echo function of an engine', () => {
  let link: VirtualLink;

  beforeEach(() => {
    link = new VirtualLink(repeatableRandom(21));
    link.left.engine.set([toRight], link.nowUs);
    link.right.engine.set([toLeft], link.nowUs);
    link.run(6 * SECOND);
  });

  function echoes(from: VirtualHost): Packet[] {
    return link.packets.filter((packet) => packet.from === from && packet.path.destinationPort === 3785);
  }

  test('RFC 5881 §4: sends to port 3785 with TTL 255, no faster than the peer allows; the peer loops back', () => {
    const from = link.packets.length;
    link.run(6 * SECOND);
    const sent = link.packets.slice(from).filter(({ path }) => path.destinationPort === 3785);
    const own = sent.filter((packet) => packet.from === link.left);
    const looped = sent.filter((packet) => packet.from === link.right);

    expect(own.length).toBeGreaterThanOrEqual(100);
    expect(own.length).toBeLessThanOrEqual(134);
    expect(new Set(own.map(({ ttl }) => ttl))).toEqual(new Set([255]));
    const addresses = own.map(({ path }) => [path.source.text, path.destination.text, path.neighbour?.text]);
    expect(new Set(addresses.map(String))).toEqual(new Set(['10.0.0.1,10.0.0.1,10.0.0.2']));
    expect(new Set(looped.map(({ ttl }) => ttl))).toEqual(new Set([254]));
    expect(Math.abs(looped.length - own.length)).toBeLessThanOrEqual(1);
    expect(link.left.report(toRight.key)).toMatchObject({ localState: 'up', echoTxIntervalUs: 60_000 });
  });

  test('takes the session Down with Echo Function Failed when its packets stay away', () => {
    link.latencyUs = ({ path }) => (path.destinationPort === 3785 ? null : 100);
    link.run(SECOND);

    const down = link.left.events.find(({ from }) => from === 'up');
    expect(down).toMatchObject({ to: 'down', localDiagnostic: 2 });
    expect((down?.timeMs ?? 0) - link.nowUs / 1000 + 1000).toBeLessThanOrEqual(60 * 4);
  });

  test('ends when it is not wanted any more, without a flap', () => {
    link.left.engine.set([{ ...toRight, desiredMinEchoTxIntervalUs: 0 }], link.nowUs);
    link.run(SECOND);
    const before = echoes(link.left).length;
    link.run(5 * SECOND);

    expect(echoes(link.left).length).toBe(before);
    expect(link.left.report(toRight.key)).toMatchObject({
      localState: 'up',
      downCount: 0,
      echoTxIntervalUs: null,
    });
  });

  test('loops nothing back for strangers, nor what it does not offer', () => {
    const own = echoes(link.left).at(-1);
    if (own === undefined) throw new Error('an Echo packet');
    const before = echoes(link.right).length;

    const stranger = addressOf('10.0.0.9');
    link.right.receive({ ...own, path: { ...own.path, source: stranger, destination: stranger } });
    link.right.receive({ ...own, path: { ...own.path, source: stranger } });
    link.right.receive(own, 255, 9);
    link.right.receive({ ...own, sourcePort: 50_000 });
    link.right.receive({ ...own, bytes: new Uint8Array(65) });
    link.right.engine.set([{ ...toLeft, requiredMinEchoRxIntervalUs: 0 }], link.nowUs);
    link.right.receive(own);

    expect(echoes(link.right).length).toBe(before);
  });

  test('RFC 5881 §4: is the kernel’s work where it forwards, and the engine’s for what comes to its address', () => {
    const own = echoes(link.left).at(-1);
    if (own === undefined) throw new Error('an Echo packet');
    const before = echoes(link.right).length;

    link.right.forwards = true;
    link.right.receive(own);
    expect(echoes(link.right).length).toBe(before);

    link.right.receive({ ...own, path: { ...own.path, destination: addressOf('10.0.0.2') } });
    const looped = echoes(link.right).at(-1);
    expect(echoes(link.right).length).toBe(before + 1);
    expect([looped?.path.destination.text, looped?.path.neighbour, looped?.ttl]).toEqual([
      '10.0.0.1',
      undefined,
      254,
    ]);
  });

  test('tells what keeps its packets from travelling, and goes on when nothing does', () => {
    const report = () => link.left.report(toRight.key);
    expect(report()).not.toHaveProperty('echoObstacle');
    link.left.engine.set([{ ...toRight, ...NO_ECHO }], link.nowUs);
    link.left.refusal = { type: 'path', reason: 'another program has the port' };
    link.left.engine.set([toRight], link.nowUs);
    expect(report()).toMatchObject({ localState: 'up', echoObstacle: 'another program has the port' });

    link.left.engine.set([{ ...toRight, ...NO_ECHO }], link.nowUs);
    expect(report()).not.toHaveProperty('echoObstacle');
    link.left.refusal = null;
    link.left.engine.set([toRight], link.nowUs);
    expect(report()).not.toHaveProperty('echoObstacle');
  });

  test('a packet that has come back once does not count again', () => {
    const looped = echoes(link.right).at(-1);
    if (looped === undefined) throw new Error('an Echo packet');
    link.latencyUs = ({ path }) => (path.destinationPort === 3785 ? null : 100);
    for (let step = 0; step < 20; step += 1) {
      link.left.receive(looped, 254);
      link.run(20_000);
    }

    expect(link.left.events.find(({ from }) => from === 'up')).toMatchObject({ localDiagnostic: 2 });
  });
});
