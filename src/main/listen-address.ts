import { err, ok, type Result } from '../lib/result.js';

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `ADDR:PORT`, an IPv6 address in brackets (`[::1]:830`). Port 0 lets the system choose.
 * The error is a sentence for the operator.
 */
export function parseListenAddress(text: string): Result<ListenAddress, string> {
  const match = /^(?:\[(?<v6>[^[\]]+)\]|(?<host>[^:[\]]+)):(?<port>\d{1,5})$/.exec(text);
  const host = match?.groups?.['v6'] ?? match?.groups?.['host'];
  if (host === undefined) return err('It must be ADDR:PORT, an IPv6 address in brackets.');
  const port = Number(match?.groups?.['port']);
  if (port > 65_535) return err('The port must be at most 65535.');
  return ok({ host, port });
}
