import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { LostPackets } from '../../src/net/lost-packets.io.js';
import { SO_RCVBUF, SOL_SOCKET } from '../../src/net/linux-constants.js';
import { setIntegerOption, socketDrops } from '../../src/net/socket-options.io.js';
import { receiveBufferErrors, receiveBufferErrors6 } from '../../src/net/udp-statistics.js';
import { UdpReceiver } from '../../src/net/udp-receiver.io.js';

const PORT = 37_841;

/** Sends to the receiver over loopback, with this TTL. */
async function send(packets: number, ttl: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.setTTL(ttl);
  const payload = new Uint8Array(24);
  for (let packet = 0; packet < packets; packet += 1) {
    await new Promise((resolve) => {
      socket.send(payload, PORT, '127.0.0.1', resolve);
    });
  }
  socket.close();
}

describe('statistics of UDP', () => {
  test('the count of full buffers is found by its name', () => {
    const snmp = [
      'Ip: Forwarding DefaultTTL',
      'Ip: 1 64',
      'Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors',
      'Udp: 10 20 30 40 50 60',
      'UdpLite: InDatagrams RcvbufErrors',
      'UdpLite: 1 2',
    ].join('\n');
    expect(receiveBufferErrors(snmp)).toBe(50);
    expect(receiveBufferErrors6('Udp6InErrors   \t3\nUdp6RcvbufErrors                \t17\n')).toBe(17);
  });

  test.each(['', 'Udp: RcvbufErrors', 'Udp: InErrors\nUdp: 5', 'Udp: RcvbufErrors\nUdp: many'])(
    'a text that does not tell: %j',
    (text) => {
      expect(receiveBufferErrors(text)).toBeNull();
      expect(receiveBufferErrors6(text)).toBeNull();
    },
  );
});

describe('packets that a socket throws away', () => {
  let receiver: UdpReceiver | null = null;

  afterEach(() => receiver?.close());

  test('are lost when its buffer was full, and not when its filter refused them', async () => {
    const opened = new UdpReceiver({ family: 'ipv4', port: PORT, requiredTtl: 255 });
    receiver = opened;
    const lost = new LostPackets(() => [opened.fd]);

    await send(500, 64);
    expect(socketDrops(opened.fd)).toBe(500);
    expect(lost.total()).toBe(0);

    // Whatever the system lets it have.
    setIntegerOption(opened.fd, SOL_SOCKET, SO_RCVBUF, 64 * 1024);
    await send(500, 255);
    const count = socketDrops(opened.fd) - 500;
    expect(count).toBeGreaterThan(0);
    expect(lost.total()).toBe(count);
  });
});
