import type { SessionKey } from '../../link/messages.js';

/** Gives what `get` shows of one module besides the configuration. */
export interface StateProvider {
  /** The module whose state it is. */
  readonly module: string;
  /** Namespace of the top-level node that it contributes to. */
  readonly namespace: string;
  /** Name of that node. */
  readonly root: string;
  /** Whether it can tell the state of single BFD sessions. */
  readonly hasSessions?: true;
  /**
   * That node with the state inside and the keys of the list entries around it; '' for none.
   *
   * @param only the sessions that are wanted, where nothing else is; for a provider that has them
   */
  xml(only?: readonly SessionKey[]): Promise<string>;
}
