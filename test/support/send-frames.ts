import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Namespace } from './netns.js';

const SENDER = fileURLToPath(new URL('send-frames.py', import.meta.url));

/** A frame for scapy to build; see send-frames.py for what is meant by what is left out. */
export interface ScapyFrame {
  readonly etherType?: number;
  readonly labels?: readonly { readonly label: number; readonly ttl?: number }[];
  readonly source?: string;
  readonly destination?: string;
  readonly ttl?: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** In hexadecimal. */
  readonly payload?: string;
  readonly protocol?: 'udp' | 'tcp';
  readonly fragmentOffset?: number;
  readonly routerAlert?: boolean;
}

/** Sends frames from the namespace's interface to a link-layer address, in order. */
export function sendFrames(
  from: Namespace,
  etherDestination: string,
  frames: readonly (ScapyFrame & { readonly etherDestination?: string })[],
): void {
  const input = frames.map((frame) => ({ interface: from.interfaceName, etherDestination, ...frame }));
  const { status, stderr } = spawnSync(...from.command('/usr/bin/python3', [SENDER]), {
    input: JSON.stringify(input),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}
