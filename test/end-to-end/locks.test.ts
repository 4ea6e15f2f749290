import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { config, ethernet } from '../support/config-xml.js';
import { NetconfFixture } from '../support/netconf-fixture.js';

let fixture: NetconfFixture;
let other: string;

beforeAll(async () => {
  fixture = await NetconfFixture.start([ethernet('eth0')]);
});
afterAll(() => fixture.dispose());

beforeEach(async () => {
  await fixture.reset();
  other = (await fixture.connect('other')).sessionId;
});
afterEach(async () => {
  // Where the case has not closed it.
  await fixture.client.call('close', { session: 'other' }).catch(() => undefined);
});

const lock = (datastore: string) => `<lock><target><${datastore}/></target></lock>`;
const unlock = (datastore: string) => `<unlock><target><${datastore}/></target></unlock>`;
const edit = `<edit-config><target><candidate/></target>${config(ethernet('eth7'))}</edit-config>`;
const copyTo = (target: string) =>
  `<copy-config><target><${target}/></target><source><running/></source></copy-config>`;

describe.each(['running', 'candidate', 'startup'])('the lock of %s', (datastore) => {
  afterEach(async () => {
    await fixture.rpc(unlock(datastore)).catch(() => undefined);
  });

  it('is given, told of, and given back', async () => {
    await fixture.rpc(lock(datastore));
    const state = await fixture.rpc(
      '<get><filter><netconf-state xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"><datastores/></netconf-state></filter></get>',
    );
    const entry = new RegExp(`<name>${datastore}</name>.*?</datastore>`, 'su').exec(state)?.[0];
    expect(entry).toContain(`<locked-by-session>${fixture.hello.sessionId}</locked-by-session>`);
    expect(entry).toMatch(/<locked-time>20\d\d-/u);
    await fixture.rpc(unlock(datastore));
    await fixture.rpc(lock(datastore), 'other');
  });

  it('is denied to another session, which is told who has it', async () => {
    await fixture.rpc(lock(datastore));
    const { errors } = await fixture.refusal(lock(datastore), 'other');
    expect(errors).toMatchObject([{ type: 'protocol', tag: 'lock-denied', severity: 'error' }]);
    expect(errors[0]?.info).toContain(`<session-id>${fixture.hello.sessionId}</session-id>`);
  });

  it('is denied to the session that has it', async () => {
    await fixture.rpc(lock(datastore));
    const { errors } = await fixture.refusal(lock(datastore));
    expect(errors).toMatchObject([{ tag: 'lock-denied' }]);
    expect(errors[0]?.info).toContain(`<session-id>${fixture.hello.sessionId}</session-id>`);
  });

  it('cannot be taken away by another session', async () => {
    await fixture.rpc(lock(datastore));
    expect((await fixture.refusal(unlock(datastore), 'other')).tag).toBe('lock-denied');
    expect((await fixture.refusal(lock(datastore), 'other')).tag).toBe('lock-denied');
  });

  it('cannot be given back by whoever has none', async () => {
    expect((await fixture.refusal(unlock(datastore))).tag).toBe('operation-failed');
  });

  it.each(['close', 'kill'])('goes with its session: %s', async (end) => {
    await fixture.rpc(lock(datastore), 'other');
    if (end === 'close') await fixture.client.call('close', { session: 'other' });
    else await fixture.client.call('kill-session', { id: other });
    expect(await fixture.rpc(lock(datastore))).toMatch(/<ok\b/u);
  });

  it('does not keep others from reading', async () => {
    await fixture.rpc(lock(datastore));
    expect(await fixture.running('other')).toContain('eth0');
    expect(await fixture.candidate('other')).toContain('eth0');
    await fixture.startup('other');
  });
});

describe('a lock of another session', () => {
  it.each([
    ['candidate', 'edit-config', edit],
    ['candidate', 'copy-config', copyTo('candidate')],
    ['candidate', 'discard-changes', '<discard-changes/>'],
    ['candidate', 'commit', '<commit/>'],
    ['running', 'commit', '<commit/>'],
    ['startup', 'copy-config', copyTo('startup')],
    ['startup', 'delete-config', '<delete-config><target><startup/></target></delete-config>'],
  ])('of %s refuses %s', async (datastore, _, operation) => {
    await fixture.rpc(lock(datastore), 'other');
    const { errors } = await fixture.refusal(operation);
    expect(errors).toMatchObject([{ type: 'protocol', tag: 'in-use' }]);
    expect(errors[0]?.message).toContain(other);
  });

  it.each([
    ['running', 'edit-config', edit],
    ['running', 'discard-changes', '<discard-changes/>'],
    ['startup', 'commit', '<commit/>'],
    ['startup', 'edit-config', edit],
    ['candidate', 'copy-config to startup', copyTo('startup')],
    ['candidate', 'validate', '<validate><source><candidate/></source></validate>'],
  ])('of %s does not hinder %s', async (datastore, _, operation) => {
    await fixture.rpc(lock(datastore), 'other');
    expect(await fixture.rpc(operation)).toMatch(/<ok\b/u);
  });
});

describe('the lock of the candidate', () => {
  it('is denied while somebody has changed it, until that is discarded', async () => {
    await fixture.edit(ethernet('eth7'));
    const { errors } = await fixture.refusal(lock('candidate'), 'other');
    expect(errors).toMatchObject([{ tag: 'lock-denied' }]);
    expect(errors[0]?.info).toContain('<session-id>0</session-id>');
    await fixture.rpc('<discard-changes/>');
    await fixture.rpc(lock('candidate'), 'other');
  });

  it('takes what was changed under it away when its session ends', async () => {
    await fixture.rpc(lock('candidate'), 'other');
    await fixture.rpc(edit, 'other');
    expect(await fixture.candidate()).toContain('eth7');
    await fixture.client.call('close', { session: 'other' });
    expect(await fixture.candidate()).not.toContain('eth7');
  });

  it('keeps what was changed under it when it is given back', async () => {
    await fixture.rpc(lock('candidate'), 'other');
    await fixture.rpc(edit, 'other');
    const { errors } = await fixture.refusal(lock('candidate'));
    expect(errors).toMatchObject([{ tag: 'lock-denied' }]);
  });

  it('outlives a commit', async () => {
    await fixture.rpc(lock('candidate'));
    await fixture.rpc(edit);
    await fixture.commit();
    expect((await fixture.refusal(lock('candidate'), 'other')).tag).toBe('lock-denied');
    await fixture.rpc(unlock('candidate'));
  });
});

describe('the lock of running', () => {
  it('is denied while a confirmed commit of another session waits', async () => {
    await fixture.rpc(edit, 'other');
    await fixture.rpc('<commit><confirmed/></commit>', 'other');
    const { errors } = await fixture.refusal(lock('running'));
    expect(errors).toMatchObject([{ tag: 'lock-denied' }]);
    expect(errors[0]?.info).toContain(`<session-id>${other}</session-id>`);
    await fixture.rpc('<cancel-commit/>', 'other');
    await fixture.rpc(lock('running'));
    await fixture.rpc(unlock('running'));
  });
});

describe('lock and unlock', () => {
  it.each([
    ['without a target', '<lock/>', 'missing-element', 'target'],
    ['with an empty target', '<lock><target/></lock>', 'missing-element', 'target'],
    [
      'with a datastore that does not exist',
      '<lock><target><walking/></target></lock>',
      'unknown-element',
      'walking',
    ],
    ['with a URL', '<lock><target><url>file:///tmp/x</url></target></lock>', 'unknown-element', 'url'],
    ['with two targets', '<lock><target><running/><candidate/></target></lock>', 'bad-element', 'candidate'],
    [
      'with a parameter that is not known',
      '<lock><target><running/></target><wait/></lock>',
      'unknown-element',
      'wait',
    ],
    ['unlock without a target', '<unlock/>', 'missing-element', 'target'],
    [
      'unlock with a datastore that does not exist',
      '<unlock><target><walking/></target></unlock>',
      'unknown-element',
      'walking',
    ],
  ])('%s: refused', async (_, operation, tag, named) => {
    const { errors } = await fixture.refusal(operation);
    expect(errors).toMatchObject([{ type: 'protocol', tag }]);
    expect(errors[0]?.info).toContain(named);
  });
});

const kill = (id: string) => `<kill-session><session-id>${id}</session-id></kill-session>`;

describe('kill-session', () => {
  it('ends the other session, and frees its locks before it answers', async () => {
    await fixture.rpc(lock('candidate'), 'other');
    await fixture.rpc(edit, 'other');
    expect(await fixture.rpc(kill(other))).toMatch(/<ok\b/u);
    await fixture.rpc(lock('candidate'));
    expect(await fixture.candidate()).not.toContain('eth7');
    await fixture.rpc(unlock('candidate'));
    expect((await fixture.client.refusal('get', { session: 'other' })).kind).not.toBe('rpc-error');
  });

  it('reverts a confirmed commit of the session', async () => {
    await fixture.rpc(edit, 'other');
    await fixture.rpc('<commit><confirmed/></commit>', 'other');
    await fixture.rpc(kill(other));
    // It is over when the reply comes.
    expect(await fixture.running()).not.toContain('eth7');
  });

  it.each([
    ['itself', () => fixture.hello.sessionId, 'invalid-value'],
    ['a session that does not exist', () => '4000000000', 'invalid-value'],
    ['number 0', () => '0', 'invalid-value'],
    ['a number that is too great', () => '4294967296', 'invalid-value'],
    ['a number below 0', () => '-1', 'invalid-value'],
    ['what is no number', () => 'other', 'invalid-value'],
  ])('of %s is refused', async (_, id, tag) => {
    expect((await fixture.refusal(kill(id()))).errors).toMatchObject([{ type: 'protocol', tag }]);
  });

  it('of a session that has ended is refused', async () => {
    await fixture.client.call('close', { session: 'other' });
    expect((await fixture.refusal(kill(other))).tag).toBe('invalid-value');
  });

  it.each([
    ['without a number', '<kill-session/>', 'missing-element'],
    ['with two', kill('1</session-id><session-id>2'), 'bad-element'],
    [
      'with what it does not know',
      '<kill-session><session-id>1</session-id><all/></kill-session>',
      'unknown-element',
    ],
  ])('%s is refused', async (_, operation, tag) => {
    expect((await fixture.refusal(operation)).tag).toBe(tag);
  });
});

describe('close-session', () => {
  it('is answered, and then the session is over', async () => {
    expect(await fixture.rpc('<close-session/>', 'other')).toMatch(/<ok\b/u);
    expect((await fixture.client.refusal('get', { session: 'other' })).kind).not.toBe('rpc-error');
  });

  it('with a parameter is refused, and the session goes on', async () => {
    expect((await fixture.refusal('<close-session><now/></close-session>', 'other')).tag).toBe(
      'unknown-element',
    );
    expect(await fixture.running('other')).toContain('eth0');
  });
});

describe('an operation', () => {
  it.each([
    ['that does not exist', '<reboot/>', 'operation-not-supported'],
    ['of a module that is not known', '<get xmlns="urn:nobody"/>', 'unknown-namespace'],
    [
      'of a module that has none of that name',
      '<get xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"/>',
      'operation-not-supported',
    ],
    ['with an attribute that it has not', '<get depth="2"/>', 'unknown-attribute'],
    ['with text', '<discard-changes>now</discard-changes>', 'bad-element'],
    [
      'discard-changes with a parameter',
      '<discard-changes><candidate/></discard-changes>',
      'unknown-element',
    ],
  ])('%s is refused, and the session goes on', async (_, operation, tag) => {
    expect((await fixture.refusal(operation)).errors).toMatchObject([{ type: 'protocol', tag }]);
    expect(await fixture.running()).toContain('eth0');
  });
});
