import { err, ok, type Result } from '../lib/result.js';
import { Arena } from './arena.io.js';
import { isLinkLocal } from './host-address.js';
import { lastErrno, libc } from './libc.io.js';
import {
  AF_INET,
  AF_INET6,
  EADDRINUSE,
  EINTR,
  IP_TOS,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  MSG_DONTWAIT,
  SO_RCVBUF,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from './linux-constants.js';
import { dropAll } from './packet-filter.js';
import { SOCKADDR_IN6_SIZE, writeSocketAddress } from './socket-address.js';
import { attachFilter, bindToDevice, setIntegerOption } from './socket-options.io.js';
import type { SourcePorts } from './source-ports.js';
import { checked, SystemCallError } from './system-call-error.io.js';
import {
  DEFAULT_TTL,
  PAYLOAD_MAX,
  TYPE_OF_SERVICE,
  type TransmitChannel,
  type TransmitPath,
  type TransmitRefusal,
  type Transmitter,
} from './transmitter.js';

/** A port that another program holds is left to it; after so many of them the search ends. */
const PORT_ATTEMPTS = 64;
const EXHAUSTED: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

/**
 * Sends through a UDP socket per session, bound to the session's interface, address and source port.
 * Needs no privilege. The sockets never receive.
 */
export class UdpTransmitter implements Transmitter {
  readonly echoObstacle = 'Echo packets need a packet socket, for which this process lacks CAP_NET_RAW';
  readonly #ports: SourcePorts;

  constructor(ports: SourcePorts) {
    this.#ports = ports;
  }

  /** A source port that is given is for Echo packets, which do not leave by here. */
  open(
    path: TransmitPath,
    _sourcePort?: number,
    closed: () => void = () => undefined,
  ): Result<TransmitChannel, TransmitRefusal> {
    const tried: number[] = [];
    try {
      return this.#openOnFreePort(path, tried, closed);
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

  flush(): void {
    // Nothing waits: every packet has left.
  }

  /** Ports that turn out to be of no use are left in `tried`, to be released once the search is over. */
  #openOnFreePort(
    path: TransmitPath,
    tried: number[],
    closed: () => void,
  ): Result<TransmitChannel, TransmitRefusal> {
    for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
      const port = this.#ports.take();
      tried.push(port);
      const fd = openSocket(path, port);
      if (fd !== null) {
        tried.pop();
        const released = (): void => {
          this.#ports.release(port);
          closed();
        };
        return ok(new UdpChannel(fd, port, path, released));
      }
    }
    return err({ type: 'resources', reason: 'no free source port from 49152 to 65535' });
  }
}

const scratch = new Arena(4096);
const ADDRESS = scratch.reserve(SOCKADDR_IN6_SIZE);
const PACKET = scratch.reserve(PAYLOAD_MAX);

class UdpChannel implements TransmitChannel {
  readonly sourcePort: number;
  failedSends = 0;
  readonly #fd: number;
  readonly #path: TransmitPath;
  readonly #destination: Uint8Array;
  readonly #released: () => void;

  constructor(fd: number, sourcePort: number, path: TransmitPath, released: () => void) {
    this.#fd = fd;
    this.sourcePort = sourcePort;
    this.#path = path;
    this.#destination = path.destination.bytes;
    this.#released = released;
  }

  setTtl(ttl: number): void {
    setTtl(this.#fd, this.#path, ttl);
  }

  send(packet: Uint8Array, length: number): void {
    const { destinationPort } = this.#path;
    const scope = scopeOf(this.#path);
    const address = this.#destination;
    const addressLength = writeSocketAddress(scratch.view, ADDRESS, address, destinationPort, scope);
    scratch.bytes.set(packet.subarray(0, length), PACKET);
    let sent: number;
    do {
      sent = libc.sendto(
        this.#fd,
        scratch.address + PACKET,
        length,
        MSG_DONTWAIT,
        scratch.address + ADDRESS,
        addressLength,
      );
    } while (sent < 0 && lastErrno() === EINTR);
    if (sent !== length) {
      this.failedSends += 1;
    }
  }

  close(): void {
    libc.close(this.#fd);
    this.#released();
  }
}

/** A socket ready to send; null when another program holds the port. */
function openSocket(path: TransmitPath, port: number): number | null {
  const domain = path.source.family === 'ipv4' ? AF_INET : AF_INET6;
  const fd = checked(libc.socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), 'socket');
  try {
    attachFilter(fd, dropAll());
    setIntegerOption(fd, SOL_SOCKET, SO_RCVBUF, 0);
    setTtl(fd, path, DEFAULT_TTL);
    setTypeOfService(fd, path);
    if (path.interface !== null) {
      bindToDevice(fd, path.interface.name);
    }
    if (!bind(fd, path, port)) {
      libc.close(fd);
      return null;
    }
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

/** False: another program holds the port. */
function bind(fd: number, path: TransmitPath, port: number): boolean {
  const length = writeSocketAddress(scratch.view, ADDRESS, path.source.bytes, port, scopeOf(path));
  if (libc.bind(fd, scratch.address + ADDRESS, length) === 0) {
    return true;
  }
  const errno = lastErrno();
  if (errno !== EADDRINUSE) {
    throw new SystemCallError('bind', errno, path.interface?.name ?? path.source.text);
  }
  return false;
}

function setTtl(fd: number, path: TransmitPath, ttl: number): void {
  if (path.source.family === 'ipv4') {
    setIntegerOption(fd, IPPROTO_IP, IP_TTL, ttl);
  } else {
    setIntegerOption(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, ttl);
  }
}

function setTypeOfService(fd: number, path: TransmitPath): void {
  if (path.source.family === 'ipv4') {
    setIntegerOption(fd, IPPROTO_IP, IP_TOS, TYPE_OF_SERVICE);
  } else {
    setIntegerOption(fd, IPPROTO_IPV6, IPV6_TCLASS, TYPE_OF_SERVICE);
  }
}

function scopeOf(path: TransmitPath): number {
  return isLinkLocal(path.destination) ? (path.interface?.index ?? 0) : 0;
}
