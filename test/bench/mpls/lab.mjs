import {
  egress,
  egressBasics,
  ENABLED_INGRESS,
  ingress,
  ingressBasics,
  own,
  timers,
} from '../../../tools/lab/configuration.mjs';
import { LabAgent } from '../../../tools/lab/lab-agent.mjs';
import { LspLab } from '../../../tools/lab/lsp-lab.mjs';

/** @typedef {{ readonly lab: LspLab, readonly csg: LabAgent, readonly masg: LabAgent }} Ends */

/**
 * Does something in a lab with so many tunnels, which both agents know and no policy picks yet.
 *
 * @template Figures
 * @param {number} count of tunnels
 * @param {number} intervalUs of the sessions
 * @param {(ends: Ends) => Promise<Figures>} work
 */
export async function inLab(count, intervalUs, work) {
  const lab = await LspLab.create({ prefix: 'bench', tunnels: count });
  const csg = new LabAgent(lab, 'csg');
  const masg = new LabAgent(lab, 'masg');
  try {
    await Promise.all([csg.connect(), masg.connect()]);
    await masg.commit(...egressBasics());
    await masg.commit(egress(`<enabled>true</enabled>${timers(3000)}${own('max-sessions', 2 * count)}`));
    await csg.commit(...ingressBasics(lab.tunnels));
    const parameters = `<session-parameters>${timers(intervalUs)}</session-parameters>`;
    await csg.commit(ingress(ENABLED_INGRESS + parameters));
    return await work({ lab, csg, masg });
  } finally {
    await Promise.all([csg.stop(), masg.stop()]);
    await lab.dispose();
  }
}

/** The engine of an agent. @param {LabAgent} agent */
export async function engineOf(agent) {
  const reply = await agent.rpc(
    '<get><filter><engine xmlns="urn:bfd-agent:yang:bfd-agent-bfd"/></filter></get>',
  );
  return Number(/process-id>(\d+)</u.exec(reply)?.[1]);
}
