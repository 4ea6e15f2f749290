import type { DiscardReason } from '../packet/discard-reason.js';
import type { SessionCommand } from '../session/parameters.js';
import type { Demultiplexer } from './demultiplexer.js';
import type { EngineSession } from './engine-session.js';
import type { ExternalSession, ExternalWay } from './external-way.js';
import type { SessionDriver } from './session-driver.js';
import type { Endpoints } from './session-path.js';
import type { SessionRoster } from './session-roster.js';

/** What external sessions need of the engine. */
export interface ExternalOptions {
  readonly demultiplexer: Demultiplexer;
  readonly driver: SessionDriver;
  readonly roster: SessionRoster;
}

/**
 * The sessions that other parts of this host make (RFC 5884 §6): they run as all others do, are read and
 * told of by their keys, and travel by the ways that their makers provide.
 */
export class ExternalSessions {
  readonly #options: ExternalOptions;

  constructor(options: ExternalOptions) {
    this.#options = options;
  }

  /** A local discriminator that no session has: in use until the session that is made with it vanishes. */
  takeDiscriminator(): number {
    return this.#options.roster.takeDiscriminator();
  }

  /**
   * A new session. Its key is one that no other session has.
   *
   * @param localDiscriminator one that was taken
   */
  create(
    desired: ExternalSession,
    endpoints: Endpoints,
    way: ExternalWay,
    localDiscriminator: number,
    nowUs: number,
  ): EngineSession {
    const { driver, roster } = this.#options;
    const entry = roster.create(desired, endpoints, nowUs, localDiscriminator);
    entry.external = way;
    entry.channel = way.channel;
    entry.channel.setTtl(entry.transmitTtl);
    driver.schedule(entry);
    return entry;
  }

  /** The session goes on with what is wanted of it now (RFC 5880 §6.8.3). */
  set(entry: EngineSession, desired: ExternalSession, nowUs: number): void {
    entry.desired = desired;
    this.#options.roster.setParameters(entry, nowUs);
  }

  command(entry: EngineSession, command: SessionCommand, nowUs: number): void {
    this.#options.driver.command(entry, command, nowUs);
  }

  /** The session says AdminDown for a detection time, and vanishes; its key is free at once. */
  leave(entry: EngineSession, nowUs: number): void {
    this.#options.roster.leave(entry, nowUs);
  }

  /** The session is gone, without a word. */
  vanish(entry: EngineSession): void {
    this.#options.roster.vanish(entry);
  }

  /**
   * The payload of a packet that has come by an external way.
   *
   * @param source the address that the packet comes from: 4 or 16 bytes
   * @returns null, or why there is no session for it
   */
  handlePacket(
    bytes: Uint8Array,
    offset: number,
    length: number,
    source: Uint8Array,
    destinationPort: number,
    nowUs: number,
  ): DiscardReason | null {
    const { demultiplexer, driver } = this.#options;
    const found = demultiplexer.acceptExternal(bytes, offset, length, source, destinationPort, nowUs);
    if (found === null || typeof found === 'string') {
      return found;
    }
    const { packet } = demultiplexer;
    // A digest is over the packet's bytes; all else has been read.
    const packetBytes = packet.authenticationPresent ? bytes.subarray(offset, offset + length) : bytes;
    driver.handlePacket(found, packet, packetBytes, nowUs);
    return null;
  }
}
