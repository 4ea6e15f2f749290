import { createServer, type Server, type Socket } from 'node:net';

/** Where to listen, or where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Listening failed. `reason` and `address` are for whoever wants to say it in own words. */
export class ListenError extends Error {
  readonly reason: 'in-use' | 'not-permitted' | 'no-such-address' | 'other';
  readonly address: ListenAddress;

  constructor(address: ListenAddress, cause: NodeJS.ErrnoException) {
    const reason = REASONS[cause.code ?? ''] ?? 'other';
    super(
      `cannot listen on ${formatAddress(address)}: ${reason === 'other' ? cause.message : TEXTS[reason]}`,
      {
        cause,
      },
    );
    this.name = 'ListenError';
    this.reason = reason;
    this.address = address;
  }
}

const REASONS: Readonly<Record<string, ListenError['reason']>> = {
  EADDRINUSE: 'in-use',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  EADDRNOTAVAIL: 'no-such-address',
  ENOTFOUND: 'no-such-address',
  EAI_AGAIN: 'no-such-address',
};

const TEXTS = {
  'in-use': 'the port is in use',
  'not-permitted': 'permission denied',
  'no-such-address': 'this machine has no such address',
} as const;

/** `address` as host:port, an IPv6 address in brackets. */
export function formatAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Listens on all of `addresses`, or on none: throws a ListenError. Nagle's algorithm is off on what is
 * accepted (it would cost 40 ms per reply), and dead peers are noticed.
 */
export async function listenOnAll(
  addresses: readonly ListenAddress[],
  onConnection: (socket: Socket) => void,
): Promise<Server[]> {
  const servers: Server[] = [];
  try {
    for (const address of addresses) servers.push(await listen(address, onConnection));
    return servers;
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
}

/** The address that `server` listens on, with the port that it was given. */
export function addressOf(server: Server): ListenAddress {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the server is not bound to a TCP port');
  return { host: bound.address, port: bound.port };
}

function listen(address: ListenAddress, onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 },
    onConnection,
  );
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new ListenError(address, error)));
    server.listen({ ...address, backlog: 511 }, () => {
      server.removeAllListeners('error');
      resolve(server);
    });
  });
}
