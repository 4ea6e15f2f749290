import { afterAll, expect, test } from 'vitest';
import { Datastores } from '../../../src/config/datastore/datastores.js';
import { applyEdit } from '../../../src/config/datastore/edit/apply-edit.js';
import { toyContext, toyText, toyTree, toyXml } from '../../support/toy-context.js';

const context = toyContext();
afterAll(() => context.dispose());

const x = '<item><name>x</name></item>';

function open(inside: string): Datastores {
  const opened = Datastores.open(context, toyXml(inside));
  if (!opened.ok) throw new Error(opened.error[0]?.message);
  return opened.value;
}

function edit(datastores: Datastores, inside: string): void {
  const options = { defaultOperation: 'merge', testOption: 'set', errorOption: 'rollback-on-error' } as const;
  const outcome = applyEdit(datastores.candidate, { xml: toyXml(inside), ...options });
  if (!outcome.ok) throw new Error(outcome.error[0]?.message);
  datastores.markEdited();
}

const texts = (datastores: Datastores): string[] => [
  toyText(datastores.running),
  toyText(datastores.candidate),
];

test('both datastores begin with the same configuration', () => {
  const datastores = open(x);
  expect(texts(datastores)).toEqual([x, x]);
  expect(datastores.candidateDirty).toBe(false);
  expect(datastores.tree('running')).toBe(datastores.running);
  expect(datastores.tree('candidate')).toBe(datastores.candidate);
});

test('a configuration that is not valid is refused', () => {
  expect(Datastores.open(context, toyXml('<favourite>nobody</favourite>'))).toMatchObject({
    ok: false,
    error: [{ tag: 'data-missing' }],
  });
});

test('edits stay in the candidate until they are adopted', () => {
  const datastores = open(x);
  edit(datastores, '<text>a</text><size>9</size>');
  expect(texts(datastores)).toEqual([x, `<text>a</text><size>9</size>${x}`]);
  expect(datastores.candidateDirty).toBe(true);
  using change = datastores.pendingChange();
  datastores.adopt(change);
  expect(texts(datastores)).toEqual([`<text>a</text><size>9</size>${x}`, `<text>a</text><size>9</size>${x}`]);
  expect(datastores.candidateDirty).toBe(false);
});

test('without edits there is no change', () => {
  const datastores = open(x);
  using change = datastores.pendingChange();
  expect(change.isEmpty()).toBe(true);
});

test('discarded edits are gone, defaults and order included', () => {
  const steps = '<step>2</step><step>1</step>';
  const datastores = open(steps);
  const before = datastores.candidate.print({ format: 'xml', defaults: 'all-tagged' });
  edit(
    datastores,
    '<size>9</size><preset>three</preset><step yang:insert="first">1</step><step nc:operation="delete">2</step><step>3</step><left/>',
  );
  datastores.discard();
  expect(datastores.candidate.print({ format: 'xml', defaults: 'all-tagged' })).toBe(before);
  expect(datastores.candidateDirty).toBe(false);
  datastores.discard();
  expect(texts(datastores)).toEqual([steps, steps]);
});

test('the candidate can be replaced as a whole', () => {
  const datastores = open(x);
  using other = toyTree(context, '<text>b</text>');
  datastores.replaceCandidate(other);
  expect(texts(datastores)).toEqual([x, '<text>b</text>']);
  expect(datastores.candidateDirty).toBe(true);
  expect(toyText(other)).toBe('<text>b</text>');
});

test('both are made anew in another context, edits too where they are known', () => {
  const datastores = open(x);
  edit(datastores, '<text>a</text>');
  const [running, candidate] = [datastores.running, datastores.candidate].map((tree) =>
    tree.print({ format: 'xml', defaults: 'explicit' }),
  );
  const next = toyContext();
  expect(datastores.recreate(next, running ?? '', candidate).ok).toBe(true);
  expect(datastores.running.context).toBe(next);
  expect(texts(datastores)).toEqual([x, `<text>a</text>${x}`]);
  expect(datastores.candidateDirty).toBe(true);
  expect(datastores.recreate(next, running ?? '').ok).toBe(true);
  expect(texts(datastores)).toEqual([x, x]);
  expect(datastores.candidateDirty).toBe(false);
  next.dispose();
});

test('what cannot be read back changes nothing', () => {
  const datastores = open(x);
  expect(datastores.recreate(context, '<broken').ok).toBe(false);
  expect(datastores.recreate(context, '', '<broken').ok).toBe(false);
  expect(texts(datastores)).toEqual([x, x]);
});
