import { ok } from '../lib/result.js';
import type { XmlElement } from '../lib/xml/xml-element.js';
import type { DesiredState, EnginePort } from '../link/engine-port.js';
import { AccessControl } from './access/access-control.js';
import { secretElements } from './access/secret-elements.js';
import { diffDenials } from './access/write-check.js';
import { CandidateState } from './candidate-state.js';
import { CommitControl, type CommitParts } from './commit/commit-control.js';
import type { PlannedCommit } from './commit/plan-commit.js';
import type { StartupStore } from './commit/startup-store.js';
import type { DatastoreComparison } from './compare/compare-datastores.js';
import type { Comparison } from './compare/compare-trees.js';
import { ConfigCopies } from './config-copies.js';
import type {
  CommitPlan,
  CommitRequest,
  ConfigReference,
  ConfigService,
  ConfigSource,
  DataRequest,
  DatastoreComparisonRequest,
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
import { ConfigurationChecks } from './configuration-checks.js';
import { DatastoreEditor } from './datastore-editor.js';
import { DatastoreLocking } from './datastore-locking.js';
import { DatastoreReader } from './datastore-reader.js';
import { Locks, type HeldLock } from './datastore/locks.js';
import type { RpcError } from './errors/rpc-error.js';
import { lspOperations } from './invocations/lsp-operations.js';
import { LspSessions } from './state/lsp-sessions.js';
import { ModuleOperations } from './invocations/module-operations.js';
import { HostKeyControl } from './host-keys/host-key-control.js';
import type { HostKeyAlgorithm, HostKeyStore, StoredHostKey } from './host-keys/host-key-store.js';
import { LiveWorkspace, type ReplacementParts } from './live-workspace.js';
import type { EventStreamInfo } from './notification-source.js';
import { AgentNotifications } from './notifications/agent-notifications.js';
import { CommitEvents } from './notifications/commit-events.js';
import { findSchemaText, schemaIdentities } from './schemas.js';
import type { SharedParts } from './shared-parts.js';
import { StartupDatastore } from './startup-datastore.js';
import { agentState } from './state/agent-state.js';
import type { StateProvider } from './state/state-provider.js';
import type { SystemInterfaces } from './state/system-interfaces.js';
import type { SystemInfo } from './state/system-state.js';
import { readYangLibrary, type YangLibrary } from './state/yang-library-state.js';
import { ConfiguredUsers } from './users/configured-users.js';
import type { PasswordCrypt } from './users/password-crypt.js';
import type { Workspace } from './workspace.js';

/** What the configuration of the agent works with. */
export interface AgentConfigParts extends ReplacementParts, CommitParts {
  readonly workspace: Workspace;
  readonly startup: StartupStore;
  readonly crypt: PasswordCrypt;
  readonly interfaces: SystemInterfaces;
  readonly system: SystemInfo;
  readonly hostKeys: HostKeyStore;
  /** The user whose sessions are recovery sessions (RFC 8341 §3.2): no access control holds for them. */
  readonly recoveryUser?: string | undefined;
}

/**
 * The configuration of the agent: datastores, locks, commit pipeline and state, for all NETCONF
 * sessions. Requests are served one after another. When libyang crashes, that request is answered with
 * an error, and a new instance takes over with running as it was committed last; what the candidate had
 * besides is lost, and the next commit says so instead of committing.
 *
 * Here the parts are put together; what each request does is in the part that serves it.
 */
export class AgentConfig implements ConfigService {
  readonly #shared: SharedParts;
  readonly #reader: DatastoreReader;
  readonly #editor: DatastoreEditor;
  readonly #checks: ConfigurationChecks;
  readonly #locking: DatastoreLocking;
  readonly #commits: CommitControl;
  readonly #hostKeys: HostKeyControl;
  readonly #operations: ModuleOperations;
  readonly #users: UserDirectory;
  readonly #schemas: readonly SchemaIdentity[];
  readonly #yangLibrary: YangLibrary;
  /** What happens in the agent, and the notifications that tell of it. */
  readonly notifications: AgentNotifications;
  #monitor: SessionMonitor | undefined;
  #streams: () => readonly EventStreamInfo[] = () => [];

  constructor(parts: AgentConfigParts) {
    this.#shared = sharedParts(parts);
    const { live } = this.#shared;
    const nowMs = (): number => parts.system.nowMs();
    const lspSessions = new LspSessions(parts.engine);
    this.notifications = new AgentNotifications({ live, engine: parts.engine, lspSessions, nowMs });
    this.#schemas = schemaIdentities(parts.workspace.context);
    this.#yangLibrary = readYangLibrary(parts.workspace.context);
    this.#users = new ConfiguredUsers((name) => live.current.handlers.users.account(name), parts.crypt);
    this.#commits = commitControl(parts, this.#shared, this.notifications);
    this.#reader = new DatastoreReader(this.#shared, this.#stateProviders(parts, lspSessions));
    this.#hostKeys = new HostKeyControl({
      store: parts.hostKeys,
      live,
      isUnconfirmed: () => this.#commits.isUnconfirmed,
    });
    this.#operations = moduleOperations(parts.engine, lspSessions, this.#shared);
    this.#editor = new DatastoreEditor(this.#shared);
    this.#checks = new ConfigurationChecks(this.#shared);
    this.#locking = new DatastoreLocking(this.#shared, { commits: this.#commits, nowMs });
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
    return this.#shared.live.current.handlers.serverLimits.limits;
  }

  /** The names of the host keys in the running configuration; undefined: none are configured. */
  get hostKeyNames(): readonly string[] | undefined {
    return this.#shared.live.current.handlers.hostKeys.names;
  }

  /** Identifies the set of modules, for hello and ietf-yang-library (RFC 7950 §5.6.4). */
  get yangLibraryContentId(): string {
    return this.#yangLibrary.contentId;
  }

  /** All sessions that the running configuration asks for: the plan for the engine. */
  desired(): DesiredState {
    return this.#shared.live.current.handlers.desired();
  }

  operationDenial(operation: QualifiedName, requester: Requester): RpcError | undefined {
    return this.#shared.access.operationDenial(operation, requester);
  }

  offersRpc(operation: QualifiedName): boolean {
    return this.#operations.offers(operation);
  }

  runModuleRpc(operation: XmlElement): Promise<Outcome<string>> {
    return this.#operations.runRpc(operation);
  }

  runAction(around: XmlElement, requester: Requester): Promise<Outcome<string>> {
    return this.#operations.runAction(around, requester);
  }

  permitsNotification(notification: QualifiedName, requester: Requester): boolean {
    return this.#shared.access.permitsNotification(notification, requester);
  }

  getConfig(request: ReadRequest, requester: Requester): Promise<Outcome<string>> {
    return this.#reader.getConfig(request, requester);
  }

  get(
    filter: Filter | undefined,
    requester: Requester,
    withDefaults?: WithDefaults,
  ): Promise<Outcome<string>> {
    return this.#reader.get(filter, requester, withDefaults);
  }

  getData(request: DataRequest, requester: Requester): Promise<Outcome<string>> {
    return this.#reader.getData(request, requester);
  }

  editConfig(target: DatastoreName, edit: EditRequest, requester: Requester): Promise<Outcome> {
    return this.#editor.edit(target, edit, requester);
  }

  copyConfig(
    source: ConfigSource,
    target: DatastoreName,
    requester: Requester,
    withDefaults?: WithDefaults,
  ): Promise<Outcome> {
    return this.#editor.copy(source, target, requester, withDefaults);
  }

  deleteConfig(_target: 'startup', requester: Requester): Promise<Outcome> {
    return this.#editor.clearStartup(requester);
  }

  validate(source: ConfigSource, requester: Requester): Promise<Outcome> {
    return this.#checks.validate(source, requester);
  }

  discardChanges(requester: Requester): Promise<Outcome> {
    return this.#editor.discard(requester);
  }

  async commit(requester: Requester, request: CommitRequest = {}): Promise<Outcome> {
    const { access } = this.#shared;
    const outcome = access.countedWrite(await this.#commits.commit(request, requester));
    return access.readable(outcome, requester);
  }

  cancelCommit(persistId: string | undefined, requester: Requester): Promise<Outcome> {
    return this.#commits.cancel(persistId, requester);
  }

  async planCommit(requester: Requester): Promise<Outcome<CommitPlan>> {
    const planned = await this.#commits.plan(requester);
    if (!planned.ok) return planned;
    const refusals = this.#shared.access.readableErrors(planned.value.refusals, requester);
    return ok({ ...planned.value, refusals });
  }

  compare(
    source: ConfigReference,
    target: ConfigReference,
    requester: Requester,
  ): Promise<Outcome<Comparison>> {
    return this.#checks.compare(source, target, requester);
  }

  compareDatastores(
    request: DatastoreComparisonRequest,
    requester: Requester,
  ): Promise<Outcome<DatastoreComparison>> {
    return this.#reader.compare(request, requester);
  }

  rollback(commitNumber: number, requester: Requester): Promise<Outcome> {
    return this.#editor.rollback(commitNumber, requester);
  }

  generateHostKey(name: string, algorithm: HostKeyAlgorithm): Promise<Outcome<StoredHostKey>> {
    return this.#hostKeys.generate(name, algorithm);
  }

  deleteHostKey(name: string): Promise<Outcome> {
    return this.#hostKeys.remove(name);
  }

  lock(datastore: DatastoreName, requester: Requester): Promise<Outcome> {
    return this.#locking.lock(datastore, requester);
  }

  unlock(datastore: DatastoreName, requester: Requester): Promise<Outcome> {
    return this.#locking.unlock(datastore, requester);
  }

  releaseSession(sessionId: number): Promise<void> {
    return this.#locking.release(sessionId);
  }

  schemas(): readonly SchemaIdentity[] {
    return this.#schemas;
  }

  schemaText(
    name: string,
    revision: string | undefined,
    format: SchemaFormat = 'yang',
  ): Promise<Outcome<string>> {
    return this.#shared.live.serve(({ context }) => findSchemaText(context, name, revision, format));
  }

  locks(): readonly HeldLock[] {
    return this.#shared.locks.held();
  }

  /**
   * Nothing happens by itself any more; resolves when all requests so far are answered and running is stored
   * as a whole, or cannot be: what is stored besides is as good.
   */
  async stop(): Promise<void> {
    this.#commits.stop();
    await this.#commits.compact();
  }

  #stateProviders(parts: AgentConfigParts, lspSessions: LspSessions): readonly StateProvider[] {
    return agentState({
      engine: parts.engine,
      lspSessions,
      history: parts.history,
      hostKeys: parts.hostKeys,
      interfaces: parts.interfaces,
      system: parts.system,
      startedMs: parts.system.nowMs(),
      handlers: () => this.#shared.live.current.handlers,
      yangLibrary: this.#yangLibrary,
      monitor: () => this.#monitor,
      locks: () => this.locks(),
      schemas: () => this.schemas(),
      streams: () => this.#streams(),
      denials: () => this.#shared.access.counters,
      secrets: secretElements(parts.workspace.context),
    });
  }
}

function sharedParts(parts: AgentConfigParts): SharedParts {
  const { crypt, history, reload } = parts;
  const candidate = new CandidateState();
  const live = new LiveWorkspace(parts.workspace, {
    reload,
    onCrash: (crash) => {
      candidate.crashed();
      parts.onCrash(crash);
    },
  });
  const access = new AccessControl(() => {
    const { handlers, context } = live.current;
    return { configuration: handlers.nacm.configuration, context };
  }, parts.recoveryUser);
  const startup = new StartupDatastore(parts.startup);
  const copies = new ConfigCopies({ startup, history, crypt });
  return { live, candidate, locks: new Locks(), startup, access, copies, crypt };
}

function moduleOperations(engine: EnginePort, sessions: LspSessions, shared: SharedParts): ModuleOperations {
  const instance = (): string | undefined => shared.live.current.handlers.mpls.instance;
  return new ModuleOperations(shared, lspOperations({ engine, sessions, instance }));
}

function commitControl(
  parts: AgentConfigParts,
  { live, candidate, locks, access }: SharedParts,
  notifications: AgentNotifications,
): CommitControl {
  const events = new CommitEvents(notifications.events, () => parts.system.nowMs());
  const onConfirmEvent: CommitParts['onConfirmEvent'] = (event) => {
    parts.onConfirmEvent(event);
    events.confirmation(event);
  };
  return new CommitControl(
    { ...parts, onConfirmEvent },
    {
      live,
      candidate,
      locks,
      // RFC 8341 §3.2.5.
      denials: ({ diff }: PlannedCommit, requester) => {
        const data = access.data(requester);
        return data === undefined ? [] : diffDenials(data, diff);
      },
      changed: (edits, by) => events.change(edits, by),
    },
  );
}
