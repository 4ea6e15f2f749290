import { parseArgs } from 'node:util';

const HELP = `npm run bench:netconf -- [options]
  --output FILE     the table (bench-results/netconf.md)
  --server NAME     only this server: bfd-agent or yuma; may be given several times
  --subject NAME    only this subject: a file of test/bench/netconf/subjects; may be given several times
  --sessions N      how many sessions are "all" (10000)
  --commits N       how many commits memory is watched over (2000)
  --rounds N        how often what is quick is repeated (200)
  --limit SECONDS   how long a server may take for one answer (120)
`;

/**
 * @typedef {object} Options
 * @property {string} output
 * @property {readonly string[]} servers empty: all
 * @property {readonly string[]} subjects empty: all
 * @property {number} sessions
 * @property {number} commits
 * @property {number} rounds
 * @property {number} limitMs
 */

/** @returns {Options | undefined} undefined when only help was asked for, and given */
export function readOptions() {
  const { values } = parseArgs({
    options: {
      output: { type: 'string', default: 'bench-results/netconf.md' },
      server: { type: 'string', multiple: true, default: [] },
      subject: { type: 'string', multiple: true, default: [] },
      sessions: { type: 'string', default: '10000' },
      commits: { type: 'string', default: '2000' },
      rounds: { type: 'string', default: '200' },
      limit: { type: 'string', default: '120' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return undefined;
  }
  return {
    output: values.output,
    servers: values.server,
    subjects: values.subject,
    sessions: number('sessions', values.sessions, 10, 60_000),
    commits: number('commits', values.commits, 20, 10_000_000),
    rounds: number('rounds', values.rounds, 2, 100_000),
    limitMs: number('limit', values.limit, 1, 86_400) * 1000,
  };
}

/** @param {string} name @param {string} text @param {number} least @param {number} most */
function number(name, text, least, most) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name} is a number from ${least} to ${most}, not "${text}"`);
}
