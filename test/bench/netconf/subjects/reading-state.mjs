import { NetconfClient, Unanswered } from '../client.mjs';
import { repeated } from '../measure.mjs';
import { change, getState, INTERFACE, range, sessions, STATE_OF_ALL, SUMMARY } from '../payload.mjs';

/** What reading the state of sessions costs where there are many: netconfd has none of BFD. */
export const readingState = {
  name: 'reading-state',
  rows: ['stateOne', 'stateSummary', 'stateLeaf'],
  only: 'bfd-agent',
  measure,
};

/**
 * @param {import('../measure.mjs').Server} server
 * @param {import('../options.mjs').Options} options
 * @param {import('../measure.mjs').Note} note
 */
async function measure(server, { limitMs, rounds, sessions: all }, note) {
  const client = await NetconfClient.ready(server.login, limitMs);
  await change(client, INTERFACE + sessions(range(all), 0));
  /** @param {string} operation @param {string} element @param {number} count */
  const read = async (operation, element, count) => {
    const reply = await client.rpc(operation);
    const found = reply.split(`<${element}>`).length - 1;
    if (found !== count) throw new Unanswered(`${found} of ${count} × ${element} in the reply`);
  };
  note('stateOne', await repeated(server, rounds, () => read(getState(all >> 1), 'local-state', 1)));
  note('stateSummary', await repeated(server, 7, () => read(SUMMARY, 'number-of-sessions-up', 1)));
  const leaf = await repeated(server, 7, () => read(STATE_OF_ALL, 'local-state', all));
  note('stateLeaf', { ...leaf, value: leaf.value / 1000, beside: '' });
  client.close();
}
