import type { HealthScope } from '../../config/commit/health-gate.js';
import type { CommitRequest } from '../../config/config-service.js';
import { badElement, invalidValue, missingElement } from '../../config/errors/rpc-error.js';
import { err } from '../../lib/result.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import { BFD_AGENT_COMMIT, NETCONF_BASE } from '../namespaces.js';
import { okReply, type Operation, type OperationContext } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

const PARAMETERS = ['confirmed', 'confirm-timeout', 'persist', 'persist-id'];

/** `<confirm-timeout>` (RFC 6241) and `<settle-time>` (bfd-agent-commit), in seconds. */
const TIMEOUT = { otherwise: 600, max: 4_294_967_295 };
const SETTLE_TIME = { otherwise: 10, max: 3600 };

/** Longest texts, in characters (bfd-agent-commit). */
const MAX_COMMENT = 1024;
const MAX_LABEL = 64;

/** `<commit>`: makes the candidate the running configuration (RFC 6241 §8.3.4.1), for a trial where it says so (§8.4). */
export const commit: Operation = {
  namespace: NETCONF_BASE,
  name: 'commit',
  async run(element, context) {
    const { plain, own } = splitAugmented(element);
    const parameters = new ParameterReader(plain, PARAMETERS, context);
    const notes = new ParameterReader(own, ['comment', 'label', 'health-check'], context);
    const gate = readHealthCheck(notes, context);
    const request = { ...readConfirmation(parameters, gate), ...readNotes(notes) };
    const errors = [...parameters.errors, ...notes.errors];
    if (errors.length > 0) return err(errors);
    return okReply(await context.config.commit(context.requester, request));
  },
};

/** The parameters of RFC 6241, and those that bfd-agent-commit adds. */
function splitAugmented(element: XmlElement): { plain: XmlElement; own: XmlElement } {
  return {
    plain: { ...element, children: element.children.filter((child) => !isOwn(child)) },
    own: {
      ...element,
      namespace: BFD_AGENT_COMMIT,
      attributes: [],
      text: '',
      children: element.children.filter(isOwn),
    },
  };
}

function isOwn({ namespace }: XmlElement): boolean {
  return namespace === BFD_AGENT_COMMIT;
}

function readNotes(notes: ParameterReader): Pick<CommitRequest, 'comment' | 'label'> {
  const comment = readText(notes, 'comment', MAX_COMMENT);
  const label = readText(notes, 'label', MAX_LABEL);
  return { ...(comment === undefined ? {} : { comment }), ...(label === undefined ? {} : { label }) };
}

function readText(notes: ParameterReader, name: string, max: number): string | undefined {
  const text = notes.leaf(name);
  if (text !== undefined && (text === '' || Array.from(text).length > max)) {
    notes.errors.push(invalidValue(`<${name}> must have 1 to ${max} characters.`));
  }
  return text;
}

/**
 * A time-out or a token without `<confirmed>` would be lost in silence, on a commit that then stays for
 * good: it is an error.
 */
function readConfirmation(parameters: ParameterReader, gate: HealthCheck | undefined): CommitRequest {
  const confirmed = readEmpty(parameters, 'confirmed');
  const timeoutMs = gate?.settleMs ?? readSeconds(parameters, 'confirm-timeout', TIMEOUT);
  const persist = parameters.leaf('persist');
  const persistId = parameters.leaf('persist-id');
  for (const name of ['confirm-timeout', 'persist']) {
    if (parameters.optional(name) === undefined || confirmed) continue;
    parameters.errors.push(missingElement('confirmed', `<${name}> is for a commit with <confirmed>.`));
  }
  if (gate !== undefined && !confirmed) {
    parameters.errors.push(missingElement('confirmed', '<health-check> is for a commit with <confirmed>.'));
  }
  if (gate !== undefined && parameters.optional('confirm-timeout') !== undefined) {
    const message = 'With <health-check>, <settle-time> says when it is decided.';
    parameters.errors.push(badElement('confirm-timeout', message));
  }
  const healthCheck = gate === undefined ? {} : { healthCheck: gate.scope };
  return {
    ...(confirmed
      ? { confirmed: { timeoutMs, ...healthCheck, ...(persist === undefined ? {} : { persist }) } }
      : {}),
    ...(persistId === undefined ? {} : { persistId }),
  };
}

function readEmpty(parameters: ParameterReader, name: string): boolean {
  const text = parameters.leaf(name);
  if (text !== undefined && text !== '') parameters.errors.push(invalidValue(`<${name}> must be empty.`));
  return parameters.optional(name) !== undefined;
}

/** Reads a number of seconds, in milliseconds. */
function readSeconds(
  parameters: ParameterReader,
  name: string,
  { otherwise, max }: { readonly otherwise: number; readonly max: number },
): number {
  const text = parameters.leaf(name) ?? String(otherwise);
  const seconds = /^\+?\d{1,20}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > max) {
    const message = `<${name}> must be a number of seconds from 1 to ${max}; it is "${text}".`;
    parameters.errors.push(invalidValue(message));
  }
  return seconds * 1000;
}

/** `<health-check>` of bfd-agent-commit. */
interface HealthCheck {
  readonly settleMs: number;
  readonly scope: HealthScope;
}

function readHealthCheck(notes: ParameterReader, context: OperationContext): HealthCheck | undefined {
  const element = notes.optional('health-check');
  if (element === undefined) return undefined;
  const inner = new ParameterReader(element, ['settle-time', 'scope'], context);
  const settleMs = readSeconds(inner, 'settle-time', SETTLE_TIME);
  const scope = inner.choice('scope', ['all', 'touched'], 'all');
  notes.errors.push(...inner.errors);
  return { settleMs, scope };
}
