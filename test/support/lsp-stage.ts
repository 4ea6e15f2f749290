import {
  egress,
  egressBasics,
  ENABLED_INGRESS,
  ingress,
  ingressBasics,
  own,
  timers,
} from '../../tools/lab/configuration.mjs';
import type { LspLab } from '../../tools/lab/lsp-lab.mjs';
import { makeLab } from './lsp-lab.js';
import { LspOperator } from './lsp-operator.js';

/** Intervals of the sessions: fast enough for tests, slow enough for a machine that does other things too. */
export const INTERVAL_US = 100_000;
/** What the egress keeps a session for that is not Up, in seconds. */
export const DELETE_DELAY_S = 2;

export const SESSION_PARAMETERS = `<session-parameters>${timers(INTERVAL_US)}</session-parameters>`;
const RETRY = '<bootstrap><retry-interval>1</retry-interval></bootstrap>';

/** The ingress without a policy, with sessions and LSP pings at the pace of tests. */
export const TEST_INGRESS = ENABLED_INGRESS + SESSION_PARAMETERS + RETRY;
/** The egress that lets the ingress rule the intervals, and deletes soon. */
export const TEST_EGRESS = timers(3000) + own('delete-delay', DELETE_DELAY_S);

/** The lab with an agent at each end. */
export class LspStage {
  readonly lab: LspLab;
  readonly csg: LspOperator;
  readonly masg: LspOperator;

  private constructor(lab: LspLab, csg: LspOperator, masg: LspOperator) {
    this.lab = lab;
    this.csg = csg;
    this.masg = masg;
  }

  static async start(options: Parameters<typeof makeLab>[0] = {}): Promise<LspStage> {
    const lab = await makeLab(options);
    const csg = await LspOperator.start(lab, 'csg');
    return new LspStage(lab, csg, await LspOperator.start(lab, 'masg'));
  }

  /** No session, no configuration of BFD, and a network that works. */
  async clear(): Promise<void> {
    for (const role of ['primary', 'backup'] as const) await this.lab.impair(role, {});
    await this.lab.setUp('label');
    await this.csg.clear();
    await this.masg.clear();
  }

  /** The ingress with all tunnels of the lab, as `content` says. */
  async ingress(content: string): Promise<void> {
    await this.csg.commit(...ingressBasics(this.lab.tunnels), ingress(content));
  }

  /** The egress, as `content` says. */
  async egress(content: string): Promise<void> {
    await this.masg.commit(...egressBasics(), egress(content));
  }

  /** Both ends as the procedure makes them, with the policy `host`; resolves when all sessions are Up. */
  async up(): Promise<void> {
    await this.egress(`<enabled>true</enabled>${TEST_EGRESS}`);
    await this.ingress(`${TEST_INGRESS}<host/>`);
    await this.allUp(this.lab.tunnels.length);
  }

  /** Resolves when both ends have so many sessions, all Up. */
  async allUp(count: number): Promise<void> {
    for (const operator of [this.csg, this.masg]) await allUp(operator, count);
  }

  /** Resolves when the ingress has a session for each tunnel of the lab, all Up. */
  async allIngressUp(): Promise<void> {
    await allUp(this.csg, this.lab.tunnels.length);
  }

  async dispose(): Promise<void> {
    await this.csg.dispose();
    await this.masg.dispose();
    await this.lab.dispose();
  }
}

async function allUp(operator: LspOperator, count: number): Promise<void> {
  await operator.until(
    ({ sessions }) =>
      sessions.length === count && sessions.every((session) => session['local-state'] === 'up'),
    `${count} sessions that are Up`,
  );
}
