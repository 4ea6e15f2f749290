import { NetconfClient } from '../client.mjs';
import { once } from '../measure.mjs';
import { change, INTERFACE, range, SMALL_GET } from '../payload.mjs';

const GETS_A_ROUND = 20;
const IN_FLIGHT = 32;

/** Short questions and answers, of one session that does not wait for one before it sends the next. */
export const smallGets = { name: 'small-gets', rows: ['gets'], measure };

/**
 * @param {import('../measure.mjs').Server} server
 * @param {import('../options.mjs').Options} options
 * @param {import('../measure.mjs').Note} note
 */
async function measure(server, { limitMs, rounds }, note) {
  const count = Math.ceil((rounds * GETS_A_ROUND) / IN_FLIGHT) * IN_FLIGHT;
  const client = await NetconfClient.ready(server.login, limitMs);
  await change(client, INTERFACE);
  const gets = () =>
    Promise.all(
      range(IN_FLIGHT).map(async () => {
        for (let sent = 0; sent < count / IN_FLIGHT; sent += 1) await client.rpc(SMALL_GET);
      }),
    );
  // Until what runs often is compiled.
  await gets();
  const { value, cpuMs = 0 } = await once(server, gets);
  note('gets', { value: (count / value) * 1000, cpuMs: cpuMs / count });
  client.close();
}
