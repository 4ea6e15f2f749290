import { FrameTransmitter } from './frame-transmitter.io.js';
import { openRawSockets } from './raw-sockets.io.js';
import { RawTransmitter } from './raw-transmitter.io.js';
import type { SourcePorts } from './source-ports.js';
import { SystemCallError } from './system-call-error.io.js';
import type { Transmitter } from './transmitter.js';
import { UdpTransmitter } from './udp-transmitter.io.js';

/** The ways by which packets leave this host. */
export interface HostTransmitters {
  readonly routed: Transmitter;
  /** Past the routes, to neighbours, with labels or without; null: this host does not let it. */
  readonly frames: FrameTransmitter | null;
  /** Why there is no raw or no packet socket, for the operator to read; null: there are. */
  readonly obstacle: string | null;
}

/**
 * Opens the best there is: raw and packet sockets, which take CAP_NET_RAW, or a socket for each session.
 *
 * @param fatal is told of an exception in the work on neighbours; it should end the process
 */
export function openTransmitters(ports: SourcePorts, fatal: (error: unknown) => void): HostTransmitters {
  const raw = attempt(() => new RawTransmitter(openRawSockets(), ports));
  const frames = attempt(() => new FrameTransmitter(ports, fatal));
  return {
    routed: typeof raw === 'string' ? new UdpTransmitter(ports) : raw,
    frames: typeof frames === 'string' ? null : frames,
    obstacle: typeof raw === 'string' ? raw : typeof frames === 'string' ? frames : null,
  };
}

/** What was made, or why it could not be. */
function attempt<T>(make: () => T): T | string {
  try {
    return make();
  } catch (error) {
    if (error instanceof SystemCallError) {
      return error.message;
    }
    throw error;
  }
}
