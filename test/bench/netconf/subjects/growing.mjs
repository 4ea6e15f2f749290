import { NetconfClient, Unanswered } from '../client.mjs';
import { once, repeated } from '../measure.mjs';
import { residentMb } from '../processes.mjs';
import { change, GET_CONFIG, getOne, INTERFACE, range, REMOVE_SESSIONS, sessions } from '../payload.mjs';
import { middle } from '../rows.mjs';

/** What operations cost while ever more is configured. */
export const growing = {
  name: 'growing',
  rows: [
    'alone',
    'one10',
    'oneSome',
    'bulk',
    'memory',
    'getAll',
    'getOne',
    'oneAll',
    'oneRatio',
    'oneCpuRatio',
  ],
  measure,
};

/**
 * @param {import('../measure.mjs').Server} server
 * @param {import('../options.mjs').Options} options
 * @param {import('../measure.mjs').Note} note
 */
async function measure(server, { limitMs, rounds, sessions: all }, note) {
  const client = await NetconfClient.ready(server.login, limitMs);
  await change(client, INTERFACE);
  let variant = 0;
  const changeOne = (/** @type {number} */ number) =>
    repeated(server, rounds, () => change(client, sessions([number], (variant += 1))));
  await change(client, sessions([5], 0));
  // Until what runs often is compiled.
  await changeOne(5);
  note('alone', await changeOne(5));

  await change(client, sessions(range(10), 0));
  const few = await changeOne(5);
  note('one10', few);
  await change(client, sessions(range(middle(all)), 0));
  note('oneSome', await changeOne(5));

  // All at once, as of an empty configuration.
  await change(client, REMOVE_SESSIONS);
  const bulk = await once(server, () => change(client, sessions(range(all), 0)));
  note('bulk', { ...bulk, value: bulk.value / 1000 });
  note('memory', { value: residentMb(server.pids) });

  const get = await repeated(server, 7, async () => {
    const reply = await client.rpc(GET_CONFIG);
    const found = reply.split('<dest-addr>').length - 1;
    if (found !== all) throw new Unanswered(`${found} of ${all} sessions in the reply`);
  });
  note('getAll', { ...get, value: get.value / 1000, beside: '' });
  note('getOne', await repeated(server, rounds, () => client.rpc(getOne(all >> 1))));

  const many = await changeOne(all >> 1);
  note('oneAll', many);
  note('oneRatio', { value: many.value / few.value });
  // Too few rounds use less processor time than the kernel counts.
  if (few.cpuMs) note('oneCpuRatio', { value: (many.cpuMs ?? 0) / few.cpuMs });
  client.close();
}
