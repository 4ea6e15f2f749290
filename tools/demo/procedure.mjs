/** The procedure, step by step: what is committed on which node, and what must come of it. */
import {
  egress,
  egressBasics,
  ENABLED_INGRESS,
  gone,
  ingress,
  ingressBasics,
  own,
  prefixList,
  timers,
} from '../lab/configuration.mjs';
import { cutAndMeasure } from './cut.mjs';

/** @typedef {import('../lab/lab-agent.mjs').LabAgent} LabAgent */
/** @typedef {import('./narrator.mjs').Narrator} Narrator */
/** @typedef {import('../lab/lsp-lab.mjs').LspLab} LspLab */

/** @typedef {{ readonly lab: LspLab, readonly csg: LabAgent, readonly masg: LabAgent, readonly say: Narrator }} Stage */

const FAST_US = 50_000;
const SLOW_US = 200_000;
const RETRY = '<bootstrap><retry-interval>1</retry-interval></bootstrap>';

/** All steps, in order. */
export const PROCEDURE = [
  enableIngress,
  enableBfdAtEgress,
  givePolicy,
  enablePassive,
  changeTimers,
  loseThePrimary,
  cutTheLsp,
  removePolicy,
];

/** @param {Stage} stage */
async function enableIngress({ lab, csg, say }) {
  say.step('The ingress is enabled: that alone creates no session');
  await csg.commit(...ingressBasics(lab.tunnels));
  say.does('csg', 'BFD, MPLS on two interfaces, the tunnel 5.5.5.5/32 with a primary and a backup LSP');
  await csg.commit(ingress(ENABLED_INGRESS + RETRY + session(SLOW_US)));
  say.does('csg', 'bgp-lsp/ingress/enabled = true   (mpls bgp bfd enable)');
  await say.shows(csg);
  say.hearsAll(csg);
}

/** @param {Stage} stage */
async function enableBfdAtEgress({ masg, say }) {
  say.step('BFD is enabled at the egress, not yet mpls-passive');
  await masg.commit(...egressBasics(), egress(timers(3000)));
  say.does('masg', 'BFD, MPLS on two interfaces');
  await say.shows(masg);
}

/** @param {Stage} stage */
async function givePolicy({ csg, masg, say }) {
  say.step('A policy picks the tunnel: the ingress asks by LSP ping, the egress drops that in silence');
  const list = prefixList('MASG', [
    ['deny', '5.5.5.99/32'],
    ['permit', '5.5.5.5/32'],
  ]);
  await csg.commit(list, ingress('<ip-prefix>MASG</ip-prefix>'));
  say.does(
    'csg',
    'prefix list MASG, ingress/ip-prefix = MASG   (mpls bgp bfd-trigger-tunnel ip-prefix MASG)',
  );
  await masg.until(
    ({ statistics }) => Number(statistics['rejected-bootstraps']) >= 2,
    'dropped two LSP pings',
  );
  await say.shows(csg);
  await say.shows(masg);
  say.hearsAll(csg);
}

/** @param {Stage} stage */
async function enablePassive({ csg, masg, say }) {
  say.step('The egress may create sessions: the next LSP ping makes one, and it comes Up');
  await masg.commit(egress('<enabled>true</enabled>' + own('delete-delay', 1)));
  say.does('masg', 'mpls/egress/enabled = true   (mpls-passive)');
  await bothUp({ csg, masg });
  await say.shows(csg);
  await say.shows(masg);
  say.hearsAll(csg, masg);
}

/** @param {Stage} stage */
async function changeTimers({ csg, masg, say }) {
  say.step('Faster timers, by a poll sequence: the session stays Up');
  await csg.commit(ingress(session(FAST_US)));
  say.does('csg', 'session-parameters: 50 ms × 3');
  for (const agent of [csg, masg]) {
    await agent.until(
      ({ sessions }) => sessions[0]?.['detection-time'] === String(3 * FAST_US),
      'taken the new timers over',
    );
    await say.shows(agent);
  }
}

/** @param {Stage} stage */
async function loseThePrimary({ lab, csg, say }) {
  say.step('The interface of the primary LSP goes down: the session moves to the backup, and stays Up');
  lab.ip('csg', 'link', 'set', 'to-asbr1', 'down');
  say.note('csg   ip link set to-asbr1 down');
  await csg.until(activeIs('backup'), 'moved to the backup LSP');
  await say.shows(csg);
  lab.ip('csg', 'link', 'set', 'to-asbr1', 'up');
  // The route of the interface has gone with it.
  say.note('csg   ip link set to-asbr1 up');
  await csg.until(activeIs('primary'), 'gone back to the primary LSP');
  await say.shows(csg);
}

/** @param {Stage} stage */
async function cutTheLsp(stage) {
  const { lab, csg, masg, say } = stage;
  say.step('The LSP is cut inside the network, where no interface of csg goes down');
  await cutAndMeasure(stage, 3 * FAST_US);
  await say.shows(csg);
  await lab.impair('primary', {});
  say.note('asbr2 forwards the label again');
  await bothUp({ csg, masg });
  say.hearsAll(csg, masg);
  await say.shows(csg);
}

/** @param {Stage} stage */
async function removePolicy({ csg, masg, say }) {
  say.step('The policy is removed: the session is withdrawn quietly, and the egress deletes its end');
  await csg.commit(ingress(gone('ip-prefix')));
  say.does('csg', 'no ingress/ip-prefix');
  for (const agent of [csg, masg]) {
    await agent.until(({ sessions }) => sessions.length === 0, 'deleted its session');
    await say.shows(agent);
  }
  say.hearsAll(csg, masg);
}

/** @param {{ readonly csg: LabAgent, readonly masg: LabAgent }} agents */
async function bothUp({ csg, masg }) {
  for (const agent of [csg, masg]) {
    await agent.until(({ sessions }) => sessions[0]?.['local-state'] === 'up', 'a session that is Up');
  }
}

/** @param {'primary' | 'backup'} role */
function activeIs(role) {
  return (/** @type {import('../lab/lsp-state.mjs').LspState} */ { tunnels }) =>
    tunnels[0]?.lsps.some((lsp) => lsp['role'] === role && lsp['active'] === 'true') ?? false;
}

/** @param {number} intervalUs */
function session(intervalUs) {
  return `<session-parameters>${timers(intervalUs)}</session-parameters>`;
}
