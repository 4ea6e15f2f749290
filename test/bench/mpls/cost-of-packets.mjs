import { setTimeout as delay } from 'node:timers/promises';
import { gone, ingress, NAMESPACES, timers } from '../../../tools/lab/configuration.mjs';
import { INGRESS_ADDRESS } from '../../../tools/lab/topology.mjs';
import { processorSeconds } from '../bfd/process-figures.mjs';
import { engineOf, inLab } from './lab.mjs';

/** @typedef {import('../../../tools/lab/lab-agent.mjs').LabAgent} LabAgent */

const INTERVAL_US = 50_000;
const SETTLE_MS = 10_000;
const WINDOW_MS = 10_000;
const LIMIT_MS = 120_000;

/**
 * Microseconds of processor time of the ingress's engine for a packet, sent or received: with sessions on LSPs, and with
 * as many multihop sessions between the same addresses.
 *
 * @param {number} count of sessions
 */
export async function costOfPackets(count) {
  return inLab(count, INTERVAL_US, async ({ lab, csg, masg }) => {
    const addresses = lab.tunnels.map(({ address }) => address);
    await csg.commit(ingress('<host/>'));
    const lspUs = await costOf(csg, count, 'mpls');
    await csg.commit(ingress(gone('host')));
    await csg.until(({ sessions }) => sessions.length === 0, 'no session left');
    await Promise.all([
      csg.commit(multihop(addresses.map((address) => [INGRESS_ADDRESS, address]))),
      masg.commit(multihop(addresses.map((address) => [address, INGRESS_ADDRESS]))),
    ]);
    return { lspUs, udpUs: await costOf(csg, count, 'ip-mh') };
  });
}

/** @param {LabAgent} agent @param {number} count @param {'mpls' | 'ip-mh'} kind */
async function costOf(agent, count, kind) {
  const deadline = performance.now() + LIMIT_MS;
  while ((await counts(agent, kind)).up < count) {
    if (performance.now() > deadline) throw new Error(`not all of ${count} sessions (${kind}) came Up`);
    await delay(500);
  }
  await delay(SETTLE_MS);
  const engine = await engineOf(agent);
  const [before, startS] = [await counts(agent, kind), processorSeconds(engine)];
  await delay(WINDOW_MS);
  const [usedS, after] = [processorSeconds(engine) - startS, await counts(agent, kind)];
  return (usedS * 1e6) / (after.packets - before.packets);
}

/** Sessions that are Up, and packets of all. @param {LabAgent} agent @param {'mpls' | 'ip-mh'} kind */
async function counts(agent, kind) {
  const inside =
    kind === 'mpls'
      ? `<mpls xmlns="${NAMESPACES['bfd-mpls']}"><bgp-lsp xmlns="${NAMESPACES.mbb}"><sessions/></bgp-lsp></mpls>`
      : '<ip-mh xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd-ip-mh"/>';
  const reply = await agent.rpc(
    `<get><filter><routing xmlns="${NAMESPACES.rt}"><control-plane-protocols><control-plane-protocol>` +
      `<bfd xmlns="${NAMESPACES.bfd}">${inside}</bfd>` +
      '</control-plane-protocol></control-plane-protocols></routing></filter></get>',
  );
  const numbers = [...reply.matchAll(/(?:send|receive)-packet-count>(\d+)</gu)].map(([, text]) =>
    Number(text),
  );
  return {
    up: [...reply.matchAll(/local-state>up</gu)].length,
    packets: numbers.reduce((sum, number) => sum + number, 0),
  };
}

/** @param {readonly (readonly [string, string])[]} pairs source and destination of each session */
function multihop(pairs) {
  const groups = pairs.map(
    ([source, destination]) =>
      `<session-group><source-addr>${source}</source-addr><dest-addr>${destination}</dest-addr>` +
      `${timers(INTERVAL_US)}<rx-ttl>200</rx-ttl></session-group>`,
  );
  return (
    `<routing xmlns="${NAMESPACES.rt}"><control-plane-protocols><control-plane-protocol>` +
    `<type xmlns:bfd-types="${NAMESPACES['bfd-types']}">bfd-types:bfdv1</type><name>main</name>` +
    `<bfd xmlns="${NAMESPACES.bfd}"><ip-mh xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd-ip-mh">` +
    `<session-groups>${groups.join('')}</session-groups></ip-mh></bfd>` +
    '</control-plane-protocol></control-plane-protocols></routing>'
  );
}
