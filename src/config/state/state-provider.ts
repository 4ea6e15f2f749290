import type { SessionKey, TunnelKey } from '../../link/messages.js';

/** Single sessions and tunnels, or whole lists of them alone, or how many there are. */
export interface SingleStates {
  /** Sessions over IP. */
  readonly sessions: readonly SessionKey[];
  /** Sessions of LSPs, by local discriminator. */
  readonly lspSessions: readonly number[] | 'all';
  readonly tunnels: readonly TunnelKey[] | 'all';
  /** Groups of sessions of LSPs, by FEC. */
  readonly lspGroups: readonly TunnelKey[];
  /** Whether the summaries of sessions are wanted. */
  readonly summaries: boolean;
}

/** Which state is wanted. */
export interface StateRequest {
  /** These, where nothing else is wanted; for a provider that has them. */
  readonly only?: SingleStates | undefined;
  /** Also entries of configuration that nobody has configured, and the system has learned (RFC 8342 §5.3.4). */
  readonly learned: boolean;
}

/** Gives what `get` shows of one module besides the configuration. */
export interface StateProvider {
  /** The module whose state it is. */
  readonly module: string;
  /** Namespace of the top-level node that it contributes to. */
  readonly namespace: string;
  /** Name of that node. */
  readonly root: string;
  /** Whether it can tell the state of single BFD sessions and tunnels. */
  readonly hasSessions?: true;
  /**
   * That node with the state inside and the keys of the list entries around it; '' for none.
   */
  xml(request?: StateRequest): Promise<string>;
}
