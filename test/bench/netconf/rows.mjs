/**
 * A row of the table. Where less is better the target is `atMost`, else `atLeast`.
 *
 * @typedef {object} Row
 * @property {string} key
 * @property {string} name
 * @property {string} unit
 * @property {number} [atMost]
 * @property {number} [atLeast]
 */

/**
 * The rows of the table, with what is asked of the agent.
 *
 * @param {import('./options.mjs').Options} options
 * @returns {readonly Row[]}
 */
export function rows({ sessions, commits }) {
  const all = sessions.toLocaleString('en');
  const many = `${commits.toLocaleString('en')} commits`;
  const some = middle(sessions).toLocaleString('en');
  return [
    { key: 'connect', name: 'connect to hello', unit: 'ms', atMost: 50 },
    { key: 'connectOpenssh', name: 'connect to hello, with `ssh`', unit: 'ms', atMost: 50 },
    { key: 'silent6', name: '… with 6 silent TCP connections', unit: 'ms', atMost: 50 },
    { key: 'silent100', name: '… with 100 silent TCP connections', unit: 'ms', atMost: 50 },
    { key: 'gets', name: 'small gets, 32 in flight', unit: 'per s', atLeast: 4000 },
    { key: 'alone', name: 'edit and commit one, alone', unit: 'ms', atMost: 3.5 },
    { key: 'one10', name: 'edit and commit one of 10', unit: 'ms' },
    { key: 'oneSome', name: `edit and commit one of ${some}`, unit: 'ms' },
    { key: 'oneAll', name: `edit and commit one of ${all}`, unit: 'ms', atMost: 25 },
    { key: 'oneRatio', name: `… ${all} against 10`, unit: 'times', atMost: 2 },
    { key: 'oneCpuRatio', name: '… the same in CPU time', unit: 'times', atMost: 2 },
    { key: 'bulk', name: `${all} in one edit and commit`, unit: 's', atMost: 2.4 },
    { key: 'getAll', name: `get-config of ${all}`, unit: 's', atMost: 0.18 },
    { key: 'getOne', name: `get-config of one of ${all}, by filter`, unit: 'ms', atMost: 1.5 },
    { key: 'stateOne', name: `get of the state of one of ${all}`, unit: 'ms' },
    { key: 'stateSummary', name: `get of the summary of ${all}`, unit: 'ms' },
    { key: 'stateLeaf', name: `get of one leaf of the state of ${all}`, unit: 's' },
    { key: 'memory', name: `memory with ${all}`, unit: 'MB', atMost: 300 },
    { key: 'fiftyMedian', name: '50 sessions edit and commit: median', unit: 'ms' },
    { key: 'fiftyP95', name: '… 95th percentile', unit: 'ms', atMost: 100 },
    { key: 'fiftyRefused', name: '… refused', unit: 'edits', atMost: 0 },
    { key: 'fiftyLost', name: '… answered with ok, but lost', unit: 'edits', atMost: 0 },
    {
      key: 'growth',
      name: `growth of memory over ${many}`,
      unit: '%',
      atMost: 5,
    },
    { key: 'aloneInUse', name: `edit and commit one, alone, after ${many}`, unit: 'ms', atMost: 3.5 },
    {
      key: 'fiftyMedianInUse',
      name: `50 sessions edit and commit, after ${many}: median`,
      unit: 'ms',
    },
    { key: 'fiftyP95InUse', name: '… 95th percentile', unit: 'ms', atMost: 100 },
    { key: 'flaps', name: `flaps of BFD, 50 ms × 3, while ${all} are committed`, unit: 'flaps', atMost: 0 },
  ];
}

/** How many sessions there are between 10 and all of them. @param {number} sessions */
export function middle(sessions) {
  return Math.max(10, Math.round(sessions / 10));
}
