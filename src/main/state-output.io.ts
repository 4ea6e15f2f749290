import { pino, type Logger } from 'pino';

/** What a reader that is slow may leave in our memory, the lines of 100,000 changes; what comes then is lost. */
const UNREAD_MAX = 8 * 1024 * 1024;

/**
 * A way to standard output that sessions never wait for: what is written goes in the background. When
 * nobody reads any more, or too slowly, sessions go on all the same, and the log says once what is lost.
 */
export function stateOutput(log: Logger): (text: string) => void {
  const output = pino.destination({ dest: 1, sync: false, maxLength: UNREAD_MAX });
  let open = true;
  let lossTold = false;
  output.on('error', ({ message }: Error) => {
    open = false;
    log.warn({ reason: message }, 'nobody reads the state lines any more; the sessions go on');
  });
  output.on('drop', () => {
    if (!lossTold) {
      lossTold = true;
      log.warn({}, 'the state lines are read too slowly: some are lost');
    }
  });
  return (text) => {
    if (open) {
      output.write(text);
    }
  };
}
