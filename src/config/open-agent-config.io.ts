import { err, ok, type Result } from '../lib/result.js';
import type { EnginePort } from '../link/engine-port.js';
import { AgentConfig } from './agent-config.js';
import { systemCommitClock } from './commit/commit-clock.io.js';
import { CommitHistoryFolder } from './commit/commit-history.io.js';
import type { CommitClock } from './commit/commit-clock.js';
import type { ConfirmEvent } from './commit/commit-event.js';
import type { StoredConfig, StoredParts } from './commit/config-store.js';
import { JournaledStore } from './commit/journaled-store.io.js';
import { PendingFile } from './commit/pending-store.io.js';
import type { Outcome } from './config-service.js';
import { replay } from './commit/replay.js';
import { StartupFile } from './commit/startup-file.io.js';
import { takeStateFolder, type StateFolder } from './commit/state-folder.io.js';
import { changeBetween } from './compare/compare-trees.js';
import { parseConfig } from './datastore/parse-config.js';
import { contentOfConfigDocument, firstAdministrators, hasUsers } from './first-configuration.js';
import type { HostKeyStore } from './host-keys/host-key-store.js';
import { systemInfo } from './state/system-info.io.js';
import { sysfsInterfaces } from './state/system-interfaces.io.js';
import { withHashedPasswords } from './users/hash-cleartext.js';
import { initialAccess, initialConfiguration } from './users/initial-configuration.js';
import type { PasswordCrypt } from './users/password-crypt.js';
import type { LibyangCrash } from './yang/yang-error.js';
import type { DataTree } from './yang/data-tree.js';
import type { ModuleSource } from './yang/module-source.js';
import { describeErrors, Workspace, type WorkspaceParts } from './workspace.js';

/** What main gives to have a configuration. */
export interface AgentConfigOptions {
  readonly libyangModule: WebAssembly.Module;
  /** The agent's own YANG modules. */
  readonly moduleSource: ModuleSource;
  /** Modules that are served, validated and stored without a handler. */
  readonly extraModules?: ModuleSource;
  readonly stateDir: string;
  /** A `<config>` document, the first running configuration of an empty state folder. */
  readonly init?: string;
  /**
   * What to begin with where there are both: running as it was committed last (the default), or startup.
   */
  readonly boot?: 'running' | 'startup';
  /** Asked for the password of `admin`, when the configuration that the agent begins with has no user. */
  readonly adminPassword: () => string;
  /**
   * Asked for nothing before this function has answered: connect it afterwards, so that the engine
   * never gets an empty plan.
   */
  readonly engine: EnginePort;
  readonly crypt: PasswordCrypt;
  /** What configuration can name as host keys. */
  readonly hostKeys: HostKeyStore;
  /** The user for whom no access control holds. */
  readonly recoveryUser?: string | undefined;
  readonly onCrash: (crash: LibyangCrash) => void;
  /** Told what happens to confirmed commits. */
  readonly onConfirmEvent: (event: ConfirmEvent) => void;
  /** For what commits do by themselves; the clock of the process unless given. */
  readonly clock?: CommitClock;
}

/** The configuration, ready to serve, and how to give the state folder back. */
export interface OpenAgentConfig {
  readonly config: AgentConfig;
  /** Waits for the requests that are being served, then lets go of the state folder. */
  readonly close: () => Promise<void>;
}

/**
 * Takes the state folder and loads the running configuration. Where there is none, or startup is asked
 * for, it is made of the startup configuration; where that is missing too, as on a first start, of `init`.
 * Either way it gets what it says nothing of: the user `admin` where it has no user, and all rights for
 * `admin` where it has no `/nacm`. Errors are texts for the terminal; whatever goes wrong, what is stored
 * stays as it is.
 */
export async function openAgentConfig(options: AgentConfigOptions): Promise<Result<OpenAgentConfig, string>> {
  const folder = await takeStateFolder(options.stateDir);
  if (!folder.ok) return folder;
  const opened = await openIn(folder.value, options);
  if (!opened.ok) await folder.value.release();
  return opened;
}

async function openIn(
  folder: StateFolder,
  options: AgentConfigOptions,
): Promise<Result<OpenAgentConfig, string>> {
  const store = new JournaledStore(folder.path);
  const startup = new StartupFile(folder.path);
  const stored = await store.load();
  if (!stored.ok) return stored;
  const pending = new PendingFile(folder.path);
  const { crypt, onConfirmEvent, clock = systemCommitClock() } = options;
  const journal = stored.value.type === 'empty' ? [] : stored.value.records;
  const history = await CommitHistoryFolder.open(folder.path, journal);
  if (!history.ok) return history;
  const files = { store, pending, history: history.value };
  const workspace =
    stored.value.type === 'empty' || options.boot === 'startup'
      ? await startAnew(options, files, startup)
      : await startConfirmed(options, files, stored.value);
  if (!workspace.ok) return workspace;
  const reconciled = await history.value.reconcile(printed(workspace.value), Date.now());
  if (!reconciled.ok) return reconciled;
  await history.value.forgetBeyond(workspace.value.handlers.commitHistory.maxCommits);
  const config = new AgentConfig({
    workspace: workspace.value,
    reload: () => reload(options, store),
    startup,
    ...files,
    clock,
    onConfirmEvent,
    engine: options.engine,
    crypt,
    hostKeys: options.hostKeys,
    interfaces: sysfsInterfaces(),
    system: systemInfo(),
    recoveryUser: options.recoveryUser,
    onCrash: options.onCrash,
  });
  const close = async (): Promise<void> => {
    await config.stop();
    await store.close();
    await folder.release();
  };
  return ok({ config, close });
}

/**
 * Starts from what is stored, or from the configuration before a commit that was not confirmed when the
 * agent ended: an agent that stops or crashes meanwhile goes back to it (RFC 6241 §8.4.1).
 */
async function startConfirmed(
  options: AgentConfigOptions,
  { store, pending, history }: StateFiles,
  stored: Stored,
): Promise<Result<Workspace, string>> {
  const base = await pending.load();
  if (!base.ok) return base;
  if (base.value === undefined) return startStored(options, { store, history }, stored);
  const workspace = await useStored(options, store, { xml: base.value, records: [] });
  if (!workspace.ok) return workspace;
  const noted = await noteRevert(workspace.value, history, stored);
  if (!noted.ok) return noted;
  const saved = await saveRunning(workspace.value, store);
  if (!saved.ok) return saved;
  const forgotten = await pending.forget();
  if (!forgotten.ok) return forgotten;
  options.onConfirmEvent({ type: 'cancel', reason: 'the agent started again' });
  return workspace;
}

/** Remembers that the unconfirmed configuration `stored` is taken back. */
async function noteRevert(
  workspace: Workspace,
  history: CommitHistoryFolder,
  stored: Stored,
): Promise<Result<void, string>> {
  const unconfirmed = replay(workspace.context, stored);
  // What cannot be read any more is no step of the history either: the next one notes what it finds.
  if (!unconfirmed.ok) return ok();
  using before = unconfirmed.value;
  const xml = before.print({ format: 'xml', defaults: 'explicit' });
  const reconciled = await history.reconcile(xml, Date.now(), stored);
  if (!reconciled.ok) return reconciled;
  if (xml === printed(workspace)) return history.willSave(xml);
  const note = { kind: 'revert', timeMs: Date.now(), comment: 'the agent started again' } as const;
  const change = changeBetween(before, workspace.running);
  return history.append(note, change, printed(workspace));
}

async function startStored(
  options: AgentConfigOptions,
  { store, history }: Pick<StateFiles, 'store' | 'history'>,
  stored: Stored,
): Promise<Result<Workspace, string>> {
  const workspace = await useStored(options, store, stored);
  if (!workspace.ok) return workspace;
  const xml = printed(workspace.value);
  // An operator may have put a file there by hand, with passwords in cleartext.
  if (xml === stored.xml && stored.records.length === 0) return workspace;
  // Before the journal goes, whose end tells which commit was the last one to be carried out.
  const reconciled = await history.reconcile(xml, Date.now(), stored);
  if (!reconciled.ok) return reconciled;
  const noted = await history.willSave(xml);
  return noted.ok ? saveRunning(workspace.value, store) : noted;
}

async function useStored(
  options: AgentConfigOptions,
  store: JournaledStore,
  stored: StoredParts,
): Promise<Result<Workspace, string>> {
  const workspace = await startWith(options, stored);
  if (!workspace.ok) {
    const { type, message } = workspace.error;
    return err(type === 'setup' ? message : store.advice(`cannot be used (${message})`));
  }
  return ok(workspace.value);
}

/** From startup; where there is none, with a first configuration (RFC 6241 §8.7). */
async function startAnew(
  options: AgentConfigOptions,
  { store, pending }: StateFiles,
  startup: StartupFile,
): Promise<Result<Workspace, string>> {
  const workspace = await startBegun(options, store, startup);
  if (!workspace.ok) return workspace;
  // Running was replaced as a whole: a commit that waited for its confirmation went with it.
  const forgotten = await pending.forget();
  return forgotten.ok ? workspace : forgotten;
}

async function startBegun(
  options: AgentConfigOptions,
  store: JournaledStore,
  startup: StartupFile,
): Promise<Result<Workspace, string>> {
  const loaded = await startup.load();
  if (!loaded.ok) return err(`${loaded.error} Nothing was changed.`);
  if (loaded.value === undefined) return startFirst(options, store);
  const workspace = await startWith(options, { xml: loaded.value, records: [] }, options.adminPassword);
  if (workspace.ok) return saveRunning(workspace.value, store);
  return err(`The startup configuration cannot be used: ${workspace.error.message}. Nothing was changed.`);
}

async function startFirst(
  options: AgentConfigOptions,
  store: JournaledStore,
): Promise<Result<Workspace, string>> {
  const init = options.init === undefined ? ok('') : contentOfConfigDocument(options.init);
  if (!init.ok) return err(`The initial configuration cannot be read: ${init.error}`);
  const workspace = await startWith(options, { xml: init.value, records: [] }, options.adminPassword);
  if (!workspace.ok) return err(`The initial configuration cannot be used: ${workspace.error.message}`);
  return saveRunning(workspace.value, store);
}

async function saveRunning(workspace: Workspace, store: JournaledStore): Promise<Result<Workspace, string>> {
  const saved = await store.save(printed(workspace));
  return saved.ok ? ok(workspace) : saved;
}

function printed({ running }: Workspace): string {
  return running.print({ format: 'xml', defaults: 'explicit' });
}

async function reload(
  options: AgentConfigOptions,
  store: JournaledStore,
): Promise<Result<Workspace, string>> {
  const stored = await store.load();
  if (!stored.ok) return stored;
  return stored.value.type === 'empty' ? err('nothing is stored') : useStored(options, store, stored.value);
}

/** What is kept in the state folder. */
interface StateFiles {
  readonly store: JournaledStore;
  readonly pending: PendingFile;
  readonly history: CommitHistoryFolder;
}

type Stored = Extract<StoredConfig, { type: 'stored' }>;

/** `setup`: it is not the configuration that is wrong. */
interface StartProblem {
  readonly type: 'setup' | 'configuration';
  readonly message: string;
}

/**
 * A workspace that runs what is stored. A configuration that the agent begins with, for which
 * `adminPassword` is given, gets the user `admin` where it has no user, and all rights for its
 * administrators where it has no `/nacm`; one that commits have led to is taken as it is.
 */
async function startWith(
  parts: WorkspaceParts & { readonly crypt: PasswordCrypt; readonly hostKeys: HostKeyStore },
  stored: StoredParts,
  adminPassword?: () => string,
): Promise<Result<Workspace, StartProblem>> {
  const created = Workspace.create(parts);
  if (!created.ok) return err({ type: 'setup', message: created.error });
  const workspace = created.value;
  let admin: string | undefined;
  const adopted = await withHashedPasswords(parts.crypt, (replaceCleartext) => {
    const parsed = replay(workspace.context, stored);
    if (!parsed.ok) return parsed;
    using config = parsed.value;
    if (adminPassword !== undefined && !hasUsers(config)) {
      admin ??= initialConfiguration(adminPassword());
      const merged = mergeXml(config, admin);
      if (!merged.ok) return merged;
    }
    const administrators = adminPassword === undefined ? undefined : firstAdministrators(config);
    if (administrators !== undefined) {
      const merged = mergeXml(config, initialAccess(administrators));
      if (!merged.ok) return merged;
    }
    const replaced = replaceCleartext(config);
    return replaced.ok ? workspace.adopt(config) : replaced;
  });
  workspace.handlers.hostKeys.checkAgainst(parts.hostKeys);
  return adopted.ok ? ok(workspace) : err({ type: 'configuration', message: describeErrors(adopted.error) });
}

function mergeXml(config: DataTree, xml: string): Outcome {
  const parsed = parseConfig(config.context, xml, { validate: false });
  if (!parsed.ok) return parsed;
  using tree = parsed.value;
  config.merge(tree);
  return ok();
}
