import type { Digest } from '../auth/authentication.js';
import { sameParameters, type SessionParameters } from '../session/parameters.js';
import type { SessionRows } from '../session/session-rows.js';
import type { SessionVariables } from '../session/session-variables.js';
import { Session } from '../session/session.js';
import type { Shard } from '../../net/shard-steering.js';
import { Discriminators } from './discriminators.js';
import { EngineSession } from './engine-session.js';
import { jitterDraw } from './jitter-draw.js';
import type { SessionDriver } from './session-driver.js';
import type { ExternalSession } from './external-way.js';
import type { DesiredSession } from './session-model.js';
import { sessionParameters, type TimedParameters } from './session-parameters.js';
import type { Endpoints } from './session-path.js';
import type { SessionTable } from './session-table.js';
import { SEND_PERIOD_US, type TimerWheel } from './timer-wheel.js';

/** What a roster works with. */
export interface RosterOptions {
  readonly table: SessionTable;
  readonly wheel: TimerWheel;
  readonly driver: SessionDriver;
  readonly rows: SessionRows;
  /** A random integer from 0 to 2^32 - 1, from a generator that cannot be foretold. */
  readonly random: () => number;
  readonly digest: Digest;
  readonly wallClockMs: () => number;
  readonly carriesEcho: boolean;
  /** Which of several engines this is. */
  readonly shard: Shard;
}

/** How sessions come and go. */
export class SessionRoster {
  readonly #options: RosterOptions;
  readonly #discriminators: Discriminators;
  /** One for all sessions. */
  readonly #jitter: (session: SessionVariables) => number;
  /** Most sessions have what the one before them has: they share it, and the memory that it takes. */
  #lastParameters: SessionParameters | null = null;

  constructor(options: RosterOptions) {
    this.#options = options;
    this.#jitter = (session) => jitterDraw(session, options.random(), SEND_PERIOD_US);
    this.#discriminators = new Discriminators(
      options.random,
      options.shard,
      (discriminator) => options.table.byDiscriminator(discriminator) !== null,
    );
  }

  /** A local discriminator that no session has, for one to be created with. */
  takeDiscriminator(): number {
    return this.#discriminators.take();
  }

  /** A new session, without a way out yet. */
  create(
    desired: DesiredSession | ExternalSession,
    endpoints: Endpoints,
    nowUs: number,
    localDiscriminator = this.#discriminators.take(),
  ): EngineSession {
    const { digest, random, rows, table, wallClockMs, wheel } = this.#options;
    const { parameters, validForUs } = this.#parameters(desired);
    const slot = wheel.add();
    const row = rows.clear(slot);
    const session = new Session({
      localDiscriminator,
      parameters,
      random: this.#jitter,
      randomUint32: random,
      digest,
      nowUs,
      row,
    });
    const entry = new EngineSession(desired, endpoints, session, slot, row, wallClockMs());
    entry.keysChangeAtUs = nowUs + validForUs;
    table.add(entry);
    this.#discriminators.settled(localDiscriminator);
    return entry;
  }

  /** The session goes on with what is wanted of it now, and with the keys that are valid now. */
  setParameters(entry: EngineSession, nowUs: number): void {
    const { parameters, validForUs } = this.#parameters(entry.desired);
    entry.keysChangeAtUs = nowUs + validForUs;
    this.#options.driver.command(entry, { type: 'set-parameters', parameters }, nowUs);
  }

  /**
   * The session is wanted no more: it goes to AdminDown, tells its peer for a detection time (RFC 5880
   * §6.8.16) and vanishes. Its key and endpoints are free at once.
   */
  leave(entry: EngineSession, nowUs: number): void {
    const { driver, table } = this.#options;
    const heard = entry.session.remoteDiscriminator !== 0;
    entry.removeAtUs = nowUs;
    // It says farewell with the key that it has.
    entry.keysChangeAtUs = Infinity;
    entry.closeEchoes();
    table.letLeave(entry);
    driver.command(entry, { type: 'admin-down' }, nowUs);
    if (entry.channel === null || !heard) {
      this.vanish(entry);
      return;
    }
    entry.removeAtUs = nowUs + entry.session.remoteDetectionTimeUs;
    driver.schedule(entry);
  }

  vanish(entry: EngineSession): void {
    const { table, wheel } = this.#options;
    table.delete(entry);
    entry.closeChannel();
    wheel.remove(entry.slot);
  }

  #parameters(desired: DesiredSession | ExternalSession): TimedParameters {
    const { carriesEcho, wallClockMs } = this.#options;
    const { parameters, validForUs } = sessionParameters(desired, wallClockMs(), carriesEcho);
    const last = this.#lastParameters;
    this.#lastParameters = last !== null && sameParameters(last, parameters) ? last : parameters;
    return { parameters: this.#lastParameters, validForUs };
  }
}
