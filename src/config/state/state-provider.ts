/** Gives what `get` shows of one module besides the configuration. */
export interface StateProvider {
  /** The module whose state it is. */
  readonly module: string;
  /** Namespace of the top-level node that it contributes to. */
  readonly namespace: string;
  /** Name of that node. */
  readonly root: string;
  /** That node with the state inside and the keys of the list entries around it; '' for none. */
  xml(): Promise<string>;
}
