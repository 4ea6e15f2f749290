import type { DenialCounters } from '../access/access-control.js';
import type { ElementNames } from '../access/secret-elements.js';
import type { EnginePort } from '../../link/engine-port.js';
import type { CommitHistory } from '../commit/commit-history.js';
import type { HostKeyStore } from '../host-keys/host-key-store.js';
import type { AgentHandlers } from '../handlers/agent-handlers.js';
import type { LspSessions } from './lsp-sessions.js';
import { bfdState } from './bfd-state.js';
import { engineState } from './engine-state.js';
import { eventStreamsState, type EventStreamsSource } from './event-streams-state.js';
import { commitsState } from './commits-state.js';
import { hostKeysState } from './host-keys-state.js';
import { interfacesState } from './interfaces-state.js';
import { keyChainsState } from './key-chains-state.js';
import { netconfState, type NetconfStateSource } from './netconf-state.js';
import { nacmState } from './nacm-state.js';
import type { StateProvider } from './state-provider.js';
import type { SystemInterfaces } from './system-interfaces.js';
import { systemState, type SystemInfo } from './system-state.js';
import { yangLibraryState, type YangLibrary } from './yang-library-state.js';

/** Where the state of the agent and its system comes from. */
export interface StateSources extends NetconfStateSource, EventStreamsSource {
  readonly engine: EnginePort;
  readonly lspSessions: LspSessions;
  readonly history: CommitHistory;
  readonly hostKeys: HostKeyStore;
  readonly interfaces: SystemInterfaces;
  readonly system: SystemInfo;
  /** When the agent started. */
  readonly startedMs: number;
  handlers(): AgentHandlers;
  /** ietf-yang-library of the schema in use. */
  readonly yangLibrary: YangLibrary;
  /** Elements of configuration that hold secrets. */
  readonly secrets: ElementNames;
  /** What access control has refused. */
  denials(): DenialCounters;
}

/** All state providers: one line for each module with state. */
export function agentState(sources: StateSources): readonly StateProvider[] {
  const handlers = (): AgentHandlers => sources.handlers();
  return [
    interfacesState(sources.interfaces, () => handlers().interfaces.configured(), sources.startedMs),
    bfdState({
      configured: {
        instances: () => handlers().protocols.instances(),
        mplsInstance: () => handlers().mpls.instance,
        sessions: () => handlers().bfdSessions.sessions(),
        session: (key) => handlers().bfdSessions.session(key),
      },
      engine: sources.engine,
      lspSessions: sources.lspSessions,
    }),
    engineState(sources.engine),
    keyChainsState(
      () => handlers().keyChains.chains(),
      () => sources.system.nowMs(),
    ),
    systemState(sources.system),
    netconfState(sources),
    nacmState(() => sources.denials()),
    eventStreamsState(sources),
    hostKeysState(sources.hostKeys, () => handlers().hostKeys.names ?? sources.hostKeys.defaults),
    commitsState(sources.history, sources.secrets),
    ...yangLibraryState(sources.yangLibrary),
  ];
}
