import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostAddress } from '../../src/net/host-address.js';
import { libc } from '../../src/net/libc.io.js';
import { openRawSockets, type RawSockets } from '../../src/net/raw-sockets.io.js';
import { RawTransmitter } from '../../src/net/raw-transmitter.io.js';
import { SourcePorts } from '../../src/net/source-ports.js';
import type { TransmitChannel, TransmitPath } from '../../src/net/transmitter.js';
import { UdpReceiver } from '../../src/net/udp-receiver.io.js';

const LOOPBACK = {
  ipv4: hostAddress(Uint8Array.of(127, 0, 0, 1)),
  ipv6: hostAddress(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
} as const;
/** Ports below those that the system hands out; one per test process. */
const port = 10_000 + (process.pid % 10_000);

/** The kernel checks the checksums of what arrives, so that a packet that is wrong is one that is missing. */
describe.each(['ipv4', 'ipv6'] as const)('packets sent raw, %s', (family) => {
  let sockets: RawSockets;
  let transmitter: RawTransmitter;
  let receiver: UdpReceiver;
  const address = LOOPBACK[family];
  const path = {
    interface: { name: 'lo', index: 1 },
    source: address,
    destination: address,
    destinationPort: port,
  };

  beforeEach(() => {
    sockets = openRawSockets();
    transmitter = new RawTransmitter(sockets, new SourcePorts(() => 77));
    receiver = new UdpReceiver({ family, port, requiredTtl: null });
  });

  afterEach(() => {
    receiver.close();
    for (const fd of [sockets.ipv4, sockets.ipv6]) {
      if (fd !== null) libc.close(fd);
    }
  });

  function open(change: Partial<TransmitPath> = {}): TransmitChannel {
    const opened = transmitter.open({ ...path, ...change });
    if (!opened.ok) throw new Error(opened.error.reason);
    return opened.value;
  }

  function hear(): { bytes: number[]; source: number[]; sourcePort: number; ttl: number }[] {
    return Array.from({ length: receiver.receiveBatch() }, (_, index) => {
      const { bytes, source, sourcePort, ttl } = receiver.datagram(index);
      return { bytes: [...bytes], source: [...source], sourcePort, ttl };
    });
  }

  test('arrive when the transmitter is flushed, with their TTL, address and port', () => {
    const channel = open();
    channel.send(Uint8Array.of(1, 2, 3, 99), 3);
    expect(hear()).toEqual([]);

    transmitter.flush();

    const { sourcePort } = channel;
    expect(sourcePort).toBe(49152 + 77);
    expect(hear()).toEqual([{ bytes: [1, 2, 3], source: [...address.bytes], sourcePort, ttl: 255 }]);
    channel.close();
  });

  test('of several sessions keep their order, and more than a call takes arrive too', () => {
    const channels = Array.from({ length: 200 }, () => open());
    channels.forEach((channel, index) => channel.send(Uint8Array.of(index), 1));
    transmitter.flush();

    expect(hear().map(({ bytes }) => bytes[0])).toEqual(channels.map((_, index) => index));
    channels.forEach((channel) => channel.close());
  });

  test('that change before they have left leave as they were', () => {
    const channel = open();
    channel.send(Uint8Array.of(1, 1), 2);
    channel.send(Uint8Array.of(1, 1), 2);
    channel.send(Uint8Array.of(2), 1);
    channel.setTtl(64);
    channel.send(Uint8Array.of(2), 1);
    channel.close();

    expect(hear().map(({ bytes, ttl }) => [...bytes, ttl])).toEqual([
      [1, 1, 255],
      [1, 1, 255],
      [2, 255],
      [2, 64],
    ]);
  });

  test('that the kernel does not take are counted, and hold up no other', () => {
    const good = open();
    const bad = open({ interface: { name: 'gone0', index: 12_345 } });
    for (const channel of [bad, good, bad, bad, good]) channel.send(Uint8Array.of(7), 1);
    transmitter.flush();

    expect(hear()).toHaveLength(2);
    expect([good.failedSends, bad.failedSends]).toEqual([0, 3]);
    good.close();
    bad.close();
  });

  test('leave by the routes of the host where no interface is given', () => {
    const channel = open({ interface: null });
    channel.send(Uint8Array.of(9), 1);
    transmitter.flush();

    expect(hear()).toHaveLength(1);
    channel.close();
  });

  test('of every length up to the longest arrive with a right checksum', () => {
    const channel = open();
    for (let length = 1; length <= 64; length += 1) {
      channel.send(new Uint8Array(64).fill(length * 3), length);
    }
    transmitter.flush();

    expect(hear().map(({ bytes }) => bytes.length)).toEqual(Array.from({ length: 64 }, (_, at) => at + 1));
    expect(() => channel.send(new Uint8Array(65), 65)).toThrow(RangeError);
    channel.close();
  });
});
