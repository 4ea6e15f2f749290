/**
 * Keeps an engine running as the agent does, for a test: prints `pid N` whenever another engine runs, and
 * ends it when told to end. Arguments: the path of the socket.
 */
import { spawnEngine } from '../../dist/link/spawn-engine.io.js';

const [socketPath = ''] = process.argv.slice(2);
const log = (/** @type {object} */ fields, /** @type {string} */ text) =>
  process.stderr.write(`${text} ${JSON.stringify(fields)}\n`);
const eventSocketPath = `${socketPath}-events`;
const engine = spawnEngine({
  socketPath,
  eventSocketPath,
  logLevel: 'info',
  log: { info: log, warn: log, error: log },
});

let shown = 0;
const timer = setInterval(() => {
  const pid = engine.pid ?? shown;
  if (pid !== shown) {
    shown = pid;
    process.stdout.write(`pid ${pid}\n`);
  }
}, 10);

process.once('SIGTERM', () => {
  clearInterval(timer);
  engine.stop().then(() => process.stdout.write('stopped\n'), log);
});
