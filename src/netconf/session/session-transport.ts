/** The channel under a session, as the session needs it. */
export interface SessionTransport {
  /** Sends `bytes` after all that was written before, soon, together with what is written next. */
  write(bytes: Uint8Array): void;
  /** Sends at once what has been written. */
  flush(): void;
  /** Resolves when the peer has taken enough of what was written, or is gone; `undefined`: it has. */
  drained(): Promise<void> | undefined;
  /** Stops and resumes the arrival of bytes; a few may still arrive after `pause`. */
  pause(): void;
  resume(): void;
  /** Lets others run: resolves in a later turn of the event loop. */
  nextTurn(): Promise<void>;
  /** Sends what has been written, then closes the channel. */
  close(): void;
}
