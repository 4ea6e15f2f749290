/** A socket that packets are fetched from, many a call. */
export interface PacketSource {
  readonly fd: number;
  /** How many are fetched at a time. */
  readonly batchSize: number;
  /**
   * Takes up to `batchSize` waiting packets from the kernel, and tells how many; they are gone at the next
   * call. Fewer than that: none is left waiting. -1: the kernel could not answer at this moment.
   */
  receiveBatch(): number;
  /** Hands over packet `index` of the last batch to whoever it is for. */
  handOver(index: number, nowUs: number): void;
}
