/**
 * What `<edit-config>` means, written once more on plain values and as directly as the text of RFC 6241
 * §7.2 and RFC 7950 §7.5.8 to §7.9.4 allows: an edit and the data go in, the new data come out. It knows
 * only the schema below, a part of the module toy.
 */
export type Kind = 'leaf' | 'leaf-list' | 'step' | 'container' | 'presence' | 'list';
export type Operation = 'merge' | 'replace' | 'create' | 'delete' | 'remove' | 'none';

export interface Schema {
  readonly name: string;
  readonly kind: Kind;
  /** `choice/case` pairs, the outer first. */
  readonly cases?: readonly string[];
  readonly children?: readonly Schema[];
}

/** Data, or an edit of it: `value` of leafs, leaf-list entries and (the key) list entries. */
export interface Item {
  readonly schema: Schema;
  readonly value: string;
  readonly children: readonly Item[];
  readonly operation?: Operation;
  readonly insert?: { readonly where: 'first' | 'last' | 'before' | 'after'; readonly value: string };
}

const leaf = (name: string, ...cases: string[]): Schema => ({ name, kind: 'leaf', cases });

/** In the order of the schema. `step` is the user-ordered leaf-list. */
export const schema: readonly Schema[] = [
  leaf('text'),
  leaf('size'),
  { name: 'tag', kind: 'leaf-list' },
  { name: 'step', kind: 'step' },
  { name: 'plain', kind: 'container', children: [leaf('a'), leaf('b')] },
  { name: 'flag', kind: 'presence', children: [leaf('a')] },
  { name: 'left', kind: 'container', cases: ['way/left'], children: [leaf('x')] },
  leaf('r1', 'way/right'),
  leaf('r2', 'way/right'),
  leaf('d1', 'way/right', 'deeper/d1'),
  leaf('d2', 'way/right', 'deeper/d2'),
  {
    name: 'item',
    kind: 'list',
    children: [leaf('value'), { name: 'inner', kind: 'container', children: [leaf('deep')] }],
  },
];

const order = (item: Item): number => schema.indexOf(item.schema);
const settled: ReadonlySet<Operation> = new Set(['merge', 'replace', 'create']);

/** Thrown at the first error when the edit is to stop there. */
class Stop extends Error {}

/** The new data and the tags of the errors; the data are as before when there is an error and `goOn` is not set. */
export function applyToModel(
  edit: readonly Item[],
  data: readonly Item[],
  operation: Operation,
  goOn: boolean,
): { data: readonly Item[]; errors: readonly string[] } {
  const errors: string[] = [];
  const fail = (tag: string): void => {
    errors.push(tag);
    if (!goOn) throw new Stop();
  };
  try {
    return { data: applyAll(edit, data, operation, fail), errors };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { data, errors };
  }
}

type Fail = (tag: string) => void;

function applyAll(
  edit: readonly Item[],
  data: readonly Item[],
  inherited: Operation,
  fail: Fail,
): readonly Item[] {
  const wrong = edit.filter((item, index) =>
    edit
      .slice(0, index)
      .some((earlier) => excludes(earlier, item) && [earlier, item].every((one) => wanted(one, inherited))),
  );
  for (const _ of wrong) fail('bad-element');
  let now = data;
  const list: Item[] = [];
  const removing = (item: Item): boolean => (item.schema.cases ?? []).length > 0 && !wanted(item, 'merge');
  for (const item of [...edit.filter(removing), ...edit.filter((one) => !removing(one))]) {
    let failed = wrong.includes(item);
    const note = (tag: string): void => {
      failed = true;
      fail(tag);
    };
    if (!failed) now = applyOne(item, now, item.operation ?? inherited, note);
    if (item.schema.kind === 'step' && now.some((one) => same(one, item))) {
      const others = list.filter((one) => one.value !== item.value);
      list.splice(0, list.length, ...placed(item, failed ? undefined : item.insert, others));
    }
  }
  if (inherited !== 'replace') return now;
  const kept = now.filter((one) => edit.some((item) => same(one, item)) && one.schema.kind !== 'step');
  return [...kept, ...list.map(({ schema: step, value }) => ({ schema: step, value, children: [] }))];
}

function applyOne(item: Item, data: readonly Item[], operation: Operation, fail: Fail): readonly Item[] {
  const old = data.find((one) => same(one, item));
  const exists = old !== undefined && hasContent(old);
  const without = data.filter((one) => one !== old);
  const refuse = (tag: string): readonly Item[] => {
    fail(tag);
    return data;
  };
  if (operation === 'delete' && !exists) return refuse('data-missing');
  if (operation === 'delete' || operation === 'remove') return without;
  if (operation === 'none' && !exists && item.schema.kind !== 'container') return refuse('data-missing');
  if (operation === 'none' && item.children.length === 0) return data;
  if (operation === 'create' && exists) return refuse('data-exists');
  const reference = item.insert;
  const refers = reference?.where === 'before' || reference?.where === 'after';
  if (refers && !data.some((one) => one.schema === item.schema && one.value === reference.value)) {
    return refuse('bad-attribute');
  }
  const children = applyAll(item.children, old?.children ?? [], operation, fail);
  const result: Item = { schema: item.schema, value: item.value, children };
  if (operation === 'none' && !hasContent(result)) return without;
  const others = without.filter((one) => operation === 'none' || !excludes(one, item));
  const survivors =
    operation === 'none' && hasContent(result) && !exists
      ? others.filter((one) => !excludes(one, item))
      : others;
  if (item.schema.kind !== 'step') return [...survivors, result];
  const steps = data.filter((one) => one.schema.kind === 'step');
  const rest = data.filter((one) => one.schema.kind !== 'step');
  if (old !== undefined && (reference === undefined || reference.value === item.value)) {
    if (reference === undefined || refers) return data;
  }
  return [
    ...rest,
    ...placed(
      result,
      reference,
      steps.filter((one) => one !== old),
    ),
  ];
}

function placed(item: Item, insert: Item['insert'], list: readonly Item[]): readonly Item[] {
  const at = list.findIndex((one) => one.value === insert?.value);
  const last = insert === undefined || insert.where === 'last' || (insert.where !== 'first' && at === -1);
  const index = last ? list.length : insert.where === 'first' ? 0 : insert.where === 'before' ? at : at + 1;
  return [...list.slice(0, index), item, ...list.slice(index)];
}

/** Of the same schema node and, where there can be several, the same entry. */
function same(one: Item, other: Item): boolean {
  const several = ['leaf-list', 'step', 'list'].includes(one.schema.kind);
  return one.schema === other.schema && (!several || one.value === other.value);
}

function hasContent(item: Item): boolean {
  return item.schema.kind !== 'container' || item.children.some((child) => hasContent(child));
}

/** In other cases of a choice that both are in. */
function excludes(one: Item, other: Item): boolean {
  const cases = (item: Item): readonly string[][] => (item.schema.cases ?? []).map((text) => text.split('/'));
  return cases(one).some(([choice, name]) =>
    cases(other).some(([otherChoice, otherName]) => choice === otherChoice && name !== otherName),
  );
}

function wanted(item: Item, inherited: Operation): boolean {
  const operation = item.operation ?? inherited;
  if (operation === 'none' && item.schema.kind === 'container') {
    return item.children.some((child) => wanted(child, 'none'));
  }
  return settled.has(operation);
}

/** Data as XML; empty containers are nothing. */
export function dataText(items: readonly Item[]): string {
  return editText(items.flatMap((item) => pruned(item)));
}

/** An edit (or data) as XML, in the order of the schema, entries of system-ordered lists by value. */
export function editText(items: readonly Item[]): string {
  const sorted = items.toSorted((one, other) => {
    const sorts = one.schema === other.schema && one.schema.kind !== 'step';
    return order(one) - order(other) || (sorts ? one.value.localeCompare(other.value) : 0);
  });
  return sorted.map((item) => element(item)).join('');
}

function pruned(item: Item): Item[] {
  return hasContent(item) ? [{ ...item, children: item.children.flatMap((child) => pruned(child)) }] : [];
}

function element(item: Item): string {
  const { name, kind } = item.schema;
  const attributes = [
    item.operation === undefined ? '' : ` nc:operation="${item.operation}"`,
    item.insert === undefined ? '' : ` yang:insert="${item.insert.where}"`,
    item.insert?.where === 'before' || item.insert?.where === 'after'
      ? ` yang:value="${item.insert.value}"`
      : '',
  ].join('');
  const key = kind === 'list' ? `<name>${item.value}</name>` : '';
  const terminal = kind === 'leaf' || kind === 'leaf-list' || kind === 'step';
  const content = terminal ? item.value : key + modelChildren(item);
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

function modelChildren(item: Item): string {
  const children = item.schema.children ?? [];
  return item.children
    .toSorted((one, other) => children.indexOf(one.schema) - children.indexOf(other.schema))
    .map((child) => element(child))
    .join('');
}
