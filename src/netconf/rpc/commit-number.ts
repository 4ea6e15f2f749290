import { invalidValue } from '../../config/errors/rpc-error.js';
import type { ParameterReader } from './parameter-reader.js';

const MAX_NUMBER = 4_294_967_295;

/** Reads `<commit>`, the number of one; an error goes to `parameters` where it is missing or none. */
export function readCommitNumber(parameters: ParameterReader): number | undefined {
  if (parameters.required('commit') === undefined) return undefined;
  const text = parameters.leaf('commit') ?? '';
  const number = /^\+?\d{1,20}$/.test(text) ? Number(text) : Infinity;
  if (number <= MAX_NUMBER) return number;
  parameters.errors.push(invalidValue(`<commit> must be the number of a commit; it is "${text}".`));
  return undefined;
}
