import {
  bfd,
  egress,
  ENABLED_INGRESS,
  ingress,
  interfaces,
  mplsInterfaces,
  own,
  staticTunnels,
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
    const ingressLinks = ['to-asbr1', 'to-detour'];
    const egressLinks = ['to-asbr2', 'to-detour'];
    await masg.commit(interfaces(egressLinks), mplsInterfaces(egressLinks), bfd());
    await masg.commit(egress(`<enabled>true</enabled>${timers(3000)}${own('max-sessions', 2 * count)}`));
    await csg.commit(
      interfaces(ingressLinks),
      mplsInterfaces(ingressLinks),
      bfd(),
      staticTunnels(lab.tunnels),
    );
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
