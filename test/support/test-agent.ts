import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentConfig } from '../../src/config/agent-config.js';
import type { EditRequest, Requester } from '../../src/config/config-service.js';
import { openAgentConfig, type AgentConfigOptions } from '../../src/config/open-agent-config.io.js';
import { HostKeyFolder } from '../../src/netconf/ssh/host-keys.io.js';
import type { EnginePort } from '../../src/link/engine-port.js';
import { loadPasswordCrypt } from '../../src/config/users/crypt.io.js';
import type { LibyangCrash } from '../../src/config/yang/yang-error.js';
import { loadLibyangModule } from '../../src/config/yang/wasm-module.io.js';
import { readYangDirectories } from '../../src/config/yang/yang-directory.io.js';
import { InMemoryEngine } from './in-memory-engine.js';

const YANG = new URL('../../yang', import.meta.url).pathname;

export const REQUESTER: Requester = { sessionId: 1, user: 'admin' };

/** The password of `admin` in a test agent. */
export const ADMIN_PASSWORD = 'correct horse battery staple';

/** An AgentConfig over a real state folder and libyang, with an engine. */
export interface TestAgent<Engine extends EnginePort = InMemoryEngine> {
  readonly config: AgentConfig;
  readonly engine: Engine;
  readonly stateDir: string;
  readonly crashes: readonly LibyangCrash[];
  close(): Promise<void>;
}

/** The options that the agent is opened with in tests. */
export async function agentOptions(
  stateDir: string,
  engine: EnginePort,
  crashes: LibyangCrash[] = [],
): Promise<AgentConfigOptions> {
  return {
    libyangModule: await loadLibyangModule(),
    moduleSource: await readYangDirectories([YANG]),
    stateDir,
    adminPassword: () => ADMIN_PASSWORD,
    engine,
    crypt: loadPasswordCrypt(),
    hostKeys: new HostKeyFolder(stateDir),
    // Tests that commit a configuration without access rules go on with theirs.
    recoveryUser: REQUESTER.user,
    onCrash: (crash) => crashes.push(crash),
    onConfirmEvent: () => undefined,
  };
}

/** Opens an agent on `stateDir`, or on a folder of its own that goes away with it; with an engine in memory. */
export function openTestAgent(
  given: Partial<AgentConfigOptions> & { readonly engine?: InMemoryEngine } = {},
): Promise<TestAgent> {
  return openTestAgentOn(given.engine ?? new InMemoryEngine(), given);
}

/** The same with any engine. */
export async function openTestAgentOn<Engine extends EnginePort>(
  engine: Engine,
  given: Partial<AgentConfigOptions> = {},
): Promise<TestAgent<Engine>> {
  const crashes: LibyangCrash[] = [];
  const stateDir = given.stateDir ?? (await temporaryFolder());
  const opened = await openAgentConfig({ ...(await agentOptions(stateDir, engine, crashes)), ...given });
  if (!opened.ok) throw new Error(opened.error);
  const { config, close } = opened.value;
  return {
    config,
    engine,
    stateDir,
    crashes,
    async close() {
      await close();
      if (given.stateDir === undefined) await rm(stateDir, { recursive: true });
    },
  };
}

/** A new empty folder. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'bfd-agent-test-'));
}

/** A plain edit-config of `xml`. */
export function edit(xml: string, changes: Partial<EditRequest> = {}): EditRequest {
  return {
    xml,
    defaultOperation: 'merge',
    testOption: 'set',
    errorOption: 'rollback-on-error',
    ...changes,
  };
}
