import { NetconfClient, Refused } from '../client.mjs';
import { cpuMs } from '../processes.mjs';
import { quantile, timed } from '../measure.mjs';
import { change, getOne, INTERFACE, range, sessions } from '../payload.mjs';

const SESSIONS = 50;

/**
 * Sessions that all read, edit and commit at once, each an entry of its own; the edit and the commit are
 * timed. Before that one session has done as much alone: it is a server in use that is asked for this figure,
 * not one that has just been started.
 */
export const fiftySessions = {
  name: 'fifty-sessions',
  rows: ['fiftyMedian', 'fiftyP95', 'fiftyRefused', 'fiftyLost'],
  measure,
};

/**
 * @param {import('../measure.mjs').Server} server
 * @param {import('../options.mjs').Options} options
 * @param {import('../measure.mjs').Note} note
 */
async function measure(server, options, note) {
  const { limitMs, rounds } = options;
  const observer = await NetconfClient.ready(server.login, limitMs);
  await change(observer, INTERFACE + sessions(range(SESSIONS), 0));
  for (let round = 1; round <= rounds; round += 1) {
    await change(observer, sessions([0], round));
    await observer.rpc(getOne(0));
  }
  const { median, p95, refused, lost, edits } = await fiftyAtOnce(server, options, observer);
  observer.close();
  note('fiftyMedian', median);
  note('fiftyP95', p95);
  note('fiftyRefused', { value: refused, beside: `of ${edits}` });
  note('fiftyLost', { value: lost, beside: `of ${SESSIONS} entries` });
}

/**
 * Lets fifty sessions work at a server that has entries for them.
 *
 * @param {import('../measure.mjs').Server} server
 * @param {import('../options.mjs').Options} options
 * @param {NetconfClient} observer looks afterwards whether everything is there
 */
export async function fiftyAtOnce(server, { limitMs, rounds }, observer) {
  const each = Math.ceil(rounds / 10);
  const editors = await Promise.all(
    range(SESSIONS).map(
      async (number) => new Editor(number, await NetconfClient.ready(server.login, limitMs)),
    ),
  );
  const before = cpuMs(server.pids);
  await Promise.all(editors.map((editor) => editor.work(each)));
  const edits = SESSIONS * each;
  const cpu = (cpuMs(server.pids) - before) / edits;
  let lost = 0;
  for (const editor of editors) if (!(await editor.isThere(observer))) lost += 1;
  for (const editor of editors) editor.client.close();
  const times = editors.flatMap((editor) => editor.timesMs);
  return {
    median: { value: quantile(times, 0.5), cpuMs: cpu },
    p95: { value: quantile(times, 0.95) },
    refused: editors.reduce((sum, editor) => sum + editor.refused, 0),
    lost,
    edits,
  };
}

/** One session that reads and changes one entry again and again. */
class Editor {
  /** @type {number[]} */
  timesMs = [];
  refused = 0;
  /** The last variant of the entry that was answered with ok. */
  #acknowledged = 0;
  #number;

  /** @param {number} number @param {NetconfClient} client */
  constructor(number, client) {
    this.#number = number;
    this.client = client;
  }

  /** @param {number} rounds */
  async work(rounds) {
    for (let variant = 1; variant <= rounds; variant += 1) {
      try {
        await this.client.rpc(getOne(this.#number));
        this.timesMs.push(await timed(() => change(this.client, sessions([this.#number], variant))));
        this.#acknowledged = variant;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.refused += 1;
      }
    }
  }

  /** Whether running has the entry as it was last acknowledged, or newer. @param {NetconfClient} observer */
  async isThere(observer) {
    const interval = />(\d+)<\/desired-min-tx-interval>/u.exec(await observer.rpc(getOne(this.#number)))?.[1];
    return Number(interval) - 300_000 >= this.#acknowledged;
  }
}
