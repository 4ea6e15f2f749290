import { others } from './servers/absent.mjs';
import { rows } from './rows.mjs';
import { table } from './table.mjs';

/**
 * The file that a run leaves behind.
 *
 * @param {import('./options.mjs').Options} options
 * @param {readonly string[]} machine
 * @param {readonly import('./table.mjs').Column[]} columns
 * @param {ReadonlyMap<string, string>} disturbance how much other work there was, by subject
 */
export function report(options, machine, columns, disturbance) {
  const measured = rows(options).filter(({ key }) => columns.some(({ results }) => results.has(key)));
  const { sessions, commits, rounds, limitMs } = options;
  return `# NETCONF servers side by side

${measured.length === 0 ? 'Nothing was measured.' : table(measured, columns)}

Times are medians unless said, of wall time; CPU is processor time of the server, all its processes, for each
time that the thing was done. A ratio says how many times better the agent is than the peer. Wall times of a
busy machine say little: then read the CPU times and the ratios.

Payload: sessions of ietf-bfd-ip-sh on an interface that does not exist, three leaves set; ${sessions} of them
are all, memory is watched over ${commits} commits, what is quick is done ${rounds} times, an answer may take
${limitMs / 1000} s. Fifty sessions are let at a server that one session has read, edited and committed at ${rounds} times.
Client: ssh2 with base:1.0 framing, curve25519 and an Ed25519 key. Memory is what is resident, all processes
added up.

${[...columns.filter(({ absent }) => absent).map(({ name, absent }) => `${name}: ${absent}`), ...others()]
  .map((line) => `- ${line}`)
  .join('\n')}

Machine:

${machine.map((line) => `- ${line}`).join('\n')}

Processors that other work kept busy meanwhile (above half of one, distrust the wall times), and the
processor time of a fixed piece of work just before (by which the CPU times of two runs compare):

${[...disturbance].map(([subject, busy]) => `- ${subject}: ${busy}`).join('\n')}
`;
}
