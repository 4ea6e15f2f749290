import { InterfaceTable, type Interfaces } from '../../net/interface-table.js';
import type { Transmitter } from '../../net/transmitter.js';
import type { EngineSession } from './engine-session.js';
import type { SessionDriver } from './session-driver.js';
import type { SessionEchoes } from './session-echoes.js';
import type { SessionKey } from './session-model.js';
import { resolvePath, samePath, type Endpoints } from './session-path.js';
import type { SessionRoster } from './session-roster.js';
import type { SessionTable } from './session-table.js';
import { findWay, type Way } from './session-way.js';

/** A path that could not be opened for want of something that no news will tell of is tried again. */
const RETRY_US = 1_000_000;

/** What gives sessions their ways works with. */
export interface WaysOptions {
  readonly transmitter: Transmitter;
  readonly table: SessionTable;
  readonly driver: SessionDriver;
  readonly roster: SessionRoster;
  readonly echoes: SessionEchoes;
}

/** Gives sessions their ways out, as the host's interfaces and addresses allow. */
export class SessionWays {
  readonly #options: WaysOptions;
  #interfaces: Interfaces = new InterfaceTable();

  constructor(options: WaysOptions) {
    this.#options = options;
  }

  /** The host's interfaces or addresses are others: paths appear, move and go. */
  interfacesChanged(interfaces: Interfaces, nowUs: number): void {
    this.#interfaces = interfaces;
    for (const entry of this.#options.table.all()) {
      if (entry.external === null) {
        this.update(entry, nowUs);
      }
    }
  }

  /** Opens a way for the session `key`; not in use yet. */
  find(key: SessionKey, endpoints: Endpoints): Way {
    const { table, transmitter } = this.#options;
    return findWay(key, endpoints, { interfaces: this.#interfaces, table, transmitter });
  }

  /** From now on the session goes this way, or waits, if that is none. */
  use(entry: EngineSession, way: Way, nowUs: number): void {
    const { driver, echoes, roster, table } = this.#options;
    if (way.type === 'none') {
      entry.obstacle = way.reason;
      entry.retryAtUs = way.retry ? nowUs + RETRY_US : Infinity;
      if (!entry.session.pathDown) {
        driver.command(entry, { type: 'path-down' }, nowUs);
      }
      return;
    }
    // Two sessions that speak to one peer would contradict each other: the one that leaves falls silent.
    const former = table.leaving(way.demultiplexingKey);
    if (former !== null) {
      roster.vanish(former);
    }
    entry.path = way.path;
    entry.channel = way.channel;
    entry.channel.setTtl(entry.transmitTtl);
    entry.obstacle = null;
    entry.retryAtUs = Infinity;
    table.bind(entry, way.demultiplexingKey);
    echoes.update(entry);
    driver.command(entry, { type: 'path-up' }, nowUs);
  }

  /** Keeps the way out if it still is the right one, else closes it and looks for another. */
  update(entry: EngineSession, nowUs: number): void {
    const { driver, roster, table } = this.#options;
    const resolved = resolvePath(entry.endpoints, this.#interfaces, entry.path?.source ?? null);
    if (entry.path !== null && resolved.ok && samePath(entry.path, resolved.value.path)) {
      return;
    }
    if (entry.leaving) {
      roster.vanish(entry);
      return;
    }
    if (entry.channel !== null) {
      entry.closeChannel();
      // Told with the address that it had.
      driver.command(entry, { type: 'path-down' }, nowUs);
      entry.path = null;
      table.unbind(entry);
    }
    this.use(entry, this.find(entry.desired.key, entry.endpoints), nowUs);
    driver.schedule(entry);
  }
}
