/**
 * `npm run demo`: the procedure of BFD for BGP tunnels, on a lab of its own in network namespaces. It needs no
 * root where users may make user namespaces, takes half a minute, and leaves nothing behind.
 */
import { isolate } from '../lab/isolation.mjs';
import { LabAgent } from '../lab/lab-agent.mjs';
import { LspLab } from '../lab/lsp-lab.mjs';
import { Narrator } from './narrator.mjs';
import { PROCEDURE } from './procedure.mjs';

const PICTURE = `
          AS 1                AS 2
     csg ────── asbr1 ────── asbr2 ────── masg      primary LSP of the tunnel 5.5.5.5/32
      └─────────────── detour ─────────────┘        backup LSP, and the way back of IP

     csg (1.1.1.1) is the ingress, masg (5.5.5.5) the egress: a bfd-agent on each, told what to do over NETCONF.
     asbr1, asbr2 and detour swap and pop labels: three small programs, as the kernel may have no MPLS.
     <commit>: what an operator configures; <get>: what a NETCONF client sees; event: what a program on the
     host hears from the event socket, as protection switching would.`;

const INTERRUPTED = 130;

let interrupted = false;
try {
  if (!(await isolate())) await demo();
} catch (error) {
  // Whatever was being waited for when the interrupt came has failed, of course.
  if (!interrupted) {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function demo() {
  /** @type {LabAgent[]} */
  const agents = [];
  /** @type {LspLab | undefined} */
  let lab;
  const tidyUp = async () => {
    await Promise.all(agents.splice(0).map((each) => each.stop()));
    await lab?.dispose();
    lab = undefined;
  };
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      interrupted = true;
      process.stdout.write('\ninterrupted: tidying up\n');
      void tidyUp().finally(() => process.exit(INTERRUPTED));
    });
  }
  try {
    process.stdout.write(`${PICTURE}\n`);
    lab = await LspLab.create({ prefix: 'demo' });
    const csg = new LabAgent(lab, 'csg');
    const masg = new LabAgent(lab, 'masg');
    agents.push(csg, masg);
    await Promise.all(agents.map((each) => each.connect()));
    const say = new Narrator();
    for (const step of PROCEDURE) await step({ lab, csg, masg, say });
    say.line('\nThat was all; the lab is taken down.');
  } finally {
    await tidyUp();
  }
}
