import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostAddress } from '../../src/net/host-address.js';
import { LoopbackWire } from '../../src/net/loopback-wire.io.js';
import type { PacketWork } from '../../src/net/packet-work.js';
import { SourcePorts } from '../../src/net/source-ports.js';
import type { TransmitChannel } from '../../src/net/transmitter.js';
import { UdpTransmitter } from '../../src/net/udp-transmitter.io.js';
import { waitFor } from '../support/wait-for.js';

const CONTROL_PORT = 3784;

let wire: LoopbackWire;

beforeEach(() => {
  wire = new LoopbackWire(new UdpTransmitter(new SourcePorts(() => 77)));
});

afterEach(() => wire.close());

function open(source: number, destination: number): TransmitChannel {
  const opened = wire.transmitter.open({
    interface: wire.interface,
    source: hostAddress(Uint8Array.of(127, 0, 1, source)),
    destination: hostAddress(Uint8Array.of(127, 0, 1, destination)),
    destinationPort: CONTROL_PORT,
  });
  if (!opened.ok) throw new Error(opened.error.reason);
  return opened.value;
}

test('what is sent comes back, from and to the addresses and for the port that it was sent with', async () => {
  const heard: unknown[] = [];
  const glanced: number[] = [];
  let due = 0;
  const work: PacketWork = {
    handleRepeated: ({ destinationPort }) => {
      glanced.push(destinationPort);
      return false;
    },
    handleDatagram: ({ bytes, source, destination, destinationPort, ttl }) =>
      heard.push({
        bytes: [...bytes],
        source: [...source],
        destination: [...destination],
        destinationPort,
        ttl,
      }),
    handleTimers: () => {
      due += 1;
    },
    nextDeadlineUs: () => null,
    flush: () => wire.transmitter.flush(),
  };
  const channel = open(1, 2);
  channel.send(Uint8Array.of(1, 2, 3), 3);
  wire.transmitter.flush();
  await waitFor(() => {
    wire.turn(work);
    return heard.length > 0 ? true : undefined;
  }, 'the packet');
  channel.close();

  expect(heard).toEqual([
    {
      bytes: [1, 2, 3],
      source: [127, 0, 1, 1],
      destination: [127, 0, 1, 2],
      destinationPort: CONTROL_PORT,
      ttl: 255,
    },
  ]);
  expect(glanced).toEqual([CONTROL_PORT]);
  expect(due).toBeGreaterThan(0);
});
