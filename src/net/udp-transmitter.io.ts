import { err, ok, type Result } from '../lib/result.js';
import { Arena } from './arena.io.js';
import { lastErrno, libc } from './libc.io.js';
import {
  AF_INET,
  EADDRINUSE,
  EINTR,
  IP_TOS,
  IP_TTL,
  IPPROTO_IP,
  MSG_DONTWAIT,
  SO_RCVBUF,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from './linux-constants.js';
import { dropAll } from './packet-filter.js';
import { SOCKADDR_IN_SIZE, writeSockaddrIn } from './socket-address.js';
import { attachFilter, bindToDevice, setIntegerOption } from './socket-options.io.js';
import type { SourcePorts } from './source-ports.js';
import { checked, SystemCallError } from './system-call-error.io.js';
import type { TransmitChannel, TransmitPath, TransmitRefusal, Transmitter } from './transmitter.js';

/** RFC 5881 §5: sent with TTL 255. */
const TTL = 255;
/** Class selector 6, network control: queued with the routing protocols. */
const TYPE_OF_SERVICE = 0xc0;
/** A port that another program holds is left to it; after so many of them the search ends. */
const PORT_ATTEMPTS = 64;
/** More than any BFD packet, whose length field has eight bits. */
const PACKET_MAX = 256;
const EXHAUSTED: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

/**
 * Sends through a UDP socket per session, bound to the session's interface, address and source port.
 * Needs no privilege. The sockets never receive.
 */
export class UdpTransmitter implements Transmitter {
  readonly #ports: SourcePorts;

  constructor(ports: SourcePorts) {
    this.#ports = ports;
  }

  open(path: TransmitPath): Result<TransmitChannel, TransmitRefusal> {
    const tried: number[] = [];
    try {
      return this.#openOnFreePort(path, tried);
    } catch (error) {
      if (error instanceof SystemCallError) {
        return err({ type: EXHAUSTED.has(error.code) ? 'resources' : 'path', reason: error.message });
      }
      if (error instanceof RangeError) {
        return err({ type: 'path', reason: error.message });
      }
      throw error;
    } finally {
      tried.forEach((port) => this.#ports.release(port));
    }
  }

  /** Ports that turn out to be of no use are left in `tried`, to be released once the search is over. */
  #openOnFreePort(path: TransmitPath, tried: number[]): Result<TransmitChannel, TransmitRefusal> {
    for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
      const port = this.#ports.take();
      if (port === null) {
        break;
      }
      tried.push(port);
      const fd = openSocket(path, port);
      if (fd !== null) {
        tried.pop();
        return ok(new UdpChannel(fd, port, path, () => this.#ports.release(port)));
      }
    }
    return err({ type: 'resources', reason: 'no free source port from 49152 to 65535' });
  }
}

const scratch = new Arena(4096);
const ADDRESS = scratch.reserve(SOCKADDR_IN_SIZE);
const PACKET = scratch.reserve(PACKET_MAX);

class UdpChannel implements TransmitChannel {
  readonly sourcePort: number;
  readonly #fd: number;
  readonly #destination: number;
  readonly #destinationPort: number;
  readonly #released: () => void;

  constructor(fd: number, sourcePort: number, path: TransmitPath, released: () => void) {
    this.#fd = fd;
    this.sourcePort = sourcePort;
    this.#destination = path.destination;
    this.#destinationPort = path.destinationPort;
    this.#released = released;
  }

  send(packet: Uint8Array): boolean {
    writeSockaddrIn(scratch.view, ADDRESS, this.#destination, this.#destinationPort);
    scratch.bytes.set(packet, PACKET);
    let sent: number;
    do {
      sent = libc.sendto(
        this.#fd,
        scratch.address + PACKET,
        packet.length,
        MSG_DONTWAIT,
        scratch.address + ADDRESS,
        SOCKADDR_IN_SIZE,
      );
    } while (sent < 0 && lastErrno() === EINTR);
    return sent === packet.length;
  }

  close(): void {
    libc.close(this.#fd);
    this.#released();
  }
}

/** A socket ready to send; null when another program holds the port. */
function openSocket(path: TransmitPath, port: number): number | null {
  const fd = checked(libc.socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), 'socket');
  try {
    attachFilter(fd, dropAll());
    setIntegerOption(fd, SOL_SOCKET, SO_RCVBUF, 0);
    setIntegerOption(fd, IPPROTO_IP, IP_TTL, TTL);
    setIntegerOption(fd, IPPROTO_IP, IP_TOS, TYPE_OF_SERVICE);
    bindToDevice(fd, path.interfaceName);
    writeSockaddrIn(scratch.view, ADDRESS, path.source, port);
    if (libc.bind(fd, scratch.address + ADDRESS, SOCKADDR_IN_SIZE) < 0) {
      const errno = lastErrno();
      if (errno !== EADDRINUSE) {
        throw new SystemCallError('bind', errno, path.interfaceName);
      }
      libc.close(fd);
      return null;
    }
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}
