import koffi from 'koffi';

/** A descriptor that is being watched. */
export interface Watch {
  /** Ends it; the descriptor itself stays open. */
  close(): void;
}

/**
 * Calls `callback` from Node's event loop as long as `fd` has something to read.
 *
 * @param fatal is told of an exception in the callback and should end the process: the event loop would
 *   swallow the exception and call again at once, for ever
 */
export function watchReadable(fd: number, callback: () => void, fatal: (error: unknown) => void): Watch {
  return koffi.node.poll(fd, { readable: true }, () => {
    try {
      callback();
    } catch (error) {
      fatal(error);
    }
  });
}
