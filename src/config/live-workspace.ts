import { err, type Result } from '../lib/result.js';
import { SerialQueue } from './commit/serial-queue.js';
import type { Outcome } from './config-service.js';
import { operationFailed } from './errors/rpc-error.js';
import type { Workspace } from './workspace.js';
import { LibyangCrash } from './yang/yang-error.js';

/** How a workspace is replaced. */
export interface ReplacementParts {
  /** Another workspace with the stored configuration. */
  readonly reload: () => Promise<Result<Workspace, string>>;
  /** Told when libyang has crashed, before another workspace is made. */
  readonly onCrash: (crash: LibyangCrash) => void;
}

/**
 * The workspace in use. It serves requests one after another; when libyang crashes, that request is
 * answered with an error, and another workspace takes the place of the crashed one.
 */
export class LiveWorkspace {
  readonly #parts: ReplacementParts;
  readonly #queue = new SerialQueue();
  #current: Workspace;

  constructor(first: Workspace, parts: ReplacementParts) {
    this.#current = first;
    this.#parts = parts;
  }

  get current(): Workspace {
    return this.#current;
  }

  /** The answer of `work`, once all requests before it are answered. */
  serve<T>(work: (workspace: Workspace) => Promise<Outcome<T>> | Outcome<T>): Promise<Outcome<T>> {
    return this.#queue.run(async () => {
      try {
        return await work(this.#current);
      } catch (error) {
        const problem = await this.replaceAfter(error);
        return err([operationFailed(problem ?? 'libyang crashed on this request; running is as it was.')]);
      }
    });
  }

  /**
   * Replaces the workspace when `error` is a crash of libyang; throws any other error again. Answers why
   * no other workspace could be made: then the next request tries again.
   */
  async replaceAfter(error: unknown): Promise<string | undefined> {
    if (!(error instanceof LibyangCrash)) throw error;
    this.#parts.onCrash(error);
    const reloaded = await this.#parts.reload();
    if (!reloaded.ok) return `libyang crashed and could not be started again: ${reloaded.error}`;
    this.#current = reloaded.value;
    return undefined;
  }
}
