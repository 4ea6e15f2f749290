import { NetconfClient } from '../client.mjs';
import { quantile, repeated } from '../measure.mjs';
import { residentMb } from '../processes.mjs';
import { change, INTERFACE, range, sessions } from '../payload.mjs';
import { fiftyAtOnce } from './fifty-sessions.mjs';

const SAMPLES = 100;
const ENTRIES = 100;

/**
 * Whether memory grows with the number of commits: the median of what is resident in the last fifth of
 * them against that in the second fifth. In the first the server fills what it keeps: caches, history. And what
 * commits cost then, at a server that has been in use.
 */
export const memoryGrowth = {
  name: 'memory-growth',
  rows: ['growth', 'aloneInUse', 'fiftyMedianInUse', 'fiftyP95InUse'],
  measure,
};

/**
 * @param {import('../measure.mjs').Server} server
 * @param {import('../options.mjs').Options} options
 * @param {import('../measure.mjs').Note} note
 */
async function measure(server, options, note) {
  const { limitMs, commits, rounds } = options;
  const client = await NetconfClient.ready(server.login, limitMs);
  await change(client, INTERFACE + sessions(range(ENTRIES), 0));
  const samples = [];
  for (let commit = 1; commit <= commits; commit += 1) {
    await change(client, sessions([commit % ENTRIES], commit));
    if (commit % Math.ceil(commits / SAMPLES) === 0) samples.push(residentMb(server.pids));
  }
  const fifth = samples.length / 5;
  const early = quantile(samples.slice(fifth, 2 * fifth), 0.5);
  const late = quantile(samples.slice(4 * fifth), 0.5);
  const beside = `${early.toFixed(1)} to ${late.toFixed(1)} MB`;
  note('growth', { value: (late / early - 1) * 100, beside });

  let variant = commits;
  const changeOne = () => change(client, sessions([0], (variant += 1)));
  note('aloneInUse', await repeated(server, rounds, changeOne));
  const fifty = await fiftyAtOnce(server, options, client);
  note('fiftyMedianInUse', fifty.median);
  note('fiftyP95InUse', { ...fifty.p95, beside: `${fifty.refused} refused, ${fifty.lost} lost` });
  client.close();
}
