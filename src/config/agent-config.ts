import { err, ok } from '../lib/result.js';
import type { DesiredSession } from '../link/messages.js';
import type { StartupStore } from './commit/startup-store.js';
import { CommitControl, type CommitParts } from './commit/commit-control.js';
import type { ConfirmEvent } from './commit/commit-event.js';
import { compareTrees, type Comparison } from './compare/compare-trees.js';
import { configurationAt } from './compare/configuration-at.js';
import { planCommit, type PlannedCommit } from './commit/plan-commit.js';
import type {
  CommitPlan,
  CommitRequest,
  ConfigReference,
  ConfigService,
  ConfigSource,
  DataRequest,
  DatastoreName,
  EditRequest,
  Filter,
  Outcome,
  QualifiedName,
  ReadRequest,
  Requester,
  SchemaFormat,
  SchemaIdentity,
  ServerLimits,
  SessionMonitor,
  UserDirectory,
  WithDefaults,
} from './config-service.js';
import { AccessControl } from './access/access-control.js';
import type { DataAccess } from './access/data-access.js';
import { withReadable } from './access/with-readable.js';
import { readableCopy } from './access/readable-copy.js';
import { diffDenials, replacementDenials, writeGuard } from './access/write-check.js';
import { applyEdit } from './datastore/edit/apply-edit.js';
import type { WriteGuard } from './datastore/edit/write-guard.js';
import { Locks, type HeldLock } from './datastore/locks.js';
import { parseConfig } from './datastore/parse-config.js';
import type { ConfigEdit } from './notifications/config-edit.js';
import { invalidValue, operationNotSupported, type RpcError } from './errors/rpc-error.js';
import { CandidateState } from './candidate-state.js';
import { LiveWorkspace, type ReplacementParts } from './live-workspace.js';
import { withDatastore } from './datastore-access.js';
import { defaultsOf, readData } from './read-data.js';
import { convertDefaults, readTree, reportsDefaults } from './read-tree.js';
import { AgentNotifications } from './notifications/agent-notifications.js';
import type { EventStreamInfo } from './notification-source.js';
import { schemaIdentities, findSchemaText } from './schemas.js';
import { StartupDatastore } from './startup-datastore.js';
import { agentState } from './state/agent-state.js';
import { filteredOperationalTree } from './state/operational-tree.js';
import { originsOf } from './state/origins.js';
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
export interface AgentConfigParts extends ReplacementParts, CommitParts {
  readonly workspace: Workspace;
  readonly startup: StartupStore;
  readonly crypt: PasswordCrypt;
  readonly interfaces: SystemInterfaces;
  readonly system: SystemInfo;
  /** The user whose sessions are recovery sessions (RFC 8341 §3.2): no access control holds for them. */
  readonly recoveryUser?: string | undefined;
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
  readonly #startup: StartupDatastore;
  readonly #commits: CommitControl;
  readonly #access: AccessControl;
  readonly #state: readonly StateProvider[];
  readonly #users: UserDirectory;
  readonly #schemas: readonly SchemaIdentity[];
  readonly #yangLibrary: YangLibrary;
  /** What happens in the agent, and the notifications that tell of it. */
  readonly notifications: AgentNotifications;
  #monitor: SessionMonitor | undefined;
  #streams: () => readonly EventStreamInfo[] = () => [];

  constructor(parts: AgentConfigParts) {
    this.#parts = parts;
    this.#startup = new StartupDatastore(parts.startup);
    this.#live = new LiveWorkspace(parts.workspace, {
      reload: parts.reload,
      onCrash: (crash) => {
        this.#candidate.crashed();
        parts.onCrash(crash);
      },
    });
    this.notifications = new AgentNotifications({
      live: this.#live,
      engine: parts.engine,
      nowMs: () => parts.system.nowMs(),
    });
    this.#access = new AccessControl(() => {
      const { handlers, context } = this.#live.current;
      return { configuration: handlers.nacm.configuration, context };
    }, parts.recoveryUser);
    const onConfirmEvent = (event: ConfirmEvent): void => {
      parts.onConfirmEvent(event);
      this.#tellConfirmation(event);
    };
    this.#commits = new CommitControl(
      { ...parts, onConfirmEvent },
      {
        live: this.#live,
        candidate: this.#candidate,
        locks: this.#locks,
        denials: (plan, requester) => this.#commitDenials(plan, requester),
        changed: (edits, requester) => this.#tellChange(edits, requester),
      },
    );
    this.#schemas = schemaIdentities(parts.workspace.context);
    this.#yangLibrary = readYangLibrary(parts.workspace.context);
    this.#users = new ConfiguredUsers((name) => this.#live.current.handlers.users.account(name), parts.crypt);
    this.#state = agentState({
      engine: parts.engine,
      history: parts.history,
      interfaces: parts.interfaces,
      system: parts.system,
      startedMs: parts.system.nowMs(),
      handlers: () => this.#live.current.handlers,
      yangLibrary: this.#yangLibrary,
      monitor: () => this.#monitor,
      locks: () => this.locks(),
      schemas: () => this.schemas(),
      streams: () => this.#streams(),
      denials: () => this.#access.counters,
    });
  }

  /** Makes what the NETCONF server knows of its sessions part of the state. */
  attachMonitor(monitor: SessionMonitor): void {
    this.#monitor = monitor;
  }

  /** Makes the event streams of the NETCONF server part of the state. */
  attachStreams(streams: () => readonly EventStreamInfo[]): void {
    this.#streams = streams;
  }

  /** The users of the running configuration. */
  get users(): UserDirectory {
    return this.#users;
  }

  /** The limits of the NETCONF server in the running configuration; undefined: none are configured. */
  get serverLimits(): ServerLimits | undefined {
    return this.#live.current.handlers.serverLimits.limits;
  }

  /** Identifies the set of modules, for hello and ietf-yang-library (RFC 7950 §5.6.4). */
  get yangLibraryContentId(): string {
    return this.#yangLibrary.contentId;
  }

  /** All sessions that the running configuration asks for: the plan for the engine. */
  desired(): readonly DesiredSession[] {
    return this.#live.current.handlers.desired();
  }

  operationDenial(operation: QualifiedName, requester: Requester): RpcError | undefined {
    return this.#access.operationDenial(operation, requester);
  }

  permitsNotification(notification: QualifiedName, requester: Requester): boolean {
    return this.#access.permitsNotification(notification, requester);
  }

  getConfig(
    { datastore, filter, withDefaults }: ReadRequest,
    requester: Requester,
  ): Promise<Outcome<string>> {
    const complete = reportsDefaults(withDefaults);
    return this.#live.serve((workspace) =>
      withDatastore(workspace, this.#startup, datastore, { complete }, (tree) =>
        withReadable(tree, filter, this.#access.data(requester), (readable) =>
          readTree(readable, filter, withDefaults),
        ),
      ),
    );
  }

  get(
    filter: Filter | undefined,
    requester: Requester,
    withDefaults?: WithDefaults,
  ): Promise<Outcome<string>> {
    return this.#live.serve(async (workspace) => {
      const { running, analysis } = workspace;
      using tree = await filteredOperationalTree(running, analysis, this.#state, filter);
      return withReadable(tree, filter, this.#access.data(requester), (readable) =>
        readTree(readable, filter, withDefaults),
      );
    });
  }

  getData(request: DataRequest, requester: Requester): Promise<Outcome<string>> {
    const { datastore, filter } = request;
    return this.#live.serve(async (workspace) => {
      const read = (tree: DataTree): Outcome<string> => this.#readData(workspace, tree, request, requester);
      if (datastore === 'operational') {
        const { running, analysis } = workspace;
        using tree = await filteredOperationalTree(running, analysis, this.#state, filter);
        return read(tree);
      }
      const name = datastore === 'intended' ? 'running' : datastore;
      const complete = reportsDefaults(defaultsOf(request));
      return withDatastore(workspace, this.#startup, name, { complete }, read);
    });
  }

  editConfig(target: DatastoreName, edit: EditRequest, requester: Requester): Promise<Outcome> {
    return this.#change(target, requester, (workspace) => {
      const access = this.#access.data(requester);
      const guard = access && writeGuard(access);
      if (target === 'startup') return this.#editStartup(workspace, edit, guard);
      this.#candidate.touch();
      return withHashedPasswords(this.#parts.crypt, (normalise) =>
        applyEdit(workspace.candidate, edit, {
          normalise,
          guard,
          onChange: (node) => workspace.touched.touch(node),
          isValid: () => workspace.isCandidateValid(),
        }),
      );
    });
  }

  copyConfig(
    source: ConfigSource,
    target: DatastoreName,
    requester: Requester,
    withDefaults?: WithDefaults,
  ): Promise<Outcome> {
    if (source.type === 'datastore' && source.name === target) {
      return Promise.resolve(err([invalidValue(`Source and target are both ${target}.`)]));
    }
    return this.#change(target, requester, async (workspace) => {
      const access = this.#access.data(requester);
      const copy = await this.#materialise(workspace, source, isSave(source, target) ? undefined : access);
      if (!copy.ok) return copy;
      using tree = copy.value;
      if (withDefaults !== undefined) convertDefaults(tree, withDefaults);
      if (target === 'startup') {
        return await this.#replaceStartup(workspace, tree, isSave(source, target) ? undefined : access);
      }
      return this.#replaceCandidate(workspace, tree, access);
    });
  }

  deleteConfig(target: 'startup', requester: Requester): Promise<Outcome> {
    return this.#change(target, requester, () => this.#startup.clear());
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

  commit(requester: Requester, request: CommitRequest = {}): Promise<Outcome> {
    return this.#commits.commit(request, requester).then((outcome) => this.#counted(outcome));
  }

  cancelCommit(persistId: string | undefined, requester: Requester): Promise<Outcome> {
    return this.#commits.cancel(persistId, requester);
  }

  planCommit(requester: Requester): Promise<Outcome<CommitPlan>> {
    return this.#commits.plan(requester);
  }

  compare(
    source: ConfigReference,
    target: ConfigReference,
    requester: Requester,
  ): Promise<Outcome<Comparison>> {
    return this.#live.serve(async (workspace) => {
      const access = this.#access.data(requester);
      const before = await this.#refer(workspace, source, access);
      if (!before.ok) return before;
      using from = before.value;
      const after = await this.#refer(workspace, target, access);
      if (!after.ok) return after;
      using to = after.value;
      return ok(compareTrees(from, to));
    });
  }

  rollback(commitNumber: number, requester: Requester): Promise<Outcome> {
    return this.#change('candidate', requester, async (workspace) => {
      const found = await configurationAt(commitNumber, workspace.running, this.#parts.history);
      if (!found.ok) return found;
      using tree = found.value;
      return this.#replaceCandidate(workspace, tree, this.#access.data(requester));
    });
  }

  lock(datastore: DatastoreName, requester: Requester): Promise<Outcome> {
    return this.#live.serve((workspace) => {
      const pending = datastore === 'running' && this.#commits.lockObstacle(requester.sessionId);
      if (pending) return err([pending]);
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
    await this.#live.serve(async (workspace) => {
      const reverted = await this.#commits.sessionEnded(workspace, sessionId);
      if (this.#locks.release(sessionId).includes('candidate')) this.#discard(this.#live.current);
      return reverted;
    });
  }

  schemas(): readonly SchemaIdentity[] {
    return this.#schemas;
  }

  schemaText(
    name: string,
    revision: string | undefined,
    format: SchemaFormat = 'yang',
  ): Promise<Outcome<string>> {
    return this.#live.serve((workspace) => findSchemaText(workspace.context, name, revision, format));
  }

  locks(): readonly HeldLock[] {
    return this.#locks.held();
  }

  /**
   * Nothing happens by itself any more; resolves when all requests so far are answered and running is stored
   * as a whole, or cannot be: what is stored besides is as good.
   */
  async stop(): Promise<void> {
    this.#commits.stop();
    await this.#commits.compact();
  }

  /** Origins too are told by what may be read alone. */
  #readData(workspace: Workspace, tree: DataTree, request: DataRequest, by: Requester): Outcome<string> {
    const { filter } = request;
    const access = this.#access.data(by);
    return withReadable(tree, filter, access, (readable) =>
      readData(readable, request, (data) =>
        withReadable(workspace.running, filter, access, (running) => originsOf(data, running)),
      ),
    );
  }

  /** Serves a change of the candidate or of startup, unless another session has it locked. */
  #change(
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
      return this.#counted(await change(workspace));
    });
  }

  async #editStartup(workspace: Workspace, edit: EditRequest, guard?: WriteGuard): Promise<Outcome> {
    const startup = await this.#startup.tree(workspace);
    if (!startup.ok) return startup;
    using tree = startup.value;
    const edited = await withHashedPasswords(this.#parts.crypt, (normalise) =>
      applyEdit(tree, edit, { normalise, guard }),
    );
    return edited.ok ? await this.#startup.replace(workspace, tree) : edited;
  }

  /** A copy of a configuration as far as it may be read, which the caller frees. */
  async #refer(
    workspace: Workspace,
    reference: ConfigReference,
    access: DataAccess | undefined,
  ): Promise<Outcome<DataTree>> {
    if (reference.type === 'datastore') return this.#materialise(workspace, reference, access);
    const found = await configurationAt(reference.number, workspace.running, this.#parts.history);
    if (!found.ok || access === undefined) return found;
    using tree = found.value;
    return ok(readableCopy(tree, access, () => true));
  }

  /** Makes the candidate what `config` is, which becomes empty, unless access control is against it. */
  #replaceCandidate(workspace: Workspace, config: DataTree, access: DataAccess | undefined): Outcome {
    const denials = replacementDenials(access, workspace.candidate, config);
    if (denials.length > 0) return err(denials);
    this.#candidate.touch();
    workspace.touched.touchEverything();
    workspace.candidate.replaceWith(config);
    this.#candidate.settle(false);
    return ok();
  }

  async #replaceStartup(workspace: Workspace, config: DataTree, access?: DataAccess): Promise<Outcome> {
    if (access !== undefined) {
      const startup = await this.#startup.tree(workspace);
      if (!startup.ok) return startup;
      using tree = startup.value;
      const denials = replacementDenials(access, tree, config);
      if (denials.length > 0) return err(denials);
    }
    return this.#startup.replace(workspace, config);
  }

  /** Counts a change that access control has refused. */
  #counted(outcome: Outcome): Outcome {
    if (!outcome.ok && outcome.error.some(({ tag }) => tag === 'access-denied')) {
      this.#access.countDeniedWrite();
    }
    return outcome;
  }

  /** A copy of a source, which the caller frees; of a datastore as far as it may be read. */
  async #materialise(
    workspace: Workspace,
    source: ConfigSource,
    access?: DataAccess,
  ): Promise<Outcome<DataTree>> {
    if (source.type === 'datastore') {
      return withDatastore(workspace, this.#startup, source.name, { complete: false }, (tree) =>
        ok(access ? readableCopy(tree, access, () => true) : tree.duplicate()),
      );
    }
    return withHashedPasswords(this.#parts.crypt, (normalise) => {
      const parsed = parseConfig(workspace.context, source.xml, { validate: false });
      if (!parsed.ok) return parsed;
      const normalised = normalise(parsed.value);
      if (normalised.ok) return parsed;
      parsed.value.free();
      return normalised;
    });
  }

  /** What access control has against a commit (RFC 8341 §3.2.5). */
  #commitDenials({ diff }: PlannedCommit, requester: Requester): readonly RpcError[] {
    const access = this.#access.data(requester);
    return access === undefined ? [] : diffDenials(access, diff);
  }

  #tellConfirmation({ type: event, requester, owner, timeoutMs }: ConfirmEvent): void {
    const session = requester ?? owner;
    if (session === undefined) return;
    const timeMs = this.#parts.system.nowMs();
    const timeoutSeconds = timeoutMs === undefined ? null : Math.round(timeoutMs / 1000);
    this.notifications.events.publish({ type: 'confirmed-commit', timeMs, event, session, timeoutSeconds });
  }

  #tellChange(edits: readonly ConfigEdit[], by: Requester | null): void {
    if (edits.length === 0) return;
    const timeMs = this.#parts.system.nowMs();
    this.notifications.events.publish({ type: 'config-change', timeMs, by, edits });
  }

  #discard(workspace: Workspace): void {
    if (this.#candidate.touched) workspace.discardCandidate();
    this.#candidate.settle(true);
  }
}

/** Running copied to startup: to have the right to run that is all that it takes (RFC 8341 §3.2.7). */
function isSave(source: ConfigSource, target: DatastoreName): boolean {
  return source.type === 'datastore' && source.name === 'running' && target === 'startup';
}
