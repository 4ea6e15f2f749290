import { afterEach, beforeEach, expect, test } from 'vitest';
import { LSP_PING_PORT } from '../../src/mpls/lsp-ping/codepoints.js';
import { formatAddressBytes } from '../../src/lib/address.js';
import { PacketLoop } from '../../src/net/packet-loop.io.js';
import { Receivers } from '../../src/net/receivers.io.js';
import { SourcePorts } from '../../src/net/source-ports.js';
import { UdpPingSocket } from '../../src/net/udp-ping-socket.io.js';
import { UdpTransmitter } from '../../src/net/udp-transmitter.io.js';
import { address } from '../support/host-address.js';
import { insideNamespace } from '../support/inside-namespace.js';
import { NamespacePair, type Namespace } from '../support/netns.js';
import { waitFor } from '../support/wait-for.js';

let pair: NamespacePair;
let loop: PacketLoop;
const heard: string[] = [];
const datagrams: { port: number; ttl: number }[] = [];

beforeEach(async () => {
  pair = await NamespacePair.create();
  await pair.left.ip('address', 'add', '198.51.100.1/32', 'dev', 'lo');
  await pair.left.ip('address', 'add', '2001:db8::1/64', 'dev', 'eth0', 'nodad');
  await pair.left.ip('address', 'add', '2001:db8:1::1/128', 'dev', 'lo', 'nodad');
  await pair.right.ip('address', 'add', '2001:db8::2/64', 'dev', 'eth0', 'nodad');
  await pair.right.ip('route', 'add', '198.51.100.1', 'via', '192.0.2.1');
  await pair.right.ip('route', 'add', '2001:db8:1::1', 'via', '2001:db8::1');
  heard.length = 0;
  datagrams.length = 0;
  const idle = {
    flush: () => undefined,
    handleRepeated: () => false,
    handleDatagram: ({ destinationPort, ttl }: { destinationPort: number; ttl: number }) =>
      void datagrams.push({ port: destinationPort, ttl }),
    handleTimers: () => undefined,
    nextDeadlineUs: () => null,
  };
  loop = new PacketLoop(idle, (error) => {
    throw error;
  });
  loop.start();
});

afterEach(async () => {
  loop.stop();
  await pair.dispose();
});

function open(side: Namespace, family: 'ipv4' | 'ipv6', port: number): UdpPingSocket {
  const socket = insideNamespace(
    side,
    () =>
      new UdpPingSocket(family, port, ({ bytes, source, sourcePort, ttl }) => {
        heard.push(`${formatAddressBytes(source)} ${sourcePort} ttl ${ttl}: ${bytes.length} bytes`);
      }),
  );
  loop.addSource(socket);
  return socket;
}

test.each([
  ['ipv4', '198.51.100.1', '192.0.2.2', '192.0.2.1'],
  ['ipv6', '2001:db8:1::1', '2001:db8::2', '2001:db8::1'],
] as const)(
  'a reply over %s comes from port 3503 and the address that is given, with TTL 255, however long',
  async (family, source, destination, nearest) => {
    const egress = open(pair.left, family, LSP_PING_PORT);
    const ingress = open(pair.right, family, 0);
    expect(egress.port).toBe(3503);
    expect(ingress.port).toBeGreaterThan(1023);

    egress.send(address(source), address(destination), ingress.port, new Uint8Array(48));
    egress.send(null, address(destination), ingress.port, new Uint8Array(4000));
    await waitFor(() => (heard.length === 2 ? true : undefined), 'replies');

    expect(heard).toEqual([`${source} 3503 ttl 255: 48 bytes`, `${nearest} 3503 ttl 255: 4000 bytes`]);
    expect(egress.failedSends).toBe(0);
    egress.send(address('203.0.113.9'), address('192.0.2.2'), 1, new Uint8Array(1));
    expect(egress.failedSends).toBe(1);
    for (const socket of [egress, ingress]) {
      loop.removeSource(socket);
      socket.close();
    }
  },
);

test('a port that asks for neighbours lets others in while it is told to', async () => {
  const receivers = new Receivers(new Map([[3784, 255]]), {
    opened: (receiver) => loop.add(receiver),
    closing: (receiver) => loop.remove(receiver),
  });
  insideNamespace(pair.left, () => receivers.listen('ipv4', 3784));
  const transmitter = new UdpTransmitter(new SourcePorts(() => 5));
  const opened = insideNamespace(pair.right, () =>
    transmitter.open({
      interface: null,
      source: address('192.0.2.2'),
      destination: address('192.0.2.1'),
      destinationPort: 3784,
    }),
  );
  if (!opened.ok) throw new Error(opened.error.reason);
  const say = async (ttl: number) => {
    opened.value.setTtl(ttl);
    opened.value.send(Uint8Array.of(1), 1);
    opened.value.setTtl(255);
    opened.value.send(Uint8Array.of(1), 1);
    await waitFor(() => (datagrams.at(-1)?.ttl === 255 ? true : undefined), 'datagram');
    return datagrams.splice(0).map((one) => one.ttl);
  };

  expect(await say(60)).toEqual([255]);
  receivers.letAnyTtlIn(3784, true);
  expect(await say(61)).toEqual([61, 255]);
  receivers.letAnyTtlIn(3784, false);
  expect(await say(62)).toEqual([255]);

  // A socket that is opened meanwhile is opened like that.
  receivers.letAnyTtlIn(3785, true);
  expect(insideNamespace(pair.left, () => receivers.listen('ipv6', 3785))).toMatchObject({ ok: true });
  opened.value.close();
  receivers.close();
});
