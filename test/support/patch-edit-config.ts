import { escapeXmlText } from '../../src/lib/xml/escape-xml.js';

/** An edit of a YANG patch as text has it. */
export interface TextEdit {
  readonly operation: string;
  readonly target: string;
  readonly where?: string | undefined;
  readonly point?: string | undefined;
  readonly value?: string | undefined;
}

/** What one needs to know of modules to follow a path. */
export interface PatchSchema {
  namespaceOf(module: string): string;
  /** Names of the keys of a list, by its path without keys, modules before each name. */
  keysOf(path: string): readonly string[];
}

interface Step {
  readonly module: string;
  readonly name: string;
  readonly values: readonly string[];
  readonly keys: readonly string[];
}

const OPERATION: Readonly<Record<string, string>> = { insert: 'create', move: 'merge' };

/** An edit of a YANG patch as the content of an edit-config. */
export function editConfigOf(edit: TextEdit, schema: PatchSchema): string {
  const steps = stepsOf(edit.target, schema);
  const operation = OPERATION[edit.operation] ?? edit.operation;
  const place = edit.where === undefined ? '' : placeOf(edit, schema);
  const attributes = ` xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" xmlns:yang="urn:ietf:params:xml:ns:yang:1" nc:operation="${operation}"${place}`;
  const last = steps.at(-1)!;
  const start = `<${last.name} xmlns="${schema.namespaceOf(last.module)}"`;
  const own =
    edit.value === undefined || edit.value === ''
      ? elementAround(last, schema, attributes, '')
      : edit.value.replace(/^<[^\s/>]+/u, (head) => `${head}${attributes}`);
  if (!own.startsWith(start.slice(0, last.name.length + 1))) throw new Error(`the value is no ${last.name}`);
  return steps.slice(0, -1).reduceRight((inside, step) => elementAround(step, schema, '', inside), own);
}

function elementAround(step: Step, schema: PatchSchema, attributes: string, inside: string): string {
  const declarations = step.values
    .flatMap((value) => /^([\w-]+):/u.exec(value)?.[1] ?? [])
    .map((module) => ` xmlns:${module}="${schema.namespaceOf(module)}"`);
  const keys = step.keys
    .map((key, at) => `<${key}>${escapeXmlText(step.values[at] ?? '')}</${key}>`)
    .join('');
  const value = step.keys.length === 0 ? escapeXmlText(step.values[0] ?? '') : keys;
  return `<${step.name} xmlns="${schema.namespaceOf(step.module)}"${declarations.join('')}${attributes}>${value}${inside}</${step.name}>`;
}

function placeOf({ where, point }: TextEdit, schema: PatchSchema): string {
  if (point === undefined) return ` yang:insert="${where}"`;
  const { keys, values } = stepsOf(point, schema).at(-1)!;
  const predicates = keys.map((key, at) => `[${key}='${values[at]}']`).join('');
  const anchor = keys.length === 0 ? `yang:value="${values[0]}"` : `yang:key="${predicates}"`;
  return ` yang:insert="${where}" ${anchor}`;
}

function stepsOf(path: string, schema: PatchSchema): Step[] {
  const steps: Step[] = [];
  let module = '';
  let plain = '';
  for (const text of path.split('/').slice(1)) {
    const match = /^(?:([\w-]+):)?([\w-]+)(?:=(.*))?$/u.exec(text);
    if (match === null) throw new Error(`${path} is no path`);
    module = match[1] ?? module;
    const name = match[2] ?? '';
    plain += `/${module}:${name}`;
    const values = match[3] === undefined ? [] : match[3].split(',').map(decodeURIComponent);
    steps.push({ module, name, values, keys: values.length === 0 ? [] : schema.keysOf(plain) });
  }
  return steps;
}
