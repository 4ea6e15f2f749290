import type { XmlElement } from '../lib/xml/xml-element.js';
import type { Result } from '../lib/result.js';
import type { DatastoreComparison } from './compare/compare-datastores.js';
import type { Comparison } from './compare/compare-trees.js';
import type { ConfirmationRequest } from './commit/confirmed-commit.js';
import type { TunnelEffect } from './commit/lsp-effects.js';
import type { SessionEffect } from './commit/session-effects.js';
import type { HostKeyAlgorithm, StoredHostKey } from './host-keys/host-key-store.js';
import type { RpcError } from './errors/rpc-error.js';

/** The datastores that exist (RFC 6241 §5.1, RFC 8342). */
export type DatastoreName = 'running' | 'candidate' | 'startup';

/** Who asks: the NETCONF session and its user. */
export interface Requester {
  readonly sessionId: number;
  readonly user: string;
  /** Text of the client's address. */
  readonly sourceHost?: string;
}

/** Outcome of an operation that may find several errors. */
export type Outcome<T = void> = Result<T, readonly RpcError[]>;

/** Which part of the data is wanted (RFC 6241 §6 and §8.9). */
export type Filter =
  | { readonly type: 'subtree'; readonly element: XmlElement }
  | {
      readonly type: 'xpath';
      readonly select: string;
      /** Prefixes that the expression may use. */
      readonly namespaces: ReadonlyMap<string, string>;
    };

/** How values that are there by default are reported (RFC 6243 §3); `explicit` is the basic mode. */
export type WithDefaults = 'explicit' | 'report-all' | 'report-all-tagged' | 'trim';

export interface ReadRequest {
  readonly datastore: DatastoreName;
  readonly filter?: Filter;
  readonly withDefaults?: WithDefaults;
}

/** The datastores that `<get-data>` reads (RFC 8342); intended is as running is. */
export type NmdaDatastore = DatastoreName | 'intended' | 'operational';

/** Which configuration nodes of `<operational>` are wanted: names of identities of ietf-origin. */
export interface OriginFilter {
  /** True: those that are of none of the origins. */
  readonly negated: boolean;
  readonly names: readonly string[];
}

/** `<get-data>` (RFC 8526 §3.1.1). Origins are for operational alone. */
export interface DataRequest {
  readonly datastore: NmdaDatastore;
  readonly filter?: Filter;
  /** Configuration only (true), or state only (false). */
  readonly config?: boolean;
  readonly origins?: OriginFilter;
  /** Levels of every chosen node, from 1; all unless given. */
  readonly maxDepth?: number;
  readonly withOrigin: boolean;
  readonly withDefaults?: WithDefaults;
}

/** Where a configuration comes from: a datastore, or XML that the client sent. */
export type ConfigSource =
  | { readonly type: 'datastore'; readonly name: DatastoreName }
  /** XML siblings, each standing alone (see XmlElement.payload). */
  | { readonly type: 'inline'; readonly xml: string };

/** `<edit-config>` without its target (RFC 6241 §7.2). */
export interface EditRequest {
  readonly xml: string;
  readonly defaultOperation: 'merge' | 'replace' | 'none';
  /**
   * `deferred` is what a client gets that names none: what the edit itself has wrong refuses all of it,
   * constraints are left to validate and commit, so that a candidate can grow step by step (RFC 7950
   * §8.3.3).
   */
  readonly testOption: 'deferred' | 'test-then-set' | 'set' | 'test-only';
  readonly errorOption: 'stop-on-error' | 'continue-on-error' | 'rollback-on-error';
}

/** The formats that the text of a module can be had in (RFC 6022 §2.1.3). */
export type SchemaFormat = 'yang' | 'yin';
/** `<commit>` without who asks (RFC 6241 §8.3.4.1, §8.4). */
export interface CommitRequest extends ConfirmationRequest {
  /** What the commit is remembered with (bfd-agent-commit). */
  readonly comment?: string;
  readonly label?: string;
}

/** What committing the candidate would do. */
export interface CommitPlan {
  /** False: the commit would be refused, and nothing of it done. */
  readonly accepted: boolean;
  /** What happens to which sessions; those that are not named go on untouched. */
  readonly sessions: readonly SessionEffect[];
  /** What happens to which tunnels; of those that are not named nothing changes. */
  readonly tunnels: readonly TunnelEffect[];
  /** Why the commit would be refused. */
  readonly refusals: readonly RpcError[];
}

/** A configuration that is there, or that was. */
export type ConfigReference =
  | { readonly type: 'datastore'; readonly name: DatastoreName }
  /** What the commit of this number resulted in. */
  | { readonly type: 'commit'; readonly number: number };

/** `<compare>` of RFC 9144: how two datastores differ. */
export interface DatastoreComparisonRequest {
  readonly source: NmdaDatastore;
  readonly target: NmdaDatastore;
  readonly filter?: Filter;
  /** Also state, of which configuration has none. */
  readonly all: boolean;
  /** Whether values of operational come with their origins. */
  readonly reportOrigin: boolean;
}

/** A module as hello, netconf-state and get-schema tell of it. */
export interface SchemaIdentity {
  readonly name: string;
  readonly revision: string;
  readonly namespace: string;
  readonly features: readonly string[];
  readonly deviations: readonly string[];
  readonly implemented: boolean;
}

/** The name of an operation or notification as XML has it. */
export interface QualifiedName {
  readonly namespace: string;
  readonly name: string;
}

/**
 * All that NETCONF asks of the configuration. One object owns the datastores, the locks and the
 * commit pipeline; the requests of all sessions go through it one after another.
 */
export interface ConfigService {
  /** Why the requester may not run an operation (RFC 8341 §3.4.4): asked before each. */
  operationDenial(operation: QualifiedName, requester: Requester): RpcError | undefined;
  /** Whether there is an operation of that name that a module defines besides those of the protocol. */
  offersRpc(operation: QualifiedName): boolean;
  /** Does one of these for somebody who may run it: its output, elements that each stand alone. */
  runModuleRpc(operation: XmlElement): Promise<Outcome<string>>;
  /** Does the action inside of `<action>` (RFC 7950 §7.15), where the requester may: its output, likewise. */
  runAction(around: XmlElement, requester: Requester): Promise<Outcome<string>>;
  /** Whether the requester may receive a notification (RFC 8341 §3.4.6); one that is withheld is counted. */
  permitsNotification(notification: QualifiedName, requester: Requester): boolean;
  /** `<get-config>`: XML siblings (content of `<data>`), as far as the requester may read them. */
  getConfig(request: ReadRequest, requester: Requester): Promise<Outcome<string>>;
  /** `<get>`: running and the state of the system, as far as the requester may read them. */
  get(
    filter: Filter | undefined,
    requester: Requester,
    withDefaults?: WithDefaults,
  ): Promise<Outcome<string>>;
  /** `<get-data>`: XML siblings (content of `<data>`), as far as the requester may read them. */
  getData(request: DataRequest, requester: Requester): Promise<Outcome<string>>;
  editConfig(target: DatastoreName, edit: EditRequest, requester: Requester): Promise<Outcome>;
  /** With `withDefaults` the target gets what reading the source in that mode gives (RFC 6243 §4.5.3). */
  copyConfig(
    source: ConfigSource,
    target: DatastoreName,
    requester: Requester,
    withDefaults?: WithDefaults,
  ): Promise<Outcome>;
  /** `<delete-config>`: of startup alone. */
  deleteConfig(target: 'startup', requester: Requester): Promise<Outcome>;
  /** `<validate>`; errors of datastores are told as far as the requester may read what they are about. */
  validate(source: ConfigSource, requester: Requester): Promise<Outcome>;
  discardChanges(requester: Requester): Promise<Outcome>;
  commit(requester: Requester, request?: CommitRequest): Promise<Outcome>;
  /** `<cancel-commit>` (RFC 6241 §8.4.4.1). */
  cancelCommit(persistId: string | undefined, requester: Requester): Promise<Outcome>;
  /** What committing the candidate would do for this requester now, without doing it (bfd-agent-commit). */
  planCommit(requester: Requester): Promise<Outcome<CommitPlan>>;
  /** What makes the one configuration out of the other (bfd-agent-commit). */
  compare(
    source: ConfigReference,
    target: ConfigReference,
    requester: Requester,
  ): Promise<Outcome<Comparison>>;
  /** What makes the one datastore out of the other, as far as the requester may read them (RFC 9144). */
  compareDatastores(
    request: DatastoreComparisonRequest,
    requester: Requester,
  ): Promise<Outcome<DatastoreComparison>>;
  /** Makes the candidate what an earlier commit resulted in (bfd-agent-commit). */
  rollback(commitNumber: number, requester: Requester): Promise<Outcome>;
  /** Makes a host key (bfd-agent-server). */
  generateHostKey(name: string, algorithm: HostKeyAlgorithm): Promise<Outcome<StoredHostKey>>;
  /** Deletes a host key that is not in use (bfd-agent-server). */
  deleteHostKey(name: string): Promise<Outcome>;
  /** `<lock>`; refused with lock-denied as RFC 6241 §7.5 and §8.3.5.2 say. */
  lock(datastore: DatastoreName, requester: Requester): Promise<Outcome>;
  unlock(datastore: DatastoreName, requester: Requester): Promise<Outcome>;
  /** The session is gone: its locks are released, and what they guard discarded (RFC 6241 §7.5, §8.3.5.2). */
  releaseSession(sessionId: number): Promise<void>;
  /** Modules for hello and monitoring. */
  schemas(): readonly SchemaIdentity[];
  /** `<get-schema>`, in yang unless another format is named. */
  schemaText(name: string, revision: string | undefined, format?: SchemaFormat): Promise<Outcome<string>>;
  /** Locks held, for monitoring. */
  locks(): readonly {
    readonly datastore: DatastoreName;
    readonly sessionId: number;
    readonly since: Date;
  }[];
}

/** What the configuration asks of NETCONF, for the operational state it shows (RFC 6022). */
export interface SessionMonitor {
  capabilities(): readonly string[];
  sessions(): readonly MonitoredSession[];
  statistics(): MonitoredStatistics;
}

export interface MonitoredSession {
  readonly sessionId: number;
  readonly user: string;
  readonly sourceHost: string;
  readonly loginTime: Date;
  readonly inRpcs: number;
  readonly inBadRpcs: number;
  readonly outRpcErrors: number;
  readonly outNotifications: number;
}

export interface MonitoredStatistics {
  readonly startTime: Date;
  readonly inBadHellos: number;
  readonly inSessions: number;
  readonly droppedSessions: number;
  readonly inRpcs: number;
  readonly inBadRpcs: number;
  readonly outRpcErrors: number;
  readonly outNotifications: number;
}

/** Bounds on what clients may take of the NETCONF server, by the effective configuration. */
export interface ServerLimits {
  /** NETCONF sessions at a time. */
  readonly maxSessions: number;
  /** Connections that have not logged in; one more makes the oldest of them go. */
  readonly maxUnauthenticatedConnections: number;
  /** From the TCP connection to the login. */
  readonly loginTimeoutMs: number;
  /** Failed logins after which a connection is closed. */
  readonly maxLoginAttempts: number;
  /** Delay of the answer to the first failed login from an address; doubles each time. */
  readonly loginFailureDelayMs: number;
  /** From the login to the client's hello. */
  readonly helloTimeoutMs: number;
  /** Without anything received from the client; 0: a session may be idle for ever. */
  readonly idleTimeoutMs: number;
  /** Without anything received on a connection until the client is asked for an answer; 0: never. */
  readonly keepAliveIntervalMs: number;
  /** Requests without an answer after which the connection is ended. */
  readonly keepAliveCount: number;
  readonly maxMessageBytes: number;
  /** Elements inside one another in a message. */
  readonly maxXmlDepth: number;
}

/** Who may log in, by the effective configuration. */
export interface UserDirectory {
  /** True when `password` is that of `user`. Takes the same time for an unknown user. */
  checkPassword(user: string, password: string): Promise<boolean>;
  /** True when the key (SSH wire form, RFC 4253 §6.6) is an authorized one of `user`. */
  hasKey(user: string, algorithm: string, blob: Uint8Array): boolean;
}
