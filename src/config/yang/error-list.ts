import { type ErrorMeaning, meaningOf } from './error-tag.js';
import type { Address } from './linear-memory.js';
import type { Native } from './native.js';
import type { YangError } from './yang-error.js';

/** Where an error arises: that tells a value that its type refuses from a tree that its schema refuses. */
export type Phase = 'parse' | 'value' | 'validation';

/** Whoever sends ten thousand wrong values needs not be told of each. */
const errorsMost = 100;

/** Messages repeat what was sent, of any length. */
const messageMost = 2000;

/** Forgets the errors of earlier calls; libyang keeps them with the context. */
export function clearErrors(native: Native, context: Address): void {
  native.call('ly_err_clean', context, 0);
}

/** Whether the last call has left an error, whatever it returned. */
export function hasErrors(native: Native, context: Address): boolean {
  return errorItems(native, context).length > 0;
}

/**
 * The errors that the last call has left with the context, oldest first; never empty.
 *
 * @param result what the call returned
 */
export function readErrors(native: Native, context: Address, result: number, phase: Phase): YangError[] {
  const items = errorItems(native, context).map((at) => readError(native, at, phase));
  const errors = phase === 'parse' ? withoutConsequences(items) : items;
  if (errors.length > 0) return errors.filter((error, index) => errors.findIndex(isSame(error)) === index);
  const code = native.layout.errorNames.get(result) ?? 'LY_EOTHER';
  const tag = result === native.layout.constant.LY_EMEM ? 'resource-denied' : 'operation-failed';
  return [{ message: native.memory.text(native.call('ly_strerr', result)) ?? code, tag, code }];
}

/** The addresses of the first errors, without warnings. */
function errorItems(native: Native, context: Address): Address[] {
  const { memory, layout } = native;
  const items: Address[] = [];
  let at = native.call('ly_err_first', context);
  for (; at !== 0 && items.length < errorsMost; at = memory.u32(at + layout.error.next)) {
    if (memory.u32(at + layout.error.level) === layout.constant.LY_LLERR) items.push(at);
  }
  return items;
}

/** What could not be read is missing when the rest is validated: those errors, which have no line, mean nothing. */
function withoutConsequences(errors: readonly YangError[]): readonly YangError[] {
  const ofReading = errors.filter(({ line, code }) => line !== undefined || code !== 'LYVE_DATA');
  return ofReading.length > 0 ? ofReading : errors;
}

/** libyang reports a duplicate at each of the instances. */
function isSame(error: YangError): (other: YangError) => boolean {
  return ({ message, dataPath, line }) =>
    message === error.message && dataPath === error.dataPath && line === error.line;
}

function readError(native: Native, at: Address, phase: Phase): YangError {
  const { memory, layout } = native;
  const { error } = layout;
  const text = (member: number): string | undefined => memory.text(memory.u32(at + member));
  const message = shortened(text(error.msg) ?? '');
  const validation = layout.validationNames.get(memory.u32(at + error.vecode)) ?? 'LYVE_OTHER';
  const result = layout.errorNames.get(memory.u32(at + error.err)) ?? 'LY_EOTHER';
  const dataPath = text(error.data_path);
  const schemaPath = text(error.schema_path);
  const line = memory.u32(at + error.line);
  const ofValue = phase === 'value' || (phase === 'parse' && line !== 0);
  const meaning = meaningOf({ message, validation, result, dataPath, appTag: text(error.apptag), ofValue });
  return {
    message,
    code: validation === 'LYVE_SUCCESS' ? result : validation,
    ...meaning,
    ...(dataPath ? { dataPath } : {}),
    ...(schemaPath ? { schemaPath } : {}),
    ...(line !== 0 && { line }),
    ...notUnique(message, meaning),
  };
}

/** What a message quotes is in its middle. */
function shortened(message: string): string {
  if (message.length <= messageMost) return message;
  return `${message.slice(0, messageMost / 2)}…${message.slice(-messageMost / 2)}`;
}

/** RFC 7950 §15.1 wants every leaf named; libyang names the leafs of the `unique` and two entries of the list. */
function notUnique(message: string, { appTag }: ErrorMeaning): Pick<YangError, 'nonUnique'> {
  const named =
    appTag === 'data-not-unique' &&
    message.length <= messageMost &&
    /^Unique data leaf\(s\) "(.*)" not satisfied in "(.*)" and "(.*)"\.$/.exec(message);
  if (!named) return {};
  const [, leafs = '', ...entries] = named;
  return { nonUnique: entries.flatMap((entry) => leafs.split(' ').map((leaf) => `${entry}/${leaf}`)) };
}
