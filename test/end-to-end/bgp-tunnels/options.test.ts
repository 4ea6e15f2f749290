/** What an operator may ask for beyond the procedure: known labels, authentication, a delay, notifications. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { egress, ingress, own } from '../../../tools/lab/configuration.mjs';
import { authenticationXml, keyChainXml, keyXml } from '../../support/agent-xml.js';
import { LspStage, TEST_EGRESS, TEST_INGRESS } from '../../support/lsp-stage.js';

const FEC = '5.5.5.5/32';
/** What packets on the primary LSP arrive at the egress with. */
const ARRIVING_LABEL = 300_000;
const OTHER_LABEL = 300_001;

let stage: LspStage;
beforeAll(async () => {
  stage = await LspStage.start();
}, 120_000);
beforeEach(() => stage.clear());
afterAll(() => stage.dispose());

function labelBindings(...bindings: readonly (readonly [fec: string, label: number])[]): string {
  const entries = bindings.map(
    ([fec, label]) => `<label-binding><fec>${fec}</fec><label>${label}</label></label-binding>`,
  );
  return own('label-bindings', entries.join(''));
}

async function setUpWithLabels(bindings: string): Promise<void> {
  await stage.egress(`<enabled>true</enabled>${TEST_EGRESS}${bindings}`);
  await stage.ingress(`${TEST_INGRESS}<host/>`);
}

function chain(secret: string): string {
  return keyChainXml('lsp', keyXml({ secret: `<keystring>${secret}</keystring>` }));
}

async function setUpWithSecrets(secrets: {
  readonly ingress: string;
  readonly egress: string;
}): Promise<void> {
  const authentication = authenticationXml('lsp', '<meticulous>true</meticulous>');
  await stage.masg.commit(chain(secrets.egress));
  await stage.csg.commit(chain(secrets.ingress));
  await stage.egress(`<enabled>true</enabled>${TEST_EGRESS}${authentication}`);
  await stage.ingress(TEST_INGRESS);
  await stage.csg.commit(ingress(`<session-parameters>${authentication}</session-parameters><host/>`));
}

describe('an egress that knows its labels', () => {
  it('gives a session to the tunnel that comes with the right one', async () => {
    await setUpWithLabels(labelBindings([FEC, ARRIVING_LABEL]));
    await stage.allUp(1);
    expect(await stage.csg.session({ 'last-return-code': '3' })).toMatchObject({
      'last-return-subcode': '1',
    });
  });

  it('says 10 when the label leads to another address, and gives no session', async () => {
    await setUpWithLabels(labelBindings([FEC, OTHER_LABEL], ['5.5.5.6/32', ARRIVING_LABEL]));
    const session = await stage.csg.session({ 'last-return-code': '10' });
    expect(session).toMatchObject({ 'local-state': 'down', 'last-return-subcode': '1' });
    expect((await stage.masg.state()).sessions).toEqual([]);
  });

  it('says 11 when it has given out no such label, and gives a session once it has', async () => {
    await setUpWithLabels(labelBindings([FEC, OTHER_LABEL]));
    const session = await stage.csg.session({ 'last-return-code': '11' });
    expect(session).toMatchObject({ 'local-state': 'down', 'last-return-subcode': '1' });
    expect((await stage.masg.state()).sessions).toEqual([]);
    await stage.masg.commit(
      egress('<label-bindings xmlns="urn:bfd-agent:yang:mpls-bgp-bfd" nc:operation="remove"/>'),
    );
    await stage.allUp(1);
  });
});

describe('authentication on an LSP', () => {
  it('holds both ways', async () => {
    await setUpWithSecrets({ ingress: 'garden', egress: 'garden' });
    await stage.allUp(1);
    for (const end of [stage.csg, stage.masg]) {
      expect((await end.session())['remote-authenticated']).toBe('true');
    }
  });

  it('keeps a session down whose ends have different secrets', async () => {
    await setUpWithSecrets({ ingress: 'garden', egress: 'orchard' });
    const session = await stage.csg.session({ 'last-return-code': '3' });
    const heard = await stage.csg.until(
      ({ sessions }) => Number(sessions[0]?.['receive-invalid-packet-count'] ?? 0) > 0,
      'packets that are not accepted',
    );
    expect(heard.sessions[0]?.['local-state']).toBe('down');
    expect(session['local-state']).toBe('down');
  });
});

it('a session waits in Init as long as delay-up says', async () => {
  await stage.egress(`<enabled>true</enabled>${TEST_EGRESS}`);
  await stage.ingress(TEST_INGRESS);
  await stage.csg.commit(ingress('<session-parameters><delay-up>2</delay-up></session-parameters><host/>'));
  await stage.csg.session({ 'local-state': 'init' });
  await stage.allUp(1);
  const session = await stage.csg.session();
  const waitedMs = Date.parse(session['last-up-time'] ?? '') - Date.parse(session['create-time'] ?? '');
  expect(waitedMs).toBeGreaterThanOrEqual(2000);
});

it('a subscriber is told that the session comes, that it is Up, what that means for the tunnel, and that it goes', async () => {
  const { client, agent } = stage.csg;
  const session = 'subscriber';
  await client.connect({ ...agent.login, session });
  await client.call('create-subscription', { session });
  await stage.up();
  await stage.csg.commit(ingress('<host nc:operation="remove"/>'));
  const told: string[] = [];
  while (!told.at(-1)?.startsWith('session-deleted')) {
    const text = await client.text('take-notification', { session });
    const name = /<(session-created|session-deleted|mpls-notification|tunnel-state-change)\b/u.exec(
      text,
    )?.[1];
    const detail = /<(?:new-)?state>([\w-]+)</u.exec(text)?.[1] ?? '';
    if (name !== undefined) told.push(`${name} ${detail}`.trim());
  }
  expect(told[0]).toBe('session-created');
  expect(told).toContain('mpls-notification up');
  expect(told).toContain('tunnel-state-change up');
});
