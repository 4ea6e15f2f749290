// Measures BFD for BGP tunnels between two bfd-agents in the lab: how long after the commit of the policy all sessions
// are Up, and what a packet costs on LSPs and on plain UDP. `npm run bench:mpls -- --help`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { isolate } from '../../tools/lab/isolation.mjs';
import { costOfPackets } from './mpls/cost-of-packets.mjs';
import { timeToUp } from './mpls/time-to-up.mjs';

const HELP = `usage: npm run bench:mpls -- [--tunnels 1000,5000] [--cost 500] [--output FILE]
  --tunnels  numbers of tunnels that come Up at once (default 1000,5000)
  --cost     number of sessions of 50 ms × 3 that packets are counted of, on LSPs and on UDP (default 500; 0: none)
  --output   where the table goes (bench-results/mpls.md)
`;

/** Seconds from the commit that are asked for. @type {Readonly<Record<number, number>>} */
const ASKED_S = { 1000: 5, 5000: 20 };
const ASKED_RATIO = 2;

const { values } = parseArgs({
  options: {
    tunnels: { type: 'string', default: '1000,5000' },
    cost: { type: 'string', default: '500' },
    output: { type: 'string', default: 'bench-results/mpls.md' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else if (!(await isolate())) await bench();

async function bench() {
  const rows = [];
  for (const tunnels of values.tunnels.split(',').filter(Boolean).map(Number)) {
    const { allUpS, ingressCpuS, egressCpuS } = await timeToUp(tunnels);
    const asked = ASKED_S[tunnels];
    rows.push(
      row(
        `${tunnels} tunnels Up after the commit`,
        `${allUpS.toFixed(1)} s`,
        asked === undefined ? undefined : `${asked} s`,
        allUpS <= (asked ?? Infinity),
      ),
      row('— processor time, engine of the ingress', `${ingressCpuS.toFixed(1)} s`),
      row('— processor time, engine of the egress', `${egressCpuS.toFixed(1)} s`),
    );
  }
  const sessions = Number(values.cost);
  if (sessions > 0) {
    const { lspUs, udpUs } = await costOfPackets(sessions);
    rows.push(
      row(`a packet of ${sessions} sessions of 50 ms, on UDP`, `${udpUs.toFixed(1)} µs`),
      row(`a packet of ${sessions} sessions of 50 ms, on LSPs`, `${lspUs.toFixed(1)} µs`),
      row(
        '— times that on UDP',
        (lspUs / udpUs).toFixed(2),
        String(ASKED_RATIO),
        lspUs <= ASKED_RATIO * udpUs,
      ),
    );
  }
  const head = '| | measured | asked | met |\n|---|---|---|---|';
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? 'processor'}, Linux ${release()}, Node.js ${process.version}`;
  const text = `${head}\n${rows.join('\n')}\n\n${machine}. The label switches of the lab run on the same processors.\n`;
  mkdirSync(dirname(values.output), { recursive: true });
  writeFileSync(values.output, text);
  process.stdout.write(`\n${text}\nwritten to ${values.output}\n`);
}

/**
 * @param {string} what @param {string} measured @param {string} [asked] @param {boolean} [met]
 */
function row(what, measured, asked, met) {
  process.stdout.write(`${what}: ${measured}\n`);
  return `| ${what} | ${measured} | ${asked ?? ''} | ${asked === undefined ? '' : met ? 'yes' : 'no'} |`;
}
