import type { DatastoreComparison } from '../../src/config/compare/compare-datastores.js';
import type { PatchEdit } from '../../src/config/compare/patch-edits.js';
import type { HostKeyAlgorithm, StoredHostKey } from '../../src/config/host-keys/host-key-store.js';
import type { Comparison } from '../../src/config/compare/compare-trees.js';
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
} from '../../src/config/config-service.js';
import {
  accessDenied,
  invalidValue,
  lockDenied,
  operationFailed,
  type RpcError,
} from '../../src/config/errors/rpc-error.js';
import { err, ok } from '../../src/lib/result.js';
import type { XmlElement } from '../../src/lib/xml/xml-element.js';

/**
 * A stand-in for the configuration in tests of the NETCONF layer alone: datastores are text, an edit
 * replaces the candidate's. It notes what it was asked, in `calls`.
 */
export class InMemoryConfigService implements ConfigService {
  readonly calls: { operation: string; arguments: unknown }[] = [];
  readonly stores: Record<DatastoreName, string> = { running: '', candidate: '', startup: '' };
  /** State that `get` adds to running. */
  state = '';
  /** What the next edit is refused with. */
  refuseWith: readonly RpcError[] | undefined;
  /** Called by every commit before it answers. */
  beforeCommit: () => Promise<void> = async () => undefined;
  /** Modules that the server tells of. */
  modules: SchemaIdentity[] = [
    moduleOf('ietf-interfaces', '2018-02-20', 'urn:ietf:params:xml:ns:yang:ietf-interfaces'),
    { ...moduleOf('toy', '2026-01-01', 'urn:toy'), features: ['a', 'b'], deviations: ['toy-deviations'] },
    { ...moduleOf('imported-only', '2020-01-01', 'urn:imported-only'), implemented: false },
  ];
  /** Names of operations that nobody may run. */
  readonly deniedOperations = new Set<string>();
  /** Names of operations that modules define, and their output. */
  readonly offeredRpcs = new Set<string>();
  output = '';
  private readonly held = new Map<DatastoreName, { sessionId: number; since: Date }>();

  operationDenial({ name }: QualifiedName): RpcError | undefined {
    return this.deniedOperations.has(name) ? accessDenied(`You may not run <${name}>.`) : undefined;
  }

  offersRpc({ name }: QualifiedName): boolean {
    return this.offeredRpcs.has(name);
  }

  async runModuleRpc(operation: XmlElement): Promise<Outcome<string>> {
    this.note('rpc', operation.local);
    return this.refuseWith === undefined ? ok(this.output) : err(this.refuseWith);
  }

  async runAction(around: XmlElement, requester: Requester): Promise<Outcome<string>> {
    this.note('action', { around: around.children.map(({ local }) => local), requester });
    return this.refuseWith === undefined ? ok(this.output) : err(this.refuseWith);
  }

  permitsNotification(): boolean {
    return true;
  }

  async getConfig(request: ReadRequest): Promise<Outcome<string>> {
    this.note('get-config', request);
    return ok(this.stores[request.datastore]);
  }

  async get(filter: Filter | undefined): Promise<Outcome<string>> {
    this.note('get', filter);
    return ok(this.stores.running + this.state);
  }

  async getData(request: DataRequest): Promise<Outcome<string>> {
    this.note('get-data', request);
    return ok(this.stores.running);
  }

  async editConfig(target: DatastoreName, edit: EditRequest, requester: Requester): Promise<Outcome> {
    this.note('edit-config', { target, edit, requester });
    if (edit.xml.includes('throw-up')) throw new Error('provoked');
    if (this.refuseWith !== undefined) return err(this.refuseWith);
    const denied = this.deniedBy(target, requester);
    if (denied !== undefined) return denied;
    this.stores[target] = edit.xml;
    return ok();
  }

  async copyConfig(source: ConfigSource, target: DatastoreName, requester: Requester): Promise<Outcome> {
    this.note('copy-config', { source, target, requester });
    this.stores[target] = source.type === 'inline' ? source.xml : this.stores[source.name];
    return ok();
  }

  async deleteConfig(target: 'startup', requester: Requester): Promise<Outcome> {
    this.note('delete-config', { target, requester });
    this.stores[target] = '';
    return ok();
  }

  async validate(source: ConfigSource): Promise<Outcome> {
    this.note('validate', source);
    return ok();
  }

  async discardChanges(requester: Requester): Promise<Outcome> {
    this.note('discard-changes', requester);
    this.stores.candidate = this.stores.running;
    return ok();
  }

  async commit(requester: Requester, request: CommitRequest = {}): Promise<Outcome> {
    this.note('commit', { requester, request });
    await this.beforeCommit();
    this.stores.running = this.stores.candidate;
    return ok();
  }

  async cancelCommit(persistId: string | undefined, requester: Requester): Promise<Outcome> {
    this.note('cancel-commit', { persistId, requester });
    return ok();
  }

  async planCommit(requester: Requester): Promise<Outcome<CommitPlan>> {
    this.note('plan-commit', requester);
    const session = { key: 'a', action: 'change', pollSequence: true, reasons: ['Because <so>.'] } as const;
    const tunnel = { fec: '192.0.2.1/32', action: 'create', ineligibleReason: 'no-policy' } as const;
    const refusals = [invalidValue('Not so.')];
    return ok({ accepted: false, sessions: [session], tunnels: [tunnel], refusals });
  }

  async compare(source: ConfigReference, target: ConfigReference): Promise<Outcome<Comparison>> {
    this.note('compare', { source, target });
    return ok({ edit: '<a xmlns="urn:toy"/>', text: '+ /toy:a\n' });
  }

  async compareDatastores(request: DatastoreComparisonRequest): Promise<Outcome<DatastoreComparison>> {
    this.note('compare-datastores', request);
    if (request.all) return ok({ type: 'no-matches' });
    const edits: readonly PatchEdit[] = [
      {
        operation: 'insert',
        target: '/toy:a=2',
        where: 'after',
        point: '/toy:a=1',
        value: '<a xmlns="urn:toy">2</a>',
      },
      { operation: 'delete', target: '/toy:a=3', sourceValue: '<a xmlns="urn:toy">3</a>' },
    ];
    return ok({ type: 'differences', edits });
  }

  async rollback(commitNumber: number, requester: Requester): Promise<Outcome> {
    this.note('rollback', { commitNumber, requester });
    return ok();
  }

  async generateHostKey(name: string, algorithm: HostKeyAlgorithm): Promise<Outcome<StoredHostKey>> {
    this.note('generate-host-key', { name, algorithm });
    return ok({ name, algorithm, publicKey: 'ssh-x AAAA', fingerprint: 'SHA256:a', createdMs: 0 });
  }

  async deleteHostKey(name: string): Promise<Outcome> {
    this.note('delete-host-key', { name });
    return ok();
  }

  async lock(datastore: DatastoreName, requester: Requester): Promise<Outcome> {
    this.note('lock', { datastore, requester });
    const holder = this.held.get(datastore);
    if (holder !== undefined) return err([lockDenied(holder.sessionId, 'The datastore is locked.')]);
    this.held.set(datastore, { sessionId: requester.sessionId, since: new Date() });
    return ok();
  }

  async unlock(datastore: DatastoreName, requester: Requester): Promise<Outcome> {
    this.note('unlock', { datastore, requester });
    if (this.held.get(datastore)?.sessionId !== requester.sessionId) {
      return err([operationFailed('The datastore is not locked by this session.')]);
    }
    this.held.delete(datastore);
    return ok();
  }

  async releaseSession(sessionId: number): Promise<void> {
    this.note('release', sessionId);
    for (const [datastore, holder] of this.held)
      if (holder.sessionId === sessionId) this.held.delete(datastore);
  }

  schemas(): readonly SchemaIdentity[] {
    return this.modules;
  }

  async schemaText(
    name: string,
    revision: string | undefined,
    format: SchemaFormat = 'yang',
  ): Promise<Outcome<string>> {
    const found = this.modules.find((module) => module.name === name);
    if (found === undefined || (revision !== undefined && revision !== found.revision)) {
      return err([invalidValue(`There is no module ${name}.`)]);
    }
    if (format === 'yin') return ok(`<module name="${name}"/>`);
    return ok(`module ${name} { description "<&>"; }`);
  }

  locks(): readonly { datastore: DatastoreName; sessionId: number; since: Date }[] {
    return [...this.held].map(([datastore, holder]) => ({ datastore, ...holder }));
  }

  private deniedBy(datastore: DatastoreName, requester: Requester): Outcome | undefined {
    const holder = this.held.get(datastore);
    if (holder === undefined || holder.sessionId === requester.sessionId) return undefined;
    return err([lockDenied(holder.sessionId, 'The datastore is locked.')]);
  }

  private note(operation: string, args: unknown): void {
    this.calls.push({ operation, arguments: args });
  }
}

function moduleOf(name: string, revision: string, namespace: string): SchemaIdentity {
  return { name, revision, namespace, features: [], deviations: [], implemented: true };
}
