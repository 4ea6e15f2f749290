import { ok, type Result } from '../../lib/result.js';
import type { EnginePort, EngineUnavailable } from '../../link/engine-port.js';
import type { EngineEvent, LspSessionReport, SessionKey, SessionReport } from '../../link/messages.js';

/** A session of an LSP, as the engine tells of it. */
export interface ReportedLspSession extends SessionReport {
  readonly lsp: LspSessionReport;
}

/** The sessions of an engine that are of LSPs. */
export function lspSessionsOf(reports: readonly SessionReport[]): readonly ReportedLspSession[] {
  return reports.filter((report): report is ReportedLspSession => report.lsp !== undefined);
}

/**
 * Finds the sessions of LSPs that an engine makes itself by their discriminators, which is how operators
 * name them, without asking for all of them each time.
 */
export class LspSessions {
  readonly #engine: EnginePort;
  readonly #keys = new Map<number, SessionKey>();
  readonly #discriminators = new Map<SessionKey, number>();

  constructor(engine: EnginePort) {
    this.#engine = engine;
    engine.onEvent((event) => this.#note(event));
  }

  /** The discriminator of the session of that key, as far as the engine has told of it. */
  discriminator(key: SessionKey): number | undefined {
    return this.#discriminators.get(key);
  }

  /** All of them. */
  async all(): Promise<Result<readonly ReportedLspSession[], EngineUnavailable>> {
    const read = await this.#engine.read(null);
    if (!read.ok) return read;
    const sessions = lspSessionsOf(read.value);
    this.#keys.clear();
    this.#discriminators.clear();
    for (const { key, localDiscriminator } of sessions) this.#add(key, localDiscriminator);
    return ok(sessions);
  }

  /** The one of that discriminator; undefined: there is none. */
  async find(discriminator: number): Promise<Result<ReportedLspSession | undefined, EngineUnavailable>> {
    const key = this.#keys.get(discriminator);
    const known = key === undefined ? ok([]) : await this.#engine.read([key]);
    if (!known.ok) return known;
    const isIt = (report: SessionReport): boolean => report.localDiscriminator === discriminator;
    const found = lspSessionsOf(known.value).find(isIt);
    if (found !== undefined) return ok(found);
    // The engine may be another, or have made the session while nobody listened.
    const all = await this.all();
    return all.ok ? ok(all.value.find(isIt)) : all;
  }

  #note(event: EngineEvent): void {
    if (event.type === 'lsp-session-created') this.#add(event.key, event.localDiscriminator);
    if (event.type === 'lsp-session-deleted') {
      this.#keys.delete(event.localDiscriminator);
      this.#discriminators.delete(event.key);
    }
  }

  #add(key: SessionKey, discriminator: number): void {
    this.#keys.set(discriminator, key);
    this.#discriminators.set(key, discriminator);
  }
}
