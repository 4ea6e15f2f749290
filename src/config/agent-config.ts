import { err, ok } from '../lib/result.js';
import type { EnginePort } from '../link/engine-port.js';
import type { DesiredSession } from '../link/messages.js';
import type { ConfigStore } from './commit/config-store.js';
import { carryOut } from './commit/carry-out.js';
import { planCommit } from './commit/plan-commit.js';
import type {
  ConfigService,
  ConfigSource,
  DatastoreName,
  EditRequest,
  Filter,
  Outcome,
  ReadRequest,
  Requester,
  SchemaIdentity,
  SessionMonitor,
  UserDirectory,
} from './config-service.js';
import { applyEdit } from './datastore/edit/apply-edit.js';
import { Locks, type HeldLock } from './datastore/locks.js';
import { parseConfig } from './datastore/parse-config.js';
import { invalidValue, operationFailed, operationNotSupported } from './errors/rpc-error.js';
import { CandidateState } from './candidate-state.js';
import { LiveWorkspace, type ReplacementParts } from './live-workspace.js';
import { readTree } from './read-tree.js';
import { schemaIdentities, findSchemaText } from './schemas.js';
import { agentState } from './state/agent-state.js';
import { filteredOperationalTree } from './state/operational-tree.js';
import type { StateProvider } from './state/state-provider.js';
import type { SystemInterfaces } from './state/system-interfaces.js';
import type { SystemInfo } from './state/system-state.js';
import { readYangLibrary, type YangLibrary } from './state/yang-library-state.js';
import { ConfiguredUsers } from './users/configured-users.js';
import { withHashedPasswords } from './users/hash-cleartext.js';
import type { PasswordCrypt } from './users/password-crypt.js';
import type { DataTree } from './yang/data-tree.js';
import type { Workspace } from './workspace.js';

/** What the configuration of the agent works with. */
export interface AgentConfigParts extends ReplacementParts {
  readonly workspace: Workspace;
  readonly store: ConfigStore;
  readonly engine: EnginePort;
  readonly crypt: PasswordCrypt;
  readonly interfaces: SystemInterfaces;
  readonly system: SystemInfo;
}

/**
 * The configuration of the agent: datastores, locks, commit pipeline and state, for all NETCONF
 * sessions. Requests are served one after another. When libyang crashes, that request is answered with
 * an error, and a new instance takes over with running as it was committed last; what the candidate had
 * besides is lost, and the next commit says so instead of committing.
 */
export class AgentConfig implements ConfigService {
  readonly #parts: AgentConfigParts;
  readonly #live: LiveWorkspace;
  readonly #candidate = new CandidateState();
  readonly #locks = new Locks();
  readonly #state: readonly StateProvider[];
  readonly #users: UserDirectory;
  readonly #schemas: readonly SchemaIdentity[];
  readonly #yangLibrary: YangLibrary;
  #monitor: SessionMonitor | undefined;

  constructor(parts: AgentConfigParts) {
    this.#parts = parts;
    this.#live = new LiveWorkspace(parts.workspace, {
      reload: parts.reload,
      onCrash: (crash) => {
        this.#candidate.crashed();
        parts.onCrash(crash);
      },
    });
    this.#schemas = schemaIdentities(parts.workspace.context);
    this.#yangLibrary = readYangLibrary(parts.workspace.context);
    this.#users = new ConfiguredUsers((name) => this.#live.current.handlers.users.account(name), parts.crypt);
    this.#state = agentState({
      engine: parts.engine,
      interfaces: parts.interfaces,
      system: parts.system,
      startedMs: parts.system.nowMs(),
      handlers: () => this.#live.current.handlers,
      yangLibraryXml: this.#yangLibrary.xml,
      monitor: () => this.#monitor,
      locks: () => this.locks(),
      schemas: () => this.schemas(),
    });
  }

  /** Makes what the NETCONF server knows of its sessions part of the state. */
  attachMonitor(monitor: SessionMonitor): void {
    this.#monitor = monitor;
  }

  /** The users of the running configuration. */
  get users(): UserDirectory {
    return this.#users;
  }

  /** Identifies the set of modules, for hello and ietf-yang-library (RFC 7950 §5.6.4). */
  get yangLibraryContentId(): string {
    return this.#yangLibrary.contentId;
  }

  /** All sessions that the running configuration asks for: the plan for the engine. */
  desired(): readonly DesiredSession[] {
    return this.#live.current.handlers.desired();
  }

  getConfig({ datastore, filter }: ReadRequest): Promise<Outcome<string>> {
    return this.#live.serve((workspace) => readTree(workspace[datastore], filter));
  }

  get(filter: Filter | undefined): Promise<Outcome<string>> {
    return this.#live.serve(async (workspace) => {
      const { running, analysis } = workspace;
      using tree = await filteredOperationalTree(running, analysis, this.#state, filter);
      return readTree(tree, filter);
    });
  }

  editConfig(target: DatastoreName, edit: EditRequest, requester: Requester): Promise<Outcome> {
    return this.#changeCandidate(target, requester, (workspace) =>
      withHashedPasswords(this.#parts.crypt, (normalise) =>
        applyEdit(workspace.candidate, edit, {
          normalise,
          onChange: (node) => workspace.touched.touch(node),
          isValid: () => workspace.isCandidateValid(),
        }),
      ),
    );
  }

  copyConfig(source: ConfigSource, target: DatastoreName, requester: Requester): Promise<Outcome> {
    if (source.type === 'datastore' && source.name === target) {
      return Promise.resolve(err([invalidValue(`Source and target are both ${target}.`)]));
    }
    return this.#changeCandidate(target, requester, async (workspace) => {
      const copy = await this.#materialise(workspace, source);
      if (!copy.ok) return copy;
      using tree = copy.value;
      workspace.candidate.replaceWith(tree);
      workspace.touched.touchEverything();
      this.#candidate.settle(false);
      return ok();
    });
  }

  validate(source: ConfigSource): Promise<Outcome> {
    return this.#live.serve(async (workspace) => {
      if (source.type === 'datastore' && source.name === 'candidate') {
        const pending = workspace.planCandidate();
        if (!pending.ok) return pending;
        pending.value[Symbol.dispose]();
        return ok();
      }
      const proposed = await this.#materialise(workspace, source);
      if (!proposed.ok) return proposed;
      using tree = proposed.value;
      const planned = planCommit(workspace.running, tree, workspace.handlers);
      if (!planned.ok) return planned;
      planned.value[Symbol.dispose]();
      return ok();
    });
  }

  discardChanges(requester: Requester): Promise<Outcome> {
    return this.#live.serve((workspace) => {
      const obstacle = this.#locks.obstacle('candidate', requester.sessionId);
      if (obstacle !== undefined) return err([obstacle]);
      this.#discard(workspace);
      return ok();
    });
  }

  commit(requester: Requester): Promise<Outcome> {
    return this.#live.serve(async (workspace) => {
      for (const datastore of ['running', 'candidate'] as const) {
        const obstacle = this.#locks.obstacle(datastore, requester.sessionId);
        if (obstacle !== undefined) return err([obstacle]);
      }
      if (this.#candidate.takeLoss()) return reportLostCandidate();
      return this.#commitCandidate(workspace, requester);
    });
  }

  lock(datastore: DatastoreName, requester: Requester): Promise<Outcome> {
    return this.#live.serve((workspace) => {
      const modified = datastore === 'candidate' && this.#candidate.touched && workspace.candidateDiffers();
      const now = new Date(this.#parts.system.nowMs());
      return this.#locks.lock(datastore, requester.sessionId, now, modified);
    });
  }

  unlock(datastore: DatastoreName, requester: Requester): Promise<Outcome> {
    return this.#live.serve((workspace) => {
      const unlocked = this.#locks.unlock(datastore, requester.sessionId);
      // RFC 6241 §8.3.5.2: what was not committed is discarded when the lock is released.
      if (unlocked.ok && datastore === 'candidate') this.#discard(workspace);
      return unlocked;
    });
  }

  async releaseSession(sessionId: number): Promise<void> {
    await this.#live.serve((workspace) => {
      if (this.#locks.release(sessionId).includes('candidate')) this.#discard(workspace);
      return ok();
    });
  }

  schemas(): readonly SchemaIdentity[] {
    return this.#schemas;
  }

  schemaText(name: string, revision: string | undefined): Promise<Outcome<string>> {
    return this.#live.serve((workspace) => findSchemaText(workspace.context, name, revision));
  }

  locks(): readonly HeldLock[] {
    return this.#locks.held();
  }

  /** Resolves when all requests so far are answered. */
  idle(): Promise<void> {
    return this.#live.idle();
  }

  #changeCandidate(
    target: DatastoreName,
    requester: Requester,
    change: (workspace: Workspace) => Promise<Outcome>,
  ): Promise<Outcome> {
    if (target === 'running') {
      const message = 'Running is not written directly: change the candidate and commit it.';
      return Promise.resolve(err([operationNotSupported(message)]));
    }
    return this.#live.serve(async (workspace) => {
      const obstacle = this.#locks.obstacle(target, requester.sessionId);
      if (obstacle !== undefined) return err([obstacle]);
      this.#candidate.touch();
      return change(workspace);
    });
  }

  /** A copy of a source, which the caller frees. */
  #materialise(workspace: Workspace, source: ConfigSource): Promise<Outcome<DataTree>> {
    if (source.type === 'datastore') return Promise.resolve(ok(workspace[source.name].duplicate()));
    return withHashedPasswords(this.#parts.crypt, (normalise) => {
      const parsed = parseConfig(workspace.context, source.xml, { validate: false });
      if (!parsed.ok) return parsed;
      const normalised = normalise(parsed.value);
      if (normalised.ok) return parsed;
      parsed.value.free();
      return normalised;
    });
  }

  async #commitCandidate(workspace: Workspace, requester: Requester): Promise<Outcome> {
    const planned = workspace.planCandidate();
    if (!planned.ok) return planned;
    using plan = planned.value;
    if (!plan.isEmpty) {
      const done = await carryOut(plan, this.#parts.store, this.#parts.engine, {
        timeMs: this.#parts.system.nowMs(),
        user: requester.user,
        sessionId: requester.sessionId,
      });
      if (!done.ok) return done;
    }
    try {
      workspace.take(plan);
    } catch (error) {
      // The commit is in force on disk and in the engine: another workspace starts from it.
      await this.#live.replaceAfter(error);
    }
    this.#candidate.settle(true);
    if (this.#parts.store.shouldCompact()) void this.#compact();
    return ok();
  }

  /** Behind the answer to the commit, before the next request. What fails is tried again at the next commit. */
  #compact(): Promise<Outcome> {
    return this.#live.serve(async ({ running }) => {
      const saved = await this.#parts.store.save(running.print({ format: 'xml', defaults: 'explicit' }));
      return saved.ok ? ok() : err([operationFailed(saved.error)]);
    });
  }

  #discard(workspace: Workspace): void {
    if (this.#candidate.touched) workspace.discardCandidate();
    this.#candidate.settle(true);
  }
}

function reportLostCandidate(): Outcome {
  const message =
    'Nothing was committed: the changes of the candidate were lost when libyang crashed. ' +
    'The candidate is as running is; make the changes again.';
  return err([operationFailed(message)]);
}
