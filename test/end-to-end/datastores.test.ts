import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { config, ethernet, ipShSessions, namespaces } from '../support/config-xml.js';
import { NetconfFixture } from '../support/netconf-fixture.js';

let fixture: NetconfFixture;

beforeAll(async () => {
  fixture = await NetconfFixture.start([ethernet('eth0', '<description>uplink</description>')]);
});
afterAll(() => fixture.dispose());
beforeEach(async () => {
  await fixture.rpc('<delete-config><target><startup/></target></delete-config>');
  await fixture.reset();
});

function copy(source: string, target: string, more = ''): string {
  return `<copy-config><target>${target}</target><source>${source}</source>${more}</copy-config>`;
}

const inline = config(ethernet('eth7'));
const incomplete = config(
  `<interfaces xmlns="${namespaces.if}"><interface><name>eth7</name></interface></interfaces>`,
);

describe('copy-config', () => {
  it('from running to the candidate undoes what was edited', async () => {
    await fixture.edit(ethernet('eth7'));
    await fixture.rpc(copy('<running/>', '<candidate/>'));
    expect(await fixture.candidate()).toBe(await fixture.running());
  });

  it('from the request to the candidate leaves nothing else', async () => {
    await fixture.rpc(copy(inline, '<candidate/>'));
    const candidate = await fixture.candidate();
    expect(candidate).toContain('eth7');
    expect(candidate).not.toMatch(/eth0|<system/u);
  });

  it('of nothing empties the candidate', async () => {
    await fixture.rpc(copy('<config/>', '<candidate/>'));
    expect(await fixture.candidate()).toBe('');
  });

  it.each([
    ['running', '<running/>', 'eth0'],
    ['the candidate', '<candidate/>', 'eth8'],
    ['the request', inline, 'eth7'],
  ])('from %s to startup', async (_, source, found) => {
    await fixture.edit(ethernet('eth8'));
    await fixture.rpc(copy(source, '<startup/>'));
    expect(await fixture.startup()).toContain(found);
    expect(await fixture.running()).not.toMatch(/eth[78]/u);
  });

  it('from startup to the candidate, to be committed', async () => {
    await fixture.rpc(copy('<running/>', '<startup/>'));
    await fixture.edit(ethernet('eth8'));
    await fixture.commit();
    await fixture.rpc(copy('<startup/>', '<candidate/>'));
    await fixture.commit();
    expect(await fixture.running()).not.toContain('eth8');
  });

  it.each([
    ['to running', copy('<candidate/>', '<running/>'), 'unknown-element', 'running'],
    ['to a URL', copy('<running/>', '<url>file:///tmp/x</url>'), 'unknown-element', 'url'],
    ['from a URL', copy('<url>file:///tmp/x</url>', '<candidate/>'), 'unknown-element', 'url'],
    ['to what does not exist', copy('<running/>', '<walking/>'), 'unknown-element', 'walking'],
    ['from what does not exist', copy('<walking/>', '<candidate/>'), 'unknown-element', 'walking'],
    ['to the request', copy('<running/>', '<config/>'), 'unknown-element', 'config'],
    [
      'without a source',
      '<copy-config><target><candidate/></target></copy-config>',
      'missing-element',
      'source',
    ],
    [
      'without a target',
      '<copy-config><source><running/></source></copy-config>',
      'missing-element',
      'target',
    ],
    ['from two sources', copy('<running/><startup/>', '<candidate/>'), 'bad-element', 'startup'],
    [
      'with what it does not know',
      copy('<running/>', '<candidate/>', '<force/>'),
      'unknown-element',
      'force',
    ],
  ])('%s is refused', async (_, operation, tag, named) => {
    const { errors } = await fixture.refusal(operation);
    expect(errors).toMatchObject([{ type: 'protocol', tag }]);
    expect(errors[0]?.info).toContain(named);
  });

  it.each(['candidate', 'startup'])('of %s to itself is refused', async (name) => {
    expect((await fixture.refusal(copy(`<${name}/>`, `<${name}/>`))).tag).toBe('invalid-value');
  });

  it.each([
    ['an element that is not known', config('<a xmlns="urn:nobody"/>'), 'unknown-namespace'],
    ['a value that does not fit', config(ethernet('eth7', '<enabled>perhaps</enabled>')), 'invalid-value'],
    [
      'an operation, which belongs to edit-config',
      config(ethernet('eth7').replace('<interface>', '<interface nc:operation="create">')),
      'unknown-attribute',
    ],
  ])('of %s is refused, and the candidate is as it was', async (_, source, tag) => {
    const before = await fixture.candidate();
    expect((await fixture.refusal(copy(source, '<candidate/>'))).errors.map((error) => error.tag)).toContain(
      tag,
    );
    expect(await fixture.candidate()).toBe(before);
  });
});

describe('delete-config', () => {
  it.each([
    ['running', '<running/>', 'unknown-element'],
    ['the candidate', '<candidate/>', 'unknown-element'],
    ['a URL', '<url>file:///tmp/x</url>', 'unknown-element'],
    ['what does not exist', '<walking/>', 'unknown-element'],
    ['nothing', '', 'missing-element'],
  ])('of %s is refused', async (_, target, tag) => {
    const { errors } = await fixture.refusal(`<delete-config><target>${target}</target></delete-config>`);
    expect(errors).toMatchObject([{ type: 'protocol', tag }]);
  });

  it('of startup empties it', async () => {
    await fixture.rpc(copy('<running/>', '<startup/>'));
    await fixture.rpc('<delete-config><target><startup/></target></delete-config>');
    expect(await fixture.startup()).toBe('');
  });
});

const validate = (source: string) => `<validate><source>${source}</source></validate>`;

describe('validate', () => {
  it.each([
    ['running', '<running/>'],
    ['the candidate', '<candidate/>'],
    ['startup', '<startup/>'],
    ['configuration in the request', inline],
    ['no configuration at all', '<config/>'],
  ])('%s that is valid', async (_, source) => {
    expect(await fixture.rpc(validate(source))).toMatch(/<ok\b/u);
  });

  it('tells what the candidate lacks, and where', async () => {
    await fixture.client.call('edit-config', { config: incomplete });
    const { errors } = await fixture.refusal(validate('<candidate/>'));
    expect(errors).toMatchObject([
      { type: 'application', tag: 'data-missing', path: expect.stringContaining("'eth7'") },
    ]);
  });

  it.each([
    ['a mandatory leaf that is missing', incomplete, 'data-missing'],
    [
      'a reference to nothing',
      config(ipShSessions({ interface: 'eth9', destination: '192.0.2.2' })),
      'data-missing',
    ],
    ['a value that does not fit', config(ethernet('eth7', '<enabled>perhaps</enabled>')), 'invalid-value'],
    ['an element that is not known', config(ethernet('eth7', '<colour>red</colour>')), 'unknown-element'],
    ['a namespace that is not known', config('<a xmlns="urn:nobody"/>'), 'unknown-namespace'],
  ])('of configuration in the request: %s', async (_, source, tag) => {
    expect((await fixture.refusal(validate(source))).errors.map((error) => error.tag)).toContain(tag);
  });

  it.each([
    ['without a source', '<validate/>', 'missing-element'],
    ['of nothing', validate(''), 'missing-element'],
    ['of a URL', validate('<url>file:///tmp/x</url>'), 'unknown-element'],
    ['of what does not exist', validate('<walking/>'), 'unknown-element'],
    [
      'with what it does not know',
      '<validate><source><running/></source><deeply/></validate>',
      'unknown-element',
    ],
  ])('%s is refused', async (_, operation, tag) => {
    expect((await fixture.refusal(operation)).errors).toMatchObject([{ type: 'protocol', tag }]);
  });
});

describe('commit and discard-changes', () => {
  it('a commit makes running what the candidate is', async () => {
    await fixture.edit(ethernet('eth7'));
    const wanted = await fixture.candidate();
    await fixture.rpc('<commit/>');
    expect(await fixture.running()).toBe(wanted);
    expect(await fixture.candidate()).toBe(wanted);
  });

  it('a commit of nothing is a success', async () => {
    const before = await fixture.running();
    expect(await fixture.rpc('<commit/>')).toMatch(/<ok\b/u);
    expect(await fixture.running()).toBe(before);
  });

  it('a commit that is refused leaves running, and the candidate as it was edited', async () => {
    const before = await fixture.running();
    await fixture.client.call('edit-config', { config: incomplete });
    const edited = await fixture.candidate();
    expect((await fixture.refusal('<commit/>')).tag).toBe('data-missing');
    expect([await fixture.running(), await fixture.candidate()]).toEqual([before, edited]);
  });

  it('a commit that is refused tells everything that is wrong', async () => {
    await fixture.edit(
      ipShSessions(
        { interface: 'eth8', destination: '192.0.2.2' },
        { interface: 'eth9', destination: '192.0.2.2' },
      ),
    );
    const { errors } = await fixture.refusal('<commit/>');
    const named = errors.map(({ path }) => /'(eth\d)'/u.exec(path ?? '')?.[1]);
    expect(new Set(named)).toEqual(new Set(['eth8', 'eth9']));
  });

  it('the candidate is one for all sessions', async () => {
    await fixture.connect('other');
    await fixture.edit(ethernet('eth7'));
    expect(await fixture.candidate('other')).toContain('eth7');
    await fixture.rpc('<discard-changes/>', 'other');
    expect(await fixture.candidate()).not.toContain('eth7');
    await fixture.client.call('close', { session: 'other' });
  });

  it('discard-changes makes the candidate what running is, also when there is nothing to discard', async () => {
    await fixture.edit(ethernet('eth7'));
    await fixture.rpc('<discard-changes/>');
    await fixture.rpc('<discard-changes/>');
    expect(await fixture.candidate()).toBe(await fixture.running());
  });
});
