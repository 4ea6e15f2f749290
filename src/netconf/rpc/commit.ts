import type { CommitRequest } from '../../config/config-service.js';
import { invalidValue, missingElement } from '../../config/errors/rpc-error.js';
import { err } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

const PARAMETERS = ['confirmed', 'confirm-timeout', 'persist', 'persist-id'];

/** The default of `<confirm-timeout>`, and the largest there is. */
const DEFAULT_TIMEOUT_S = 600;
const MAX_TIMEOUT_S = 4_294_967_295;

/** `<commit>`: makes the candidate the running configuration (RFC 6241 §8.3.4.1), for a trial where it says so (§8.4). */
export const commit: Operation = {
  namespace: NETCONF_BASE,
  name: 'commit',
  async run(element, context) {
    const parameters = new ParameterReader(element, PARAMETERS, context);
    const request = readConfirmation(parameters);
    if (parameters.errors.length > 0) return err(parameters.errors);
    return okReply(await context.config.commit(context.requester, request));
  },
};

/**
 * A time-out or a token without `<confirmed>` would be lost in silence, on a commit that then stays for
 * good: it is an error.
 */
function readConfirmation(parameters: ParameterReader): CommitRequest {
  const confirmed = readEmpty(parameters, 'confirmed');
  const timeoutMs = readTimeoutMs(parameters);
  const persist = parameters.leaf('persist');
  const persistId = parameters.leaf('persist-id');
  for (const name of ['confirm-timeout', 'persist']) {
    if (parameters.optional(name) === undefined || confirmed) continue;
    parameters.errors.push(missingElement('confirmed', `<${name}> is for a commit with <confirmed>.`));
  }
  return {
    ...(confirmed ? { confirmed: { timeoutMs, ...(persist === undefined ? {} : { persist }) } } : {}),
    ...(persistId === undefined ? {} : { persistId }),
  };
}

function readEmpty(parameters: ParameterReader, name: string): boolean {
  const text = parameters.leaf(name);
  if (text !== undefined && text !== '') parameters.errors.push(invalidValue(`<${name}> must be empty.`));
  return parameters.optional(name) !== undefined;
}

function readTimeoutMs(parameters: ParameterReader): number {
  const text = parameters.leaf('confirm-timeout') ?? String(DEFAULT_TIMEOUT_S);
  const seconds = /^\+?\d{1,20}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > MAX_TIMEOUT_S) {
    const message = `<confirm-timeout> must be a number of seconds from 1 to ${MAX_TIMEOUT_S}; it is "${text}".`;
    parameters.errors.push(invalidValue(message));
  }
  return seconds * 1000;
}
