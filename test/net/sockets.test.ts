import { createSocket, type Socket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InterfaceMonitor } from '../../src/net/interface-monitor.io.js';
import type { Interfaces } from '../../src/net/interface-table.js';
import { monotonicUs } from '../../src/net/monotonic-clock.io.js';
import { PacketLoop } from '../../src/net/packet-loop.io.js';
import { FIRST_SOURCE_PORT, SourcePorts } from '../../src/net/source-ports.js';
import { UdpReceiver } from '../../src/net/udp-receiver.io.js';
import { UdpTransmitter } from '../../src/net/udp-transmitter.io.js';
import { waitFor } from '../support/wait-for.js';

const LOOPBACK = 0x7f000001;

/** Ports below those that the system hands out; one per test process. */
const port = 20_000 + (process.pid % 10_000);
const path = {
  interfaceName: 'lo',
  interfaceIndex: 1,
  source: LOOPBACK,
  destination: LOOPBACK,
  destinationPort: port,
};

interface Heard {
  readonly bytes: readonly number[];
  readonly source: number;
  readonly sourcePort: number;
  readonly interfaceIndex: number;
  readonly destination: number;
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
    receiver = new UdpReceiver(port);
    transmitter = new UdpTransmitter(new SourcePorts(() => 77));
  });

  afterEach(() => {
    receiver.close();
    others.splice(0).forEach((socket) => socket.close());
  });

  function hear(): Heard[] {
    const heard: Heard[] = [];
    const count = receiver.receiveBatch();
    for (let index = 0; index < count; index += 1) {
      const { bytes, source, sourcePort, interfaceIndex, destination, ttl } = receiver.datagram(index);
      heard.push({ bytes: [...bytes], source, sourcePort, interfaceIndex, destination, ttl });
    }
    return heard;
  }

  test('a datagram arrives with TTL 255, its addresses, its source port and its interface', () => {
    const opened = transmitter.open(path);
    if (!opened.ok) throw new Error(opened.error.reason);

    expect(opened.value.send(Uint8Array.of(1, 2, 3))).toBe(true);
    expect(opened.value.send(Uint8Array.of(4))).toBe(true);

    const common = { source: LOOPBACK, sourcePort: opened.value.sourcePort, interfaceIndex: 1 };
    expect(hear()).toEqual([
      { bytes: [1, 2, 3], ...common, destination: LOOPBACK, ttl: 255 },
      { bytes: [4], ...common, destination: LOOPBACK, ttl: 255 },
    ]);
    expect(hear()).toEqual([]);
    opened.value.close();
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
      opened.value.send(Uint8Array.of(number & 255, number >> 8));
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
    ['an interface that does not exist', { interfaceName: 'nosuch0' }, 'ENODEV'],
    ['a name that no interface can have', { interfaceName: 'x'.repeat(16) }, 'cannot be the name'],
    ['an address of another host', { source: 0xc0000201 }, 'EADDRNOTAVAIL'],
  ])('%s is told as an obstacle of the path', (_name, change, text) => {
    const opened = transmitter.open({ ...path, ...change });

    expect(opened).toMatchObject({ ok: false, error: { type: 'path' } });
    expect(opened.ok ? '' : opened.error.reason).toContain(text);
  });

  test('a port in use is an error that names it', () => {
    expect(() => new UdpReceiver(port)).toThrow(`bind (UDP port ${port}) failed: EADDRINUSE`);
  });

  test('the loop hands over packets, and runs what is due, not before', async () => {
    const opened = transmitter.open(path);
    if (!opened.ok) throw new Error(opened.error.reason);
    const heard: number[][] = [];
    const fired: number[] = [];
    let deadline: number | null = monotonicUs() + 30_000;
    const dueUs = deadline;
    const loop = new PacketLoop(
      receiver,
      {
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
    loop.start();
    opened.value.send(Uint8Array.of(1));
    await waitFor(() => (fired.length > 0 ? true : undefined), 'timer');
    opened.value.send(Uint8Array.of(2));
    await waitFor(() => (heard.length === 2 ? true : undefined), 'second packet');
    loop.stop();
    opened.value.close();

    expect(heard).toEqual([[1], [2]]);
    expect(fired[0]).toBeGreaterThanOrEqual(dueUs);
  });

  test('an exception in the work is told once, and does not spin', async () => {
    const errors: unknown[] = [];
    const loop = new PacketLoop(
      receiver,
      {
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
