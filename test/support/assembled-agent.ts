import { rm } from 'node:fs/promises';
import { AgentConfig } from '../../src/config/agent-config.js';
import { systemCommitClock } from '../../src/config/commit/commit-clock.io.js';
import { CommitHistoryFolder } from '../../src/config/commit/commit-history.io.js';
import { JournaledStore } from '../../src/config/commit/journaled-store.io.js';
import { PendingFile } from '../../src/config/commit/pending-store.io.js';
import { replay } from '../../src/config/commit/replay.js';
import { StartupFile } from '../../src/config/commit/startup-file.io.js';
import { systemInfo } from '../../src/config/state/system-info.io.js';
import { sysfsInterfaces } from '../../src/config/state/system-interfaces.io.js';
import { HostKeyFolder } from '../../src/netconf/ssh/host-keys.io.js';
import { loadPasswordCrypt } from '../../src/config/users/crypt.io.js';
import type { Workspace } from '../../src/config/workspace.js';
import type { LibyangCrash } from '../../src/config/yang/yang-error.js';
import { ok } from '../../src/lib/result.js';
import { emptyWorkspace } from './agent-workspace.js';
import { InMemoryEngine } from './in-memory-engine.js';
import { temporaryFolder } from './test-agent.js';

/** An AgentConfig put together by the test, which sees into its workspace. */
export interface AssembledAgent {
  readonly config: AgentConfig;
  readonly engine: InMemoryEngine;
  readonly crashes: readonly LibyangCrash[];
  /** The workspace in use. */
  workspace(): Workspace;
  dispose(): Promise<void>;
}

/** An agent with nothing configured, and a folder of its own. */
export async function assembleAgent(): Promise<AssembledAgent> {
  const folder = await temporaryFolder();
  const store = new JournaledStore(folder);
  const history = await CommitHistoryFolder.open(folder, []);
  if (!history.ok) throw new Error(history.error);
  const engine = new InMemoryEngine();
  const crashes: LibyangCrash[] = [];
  let workspace = emptyWorkspace();
  await store.save('');
  const config = new AgentConfig({
    workspace,
    async reload() {
      const stored = await store.load();
      workspace = emptyWorkspace();
      if (!stored.ok || stored.value.type === 'empty') throw new Error('nothing is stored');
      const replayed = replay(workspace.context, stored.value);
      if (!replayed.ok) throw new Error('what is stored cannot be read');
      using tree = replayed.value;
      if (!workspace.adopt(tree).ok) throw new Error('what is stored is not valid');
      return ok(workspace);
    },
    store,
    startup: new StartupFile(folder),
    pending: new PendingFile(folder),
    history: history.value,
    clock: systemCommitClock(),
    onConfirmEvent: () => undefined,
    engine,
    crypt: loadPasswordCrypt(),
    hostKeys: new HostKeyFolder(folder),
    interfaces: sysfsInterfaces(),
    system: systemInfo(),
    // Nothing is configured, so that nobody else could write.
    recoveryUser: 'admin',
    onCrash: (crash) => crashes.push(crash),
  });
  return {
    config,
    engine,
    crashes,
    workspace: () => workspace,
    dispose: () => rm(folder, { recursive: true }),
  };
}
