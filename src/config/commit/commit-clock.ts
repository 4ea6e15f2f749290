/** Time and one alarm, for what happens to commits by themselves. */
export interface CommitClock {
  /** Milliseconds of a clock that is never set. */
  nowMs(): number;
  /** Rings once at `atMs`, or soon after; takes the place of the alarm before it. Undefined: no alarm. */
  setAlarm(atMs: number | undefined, ring: () => void): void;
  /** Resolves when what waits to be done has had its turn: answers that are ready leave before. */
  nextTurn(): Promise<void>;
}
