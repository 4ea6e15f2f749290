import { createSocket, type Socket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostAddress } from '../../src/net/host-address.js';
import { InterfaceMonitor } from '../../src/net/interface-monitor.io.js';
import type { Interfaces } from '../../src/net/interface-table.js';
import { monotonicUs } from '../../src/net/monotonic-clock.io.js';
import { PacketLoop } from '../../src/net/packet-loop.io.js';
import { FIRST_SOURCE_PORT, SourcePorts } from '../../src/net/source-ports.js';
import { RECEIVE_BATCH, UdpReceiver } from '../../src/net/udp-receiver.io.js';
import { UdpTransmitter } from '../../src/net/udp-transmitter.io.js';
import { waitFor } from '../support/wait-for.js';

const LOOPBACK = hostAddress(Uint8Array.of(127, 0, 0, 1));
const LOOPBACK6 = hostAddress(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));

/** Ports below those that the system hands out; one per test process. */
const port = 20_000 + (process.pid % 10_000);
const path = {
  interface: { name: 'lo', index: 1 },
  source: LOOPBACK,
  destination: LOOPBACK,
  destinationPort: port,
};

interface Heard {
  readonly bytes: readonly number[];
  readonly source: readonly number[];
  readonly sourcePort: number;
  readonly interfaceIndex: number;
  readonly destination: readonly number[];
  readonly ttl: number;
}

function fail(error: unknown): never {
  throw error;
}

describe('sockets on loopback', () => {
  let receiver: UdpReceiver;
  let transmitter: UdpTransmitter;
  const others: Socket[] = [];

  beforeEach(() => {
    receiver = new UdpReceiver({ family: 'ipv4', port, requiredTtl: 255 });
    transmitter = new UdpTransmitter(new SourcePorts(() => 77));
  });

  afterEach(() => {
    receiver.close();
    others.splice(0).forEach((socket) => socket.close());
  });

  function hear(from = receiver): Heard[] {
    const heard: Heard[] = [];
    const count = from.receiveBatch();
    for (let index = 0; index < count; index += 1) {
      const { bytes, source, sourcePort, interfaceIndex, destination, ttl } = from.datagram(index);
      heard.push({
        bytes: [...bytes],
        source: [...source],
        sourcePort,
        interfaceIndex,
        destination: [...destination],
        ttl,
      });
    }
    return heard;
  }

  test('a datagram arrives with TTL 255, its addresses, its source port and its interface', () => {
    const opened = transmitter.open(path);
    if (!opened.ok) throw new Error(opened.error.reason);

    opened.value.send(Uint8Array.of(1, 2, 3), 3);
    opened.value.send(Uint8Array.of(4), 1);

    const source = [127, 0, 0, 1];
    const common = { source, sourcePort: opened.value.sourcePort, interfaceIndex: 1 };
    expect(hear()).toEqual([
      { bytes: [1, 2, 3], ...common, destination: source, ttl: 255 },
      { bytes: [4], ...common, destination: source, ttl: 255 },
    ]);
    expect(hear()).toEqual([]);
    opened.value.close();
  });

  test('over IPv6 it is the same: Hop Limit 255, addresses, source port and interface', () => {
    const receiver6 = new UdpReceiver({ family: 'ipv6', port, requiredTtl: 255 });
    const opened = transmitter.open({ ...path, source: LOOPBACK6, destination: LOOPBACK6 });
    if (!opened.ok) throw new Error(opened.error.reason);

    opened.value.send(Uint8Array.of(1, 2, 3), 3);
    opened.value.setTtl(254);
    opened.value.send(Uint8Array.of(4), 1);

    const source = [...LOOPBACK6.bytes];
    const { sourcePort } = opened.value;
    expect(hear(receiver6)).toEqual([
      { bytes: [1, 2, 3], source, sourcePort, interfaceIndex: 1, destination: source, ttl: 255 },
    ]);
    expect(hear()).toEqual([]);
    opened.value.close();
    receiver6.close();
  });

  test('a receiver without a required TTL tells what each datagram had', () => {
    const anyTtl = new UdpReceiver({ family: 'ipv4', port: port + 1, requiredTtl: null });
    const opened = transmitter.open({ ...path, interface: null, destinationPort: port + 1 });
    if (!opened.ok) throw new Error(opened.error.reason);
    for (const ttl of [255, 64, 1]) {
      opened.value.setTtl(ttl);
      opened.value.send(Uint8Array.of(ttl), 1);
    }

    expect(hear(anyTtl).map(({ bytes, ttl }) => [bytes[0], ttl])).toEqual([
      [255, 255],
      [64, 64],
      [1, 1],
    ]);
    opened.value.close();
    anyTtl.close();
  });

  test('a datagram with another TTL never arrives', async () => {
    const sender = createSocket('udp4');
    others.push(sender);
    await new Promise<void>((resolve) => {
      sender.bind(0, '127.0.0.1', resolve);
    });
    for (const ttl of [254, 255, 64, 1]) {
      sender.setTTL(ttl);
      await new Promise((resolve) => {
        sender.send(Uint8Array.of(ttl), port, '127.0.0.1', resolve);
      });
    }

    expect(hear().map(({ bytes }) => bytes)).toEqual([[255]]);
  });

  test('more datagrams than a batch holds arrive in several', () => {
    const opened = transmitter.open(path);
    if (!opened.ok) throw new Error(opened.error.reason);
    for (let number = 0; number < 300; number += 1) {
      opened.value.send(Uint8Array.of(number & 255, number >> 8), 2);
    }

    expect(hear().length).toBe(256);
    expect(
      hear()
        .map(({ bytes }) => bytes)
        .at(-1),
    ).toEqual([299 & 255, 299 >> 8]);
    opened.value.close();
  });

  test('a source port that another program holds is passed over', async () => {
    const holder = createSocket('udp4');
    others.push(holder);
    await new Promise<void>((resolve) => {
      holder.bind(FIRST_SOURCE_PORT + 77, '127.0.0.1', resolve);
    });

    const opened = transmitter.open(path);

    expect(opened.ok && opened.value.sourcePort).toBeGreaterThan(FIRST_SOURCE_PORT + 77);
    if (opened.ok) opened.value.close();
  });

  test.each([
    ['an interface that does not exist', { interface: { name: 'nosuch0', index: 99 } }, 'ENODEV'],
    [
      'a name that no interface can have',
      { interface: { name: 'x'.repeat(16), index: 99 } },
      'cannot be the name',
    ],
    ['an address of another host', { source: hostAddress(Uint8Array.of(192, 0, 2, 1)) }, 'EADDRNOTAVAIL'],
  ])('%s is told as an obstacle of the path', (_name, change, text) => {
    const opened = transmitter.open({ ...path, ...change });

    expect(opened).toMatchObject({ ok: false, error: { type: 'path' } });
    expect(opened.ok ? '' : opened.error.reason).toContain(text);
  });

  test('a port in use is an error that names it', () => {
    expect(() => new UdpReceiver({ family: 'ipv4', port, requiredTtl: 255 })).toThrow(
      `bind (UDP port ${port}) failed: EADDRINUSE`,
    );
  });

  test('the loop hands over packets, and runs what is due, not before', async () => {
    const opened = transmitter.open(path);
    if (!opened.ok) throw new Error(opened.error.reason);
    const heard: number[][] = [];
    const fired: number[] = [];
    let deadline: number | null = monotonicUs() + 30_000;
    const dueUs = deadline;
    const loop = new PacketLoop(
      {
        flush: () => undefined,
        handleRepeated: () => false,
        handleDatagram: ({ bytes }) => heard.push([...bytes]),
        handleTimers: (nowUs, receivedUntilUs) => {
          expect(receivedUntilUs).toBeLessThanOrEqual(nowUs);
          if (deadline !== null && nowUs >= deadline) {
            fired.push(nowUs);
            deadline = null;
          }
        },
        nextDeadlineUs: () => deadline,
      },
      fail,
    );
    loop.add(receiver);
    loop.start();
    opened.value.send(Uint8Array.of(1), 1);
    await waitFor(() => (fired.length > 0 ? true : undefined), 'timer');
    opened.value.send(Uint8Array.of(2), 1);
    await waitFor(() => (heard.length === 2 ? true : undefined), 'second packet');
    loop.stop();
    opened.value.close();

    expect(heard).toEqual([[1], [2]]);
    expect(fired[0]).toBeGreaterThanOrEqual(dueUs);
  });

  test('what is due is not kept waiting by all that has arrived', async () => {
    const opened = transmitter.open(path);
    if (!opened.ok) throw new Error(opened.error.reason);
    const waiting = 4 * RECEIVE_BATCH;
    for (let count = 0; count < waiting; count += 1) opened.value.send(Uint8Array.of(3), 1);
    let handedOver = 0;
    const dueAfter: number[] = [];
    const loop = new PacketLoop(
      {
        flush: () => undefined,
        handleRepeated: () => {
          handedOver += 1;
          // A long way for each packet: a batch takes longer than peers may wait.
          const untilUs = monotonicUs() + 20;
          while (monotonicUs() < untilUs);
          return true;
        },
        handleDatagram: () => undefined,
        handleTimers: () => dueAfter.push(handedOver),
        nextDeadlineUs: () => null,
      },
      fail,
    );
    loop.add(receiver);
    loop.start();
    await waitFor(() => (handedOver === waiting ? true : undefined), 'all packets');
    loop.stop();
    opened.value.close();

    const most = dueAfter.map((packets, index) => packets - (dueAfter[index - 1] ?? 0));
    expect(Math.max(...most)).toBeLessThanOrEqual(RECEIVE_BATCH);
  });

  test('a loop that has ended leaves its sockets to be closed in any order', () => {
    const work = {
      flush: () => undefined,
      handleRepeated: () => false,
      handleDatagram: () => undefined,
      handleTimers: () => undefined,
      nextDeadlineUs: () => null,
    };
    const loop = new PacketLoop(work, fail);
    loop.add(receiver);
    loop.start();
    loop.stop();

    expect(() => loop.remove(receiver)).not.toThrow();
  });

  test('an exception in the work is told once, and does not spin', async () => {
    const errors: unknown[] = [];
    const loop = new PacketLoop(
      {
        flush: () => undefined,
        handleRepeated: () => false,
        handleDatagram: () => undefined,
        handleTimers: () => {
          throw new Error('a bug');
        },
        nextDeadlineUs: () => monotonicUs(),
      },
      (error) => {
        errors.push(error);
        loop.stop();
      },
    );
    loop.add(receiver);
    loop.start();
    await waitFor(() => (errors.length > 0 ? true : undefined), 'error');

    expect(errors).toEqual([new Error('a bug')]);
  });

  test('the interfaces of the host are found, loopback with its address', async () => {
    let found: Interfaces | undefined;
    const monitor = new InterfaceMonitor((interfaces) => {
      found = interfaces;
    }, fail);
    monitor.start();
    const interfaces = await waitFor(() => found, 'interfaces');
    monitor.stop();

    expect(interfaces.byName('lo')).toMatchObject({ index: 1, up: true });
    expect(interfaces.hasAddress(LOOPBACK)).toBe(true);
  });
});
