import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ethernet } from '../support/config-xml.js';
import { NetconfFixture } from '../support/netconf-fixture.js';
import { waitFor } from '../support/wait-for.js';

let fixture: NetconfFixture;

beforeAll(async () => {
  fixture = await NetconfFixture.start([ethernet('eth0')]);
  await fixture.connect('other');
});
afterAll(() => fixture.dispose());
beforeEach(async () => {
  await fixture.rpc(cancel()).catch(() => undefined);
  await fixture.rpc(cancel('token')).catch(() => undefined);
  await fixture.reset();
});

const leaf = (name: string, value?: string | number) =>
  value === undefined ? '' : `<${name}>${value}</${name}>`;

interface CommitParameters {
  readonly confirmed?: boolean;
  readonly timeout?: number | string;
  readonly persist?: string;
  readonly persistId?: string;
}

function commit({ confirmed = false, timeout, persist, persistId }: CommitParameters = {}): string {
  const parameters = [
    confirmed ? '<confirmed/>' : '',
    leaf('confirm-timeout', timeout),
    leaf('persist', persist),
    leaf('persist-id', persistId),
  ];
  return `<commit>${parameters.join('')}</commit>`;
}

function cancel(persistId?: string): string {
  return `<cancel-commit>${leaf('persist-id', persistId)}</cancel-commit>`;
}

/** Edits, and commits for a trial. */
async function tryOut(name: string, parameters: CommitParameters = {}): Promise<void> {
  await fixture.edit(ethernet(name));
  await fixture.rpc(commit({ confirmed: true, ...parameters }));
}

async function untilGone(name: string): Promise<void> {
  const gone = async (): Promise<true | undefined> =>
    (await fixture.running('other')).includes(name) ? undefined : true;
  await waitFor(gone, `${name} to be taken back`);
}

describe('a confirmed commit of a session', () => {
  it('is confirmed by a plain commit', async () => {
    await tryOut('eth7', { timeout: 60 });
    await fixture.rpc(commit());
    expect((await fixture.refusal(cancel())).tag).toBe('operation-failed');
    expect(await fixture.running()).toContain('eth7');
  });

  it('is confirmed by a commit with further changes, which stay too', async () => {
    await tryOut('eth7');
    await fixture.edit(ethernet('eth8'));
    await fixture.rpc(commit());
    expect(await fixture.running()).toMatch(/eth7.*eth8/su);
  });

  it('is in force at once; it is taken back by cancel-commit, and the candidate with it', async () => {
    await tryOut('eth7');
    expect(await fixture.running()).toContain('eth7');
    await fixture.rpc(cancel());
    expect(await fixture.running()).not.toContain('eth7');
    expect(await fixture.candidate()).not.toContain('eth7');
  });

  it('is taken back when its time is up', async () => {
    await tryOut('eth7', { timeout: 1 });
    await untilGone('eth7');
    expect((await fixture.refusal(cancel())).tag).toBe('operation-failed');
  });

  it('goes back to before the first one after several', async () => {
    await tryOut('eth7');
    await tryOut('eth8');
    await fixture.rpc(cancel());
    expect(await fixture.running()).not.toMatch(/eth[78]/u);
  });

  it('begins its time anew with each follow-up', async () => {
    // Long enough for the follow-up to come in time on a machine that is overloaded.
    await tryOut('eth7', { timeout: 4 });
    await tryOut('eth8', { timeout: 60 });
    await sleep(4500);
    expect(await fixture.running()).toMatch(/eth7.*eth8/su);
    await fixture.rpc(cancel());
  });

  it('can have its time cut short by a follow-up', async () => {
    await tryOut('eth7', { timeout: 600 });
    await fixture.rpc(commit({ confirmed: true, timeout: 1 }));
    await untilGone('eth7');
    expect((await fixture.refusal(cancel())).tag).toBe('operation-failed');
  });

  it('lets no other session commit, confirm or cancel', async () => {
    await tryOut('eth7');
    for (const operation of [commit(), commit({ confirmed: true }), cancel()]) {
      expect((await fixture.refusal(operation, 'other')).errors).toMatchObject([{ tag: 'in-use' }]);
    }
    expect(await fixture.running()).toContain('eth7');
  });

  it.each(['token', ''])('is not to be had by the persist-id %j', async (persistId) => {
    await tryOut('eth7');
    expect((await fixture.refusal(commit({ persistId }))).tag).toBe('invalid-value');
    expect((await fixture.refusal(cancel(persistId), 'other')).tag).toBe('invalid-value');
  });

  it('that is refused changes nothing, and nothing waits', async () => {
    await fixture.client.call('edit-config', {
      config: `<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"><interface><name>eth7</name></interface></interfaces></config>`,
    });
    expect((await fixture.refusal(commit({ confirmed: true }))).tag).toBe('data-missing');
    expect((await fixture.refusal(cancel())).tag).toBe('operation-failed');
    expect(await fixture.running()).not.toContain('eth7');
  });

  it('of no change waits for its confirmation all the same', async () => {
    await fixture.rpc(commit({ confirmed: true }));
    expect((await fixture.refusal(commit(), 'other')).tag).toBe('in-use');
    expect(await fixture.rpc(cancel())).toMatch(/<ok\b/u);
  });

  it('leaves the candidate to be edited meanwhile', async () => {
    await tryOut('eth7');
    await fixture.edit(ethernet('eth8'));
    expect(await fixture.candidate()).toContain('eth8');
    expect(await fixture.running()).not.toContain('eth8');
  });
});

describe('a persistent confirmed commit', () => {
  it.each(['default', 'other'])('is confirmed by its token (session %s)', async (session) => {
    await tryOut('eth7', { persist: 'token' });
    await fixture.rpc(commit({ persistId: 'token' }), session);
    expect((await fixture.refusal(cancel('token'))).tag).toBe('invalid-value');
    expect(await fixture.running()).toContain('eth7');
  });

  it.each(['default', 'other'])('is taken back by its token (session %s)', async (session) => {
    await tryOut('eth7', { persist: 'token' });
    await fixture.rpc(cancel('token'), session);
    expect(await fixture.running()).not.toContain('eth7');
  });

  it('is extended by its token, which stays', async () => {
    await tryOut('eth7', { persist: 'token', timeout: 4 });
    await fixture.rpc(commit({ confirmed: true, timeout: 60, persistId: 'token' }), 'other');
    await sleep(4500);
    expect(await fixture.running()).toContain('eth7');
    await fixture.rpc(cancel('token'));
  });

  it('gets another token by a follow-up', async () => {
    await tryOut('eth7', { persist: 'first' });
    await fixture.rpc(commit({ confirmed: true, persist: 'token', persistId: 'first' }));
    expect((await fixture.refusal(commit({ persistId: 'first' }))).tag).toBe('invalid-value');
    await fixture.rpc(cancel('token'));
    expect(await fixture.running()).not.toContain('eth7');
  });

  it.each([
    ['commit', () => commit()],
    ['confirmed commit', () => commit({ confirmed: true })],
    ['cancel-commit', () => cancel()],
  ])('is not to be had without its token: %s, not even by its session', async (_, operation) => {
    await tryOut('eth7', { persist: 'token' });
    for (const session of ['default', 'other']) {
      expect((await fixture.refusal(operation(), session)).errors).toMatchObject([{ tag: 'in-use' }]);
    }
  });

  it.each([
    ['commit', () => commit({ persistId: 'guess' })],
    ['confirmed commit', () => commit({ confirmed: true, persistId: 'guess' })],
    ['cancel-commit', () => cancel('guess')],
  ])('is not to be had by another token: %s', async (_, operation) => {
    await tryOut('eth7', { persist: 'token' });
    expect((await fixture.refusal(operation())).errors).toMatchObject([{ tag: 'invalid-value' }]);
    expect(await fixture.running()).toContain('eth7');
  });

  it('outlives its session', async () => {
    await fixture.connect('third');
    await fixture.edit(ethernet('eth7'));
    await fixture.rpc(commit({ confirmed: true, persist: 'token' }), 'third');
    await fixture.client.call('close', { session: 'third' });
    expect(await fixture.running()).toContain('eth7');
    await fixture.rpc(commit({ persistId: 'token' }));
    expect(await fixture.running()).toContain('eth7');
  });

  it('is taken back when its time is up', async () => {
    await tryOut('eth7', { persist: 'token', timeout: 1 });
    await untilGone('eth7');
    expect((await fixture.refusal(cancel('token'))).tag).toBe('invalid-value');
  });
});

describe('an unconfirmed commit', () => {
  it('goes with its session unless it is persistent', async () => {
    await fixture.connect('third');
    await fixture.edit(ethernet('eth7'));
    await fixture.rpc(commit({ confirmed: true }), 'third');
    expect(await fixture.running()).toContain('eth7');
    await fixture.client.call('close', { session: 'third' });
    await untilGone('eth7');
    expect((await fixture.refusal(cancel())).tag).toBe('operation-failed');
  });

  it.each([
    ['SIGKILL', {}],
    ['SIGTERM', {}],
    ['SIGKILL', { persist: 'token' }],
    ['SIGTERM', { persist: 'token' }],
  ] as const)('is gone when the agent ends by %s: %j', async (signal, parameters) => {
    await tryOut('eth7', parameters);
    await fixture.restart(signal);
    await fixture.connect('other');
    expect(await fixture.running()).not.toContain('eth7');
    expect((await fixture.refusal(cancel())).tag).toBe('operation-failed');
  });
});

describe('parameters', () => {
  it.each([
    ['confirm-timeout 0', commit({ confirmed: true, timeout: 0 }), 'invalid-value'],
    ['confirm-timeout -1', commit({ confirmed: true, timeout: -1 }), 'invalid-value'],
    ['confirm-timeout 4294967296', commit({ confirmed: true, timeout: 4_294_967_296 }), 'invalid-value'],
    ['confirm-timeout soon', commit({ confirmed: true, timeout: 'soon' }), 'invalid-value'],
    ['confirm-timeout without confirmed', commit({ timeout: 5 }), 'missing-element'],
    ['persist without confirmed', commit({ persist: 'token' }), 'missing-element'],
    ['confirmed with a value', '<commit><confirmed>yes</confirmed></commit>', 'invalid-value'],
    ['confirmed twice', '<commit><confirmed/><confirmed/></commit>', 'bad-element'],
    ['a parameter that is not known', '<commit><soon/></commit>', 'unknown-element'],
    [
      'a parameter of another namespace',
      '<commit><confirmed xmlns="urn:nobody"/></commit>',
      'unknown-namespace',
    ],
    ['a persist-id where nothing waits', commit({ persistId: 'token' }), 'invalid-value'],
    ['cancel-commit where nothing waits', cancel(), 'operation-failed'],
    ['cancel-commit with a persist-id where nothing waits', cancel('token'), 'invalid-value'],
    ['cancel-commit with what it does not know', '<cancel-commit><all/></cancel-commit>', 'unknown-element'],
  ])('%s: refused, and nothing is committed', async (_, operation, tag) => {
    await fixture.edit(ethernet('eth7'));
    expect((await fixture.refusal(operation)).errors).toMatchObject([{ type: 'protocol', tag }]);
    expect(await fixture.running()).not.toContain('eth7');
    expect(await fixture.candidate()).toContain('eth7');
  });

  it('the longest confirm-timeout is taken', async () => {
    await tryOut('eth7', { timeout: 4_294_967_295 });
    await fixture.rpc(cancel());
    expect(await fixture.running()).not.toContain('eth7');
  });
});
