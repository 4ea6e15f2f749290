import { err, ok, type Result } from '../lib/result.js';
import type { EnginePort } from '../link/engine-port.js';
import { AgentConfig } from './agent-config.js';
import { JournaledStore } from './commit/journaled-store.io.js';
import { replay } from './commit/replay.js';
import type { StoredConfig } from './commit/config-store.js';
import { takeStateFolder, type StateFolder } from './commit/state-folder.io.js';
import { parseConfig } from './datastore/parse-config.js';
import { contentOfConfigDocument, hasUsers } from './first-configuration.js';
import { systemInfo } from './state/system-info.io.js';
import { sysfsInterfaces } from './state/system-interfaces.io.js';
import { withHashedPasswords } from './users/hash-cleartext.js';
import { initialConfiguration } from './users/initial-configuration.js';
import type { PasswordCrypt } from './users/password-crypt.js';
import type { LibyangCrash } from './yang/yang-error.js';
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
  /** Asked for the password of `admin`, when the first configuration has no user. */
  readonly adminPassword: () => string;
  /**
   * Asked for nothing before this function has answered: connect it afterwards, so that the engine
   * never gets an empty plan.
   */
  readonly engine: EnginePort;
  readonly crypt: PasswordCrypt;
  readonly onCrash: (crash: LibyangCrash) => void;
}

/** The configuration, ready to serve, and how to give the state folder back. */
export interface OpenAgentConfig {
  readonly config: AgentConfig;
  /** Waits for the requests that are being served, then lets go of the state folder. */
  readonly close: () => Promise<void>;
}

/**
 * Takes the state folder and loads the running configuration, or on a first start makes it: from `init`,
 * with the user `admin` where `init` has no user. Errors are texts for the terminal; whatever goes wrong,
 * what is stored stays as it is.
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
  const stored = await store.load();
  if (!stored.ok) return stored;
  const { crypt } = options;
  const workspace =
    stored.value.type === 'empty'
      ? await startFirst(options, store)
      : await startStored(options, store, stored.value);
  if (!workspace.ok) return workspace;
  const config = new AgentConfig({
    workspace: workspace.value,
    reload: () => reload(options, store),
    store,
    engine: options.engine,
    crypt,
    interfaces: sysfsInterfaces(),
    system: systemInfo(),
    onCrash: options.onCrash,
  });
  const close = async (): Promise<void> => {
    await config.idle();
    await folder.release();
  };
  return ok({ config, close });
}

async function startStored(
  options: AgentConfigOptions,
  store: JournaledStore,
  stored: Stored,
): Promise<Result<Workspace, string>> {
  const workspace = await startWith(options, stored);
  if (!workspace.ok) {
    const { type, message } = workspace.error;
    return err(type === 'setup' ? message : store.advice(`cannot be used (${message})`));
  }
  // An operator may have put a file there by hand, with passwords in cleartext.
  return printed(workspace.value) === stored.xml ? workspace : saveRunning(workspace.value, store);
}

async function startFirst(
  options: AgentConfigOptions,
  store: JournaledStore,
): Promise<Result<Workspace, string>> {
  const init = options.init === undefined ? ok('') : contentOfConfigDocument(options.init);
  if (!init.ok) return err(`The initial configuration cannot be read: ${init.error}`);
  const workspace = await startWith(options, { xml: init.value, patches: [] }, options.adminPassword);
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
  return stored.value.type === 'empty' ? err('nothing is stored') : startStored(options, store, stored.value);
}

type Stored = Pick<Extract<StoredConfig, { type: 'stored' }>, 'xml' | 'patches'>;

/** `setup`: it is not the configuration that is wrong. */
interface StartProblem {
  readonly type: 'setup' | 'configuration';
  readonly message: string;
}

/** A workspace that runs what is stored, with a user `admin` if there is none and a password for it is given. */
async function startWith(
  parts: WorkspaceParts & { readonly crypt: PasswordCrypt },
  stored: Stored,
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
      const parsedAdmin = parseConfig(workspace.context, admin, { validate: false });
      if (!parsedAdmin.ok) return parsedAdmin;
      using tree = parsedAdmin.value;
      config.merge(tree);
    }
    const replaced = replaceCleartext(config);
    return replaced.ok ? workspace.adopt(config) : replaced;
  });
  return adopted.ok ? ok(workspace) : err({ type: 'configuration', message: describeErrors(adopted.error) });
}
