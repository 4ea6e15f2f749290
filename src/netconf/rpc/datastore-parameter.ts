import type { ConfigSource, DatastoreName } from '../../config/config-service.js';
import {
  badElement,
  invalidValue,
  missingElement,
  unknownElement,
  unknownNamespace,
  type RpcError,
} from '../../config/errors/rpc-error.js';
import { err, ok, type Result } from '../../lib/result.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import { NETCONF_NMDA } from '../namespaces.js';
import { readNmdaDatastore } from './nmda-datastore.js';
import type { OperationContext } from './operation.js';
import type { ParameterReader } from './parameter-reader.js';

/** What may stand in a `<source>` or `<target>`, and why something that RFC 6241 knows may not. */
export interface DatastoreChoice {
  readonly allowed: readonly DatastoreName[];
  readonly inline?: true;
  /** Whether `<datastore>` of RFC 8526 may name one of `allowed` as well. */
  readonly nmda?: true;
  /** By element name: what a client is told that asks for it. */
  readonly refused: Readonly<Record<string, string>>;
}

const STARTUP_IS_COPIED = '<startup> is not edited in place: <copy-config> replaces it.';
const NO_URL = 'URLs are not supported here (no :url).';

/** Where configuration can be read from. */
export const READABLE: DatastoreChoice = {
  allowed: ['running', 'candidate', 'startup'],
  refused: {},
};

/** What can be locked (RFC 6241 §7.5, RFC 8526 §3.2). */
export const LOCKABLE: DatastoreChoice = { ...READABLE, nmda: true };

/** Where configuration can be taken from: a datastore, or the message itself. */
export const SOURCE: DatastoreChoice = {
  allowed: ['running', 'candidate', 'startup'],
  inline: true,
  refused: { url: NO_URL },
};

/** What can be validated (RFC 6241 §8.6, RFC 8526 §3.2). */
export const VALIDATABLE: DatastoreChoice = { ...SOURCE, nmda: true };

const NOT_WRITABLE =
  '<running> is not writable here (no :writable-running): change <candidate>, then <commit>.';

/** What can be edited. */
export const WRITABLE: DatastoreChoice = {
  allowed: ['candidate'],
  refused: { running: NOT_WRITABLE, startup: STARTUP_IS_COPIED, url: NO_URL },
};

/** What can be replaced as a whole (RFC 6241 §7.3, §8.7.5.2). */
export const REPLACEABLE: DatastoreChoice = {
  allowed: ['candidate', 'startup'],
  refused: { running: NOT_WRITABLE, url: NO_URL },
};

/** What can be deleted (RFC 6241 §7.4, §8.7.5). */
export const DELETABLE: DatastoreChoice = {
  allowed: ['startup'],
  refused: {
    running: 'The <running> datastore cannot be deleted.',
    candidate: 'The <candidate> datastore cannot be deleted; <discard-changes> resets it.',
    url: NO_URL,
  },
};

/**
 * Reads the parameter `name` of an operation: the datastore, or the configuration, that it names.
 * Errors go to `parameters`. What a missing capability would allow is answered unknown-element: to
 * RFC 7950 §8.3.1 an element whose if-feature is false is unknown, and :writable-running and :url are
 * features of ietf-netconf.
 */
export function readSource(
  parameters: ParameterReader,
  name: string,
  choice: DatastoreChoice,
  context: Pick<OperationContext, 'isKnownNamespace'>,
): ConfigSource | undefined {
  const element = parameters.required(name);
  if (element === undefined) return undefined;
  const source = decodeSource(element, choice, context);
  if (source.ok) return source.value;
  parameters.errors.push(source.error);
  return undefined;
}

/** As `readSource`, for a choice without inline configuration. */
export function readDatastore(
  parameters: ParameterReader,
  name: string,
  choice: DatastoreChoice,
  context: Pick<OperationContext, 'isKnownNamespace'>,
): DatastoreName | undefined {
  const source = readSource(parameters, name, choice, context);
  return source?.type === 'datastore' ? source.name : undefined;
}

function decodeSource(
  element: XmlElement,
  choice: DatastoreChoice,
  context: Pick<OperationContext, 'isKnownNamespace'>,
): Result<ConfigSource, RpcError> {
  const [chosen, second] = element.children;
  if (chosen === undefined) {
    if (element.text.trim() !== '')
      return err(badElement(element.local, `<${element.local}> must hold an element.`));
    return err(
      missingElement(element.local, `<${element.local}> is empty; it must hold ${expected(choice)}.`),
    );
  }
  if (second !== undefined) {
    return err(badElement(second.local, `<${element.local}> must hold one element only.`));
  }
  if (choice.nmda && chosen.namespace === NETCONF_NMDA && chosen.local === 'datastore') {
    const named = readNmdaDatastore(chosen, choice.allowed);
    return named.ok ? ok({ type: 'datastore', name: named.value }) : named;
  }
  if (chosen.namespace !== element.namespace) {
    const known = context.isKnownNamespace(chosen.namespace);
    return err(known ? unknownElement(chosen.local) : unknownNamespace(chosen.local, chosen.namespace));
  }
  if (choice.inline && chosen.local === 'config') return ok({ type: 'inline', xml: chosen.payload ?? '' });
  const name = choice.allowed.find((allowed) => allowed === chosen.local);
  if (name === undefined) {
    const why = Object.hasOwn(choice.refused, chosen.local) ? choice.refused[chosen.local] : undefined;
    return err(unknownElement(chosen.local, why));
  }
  if (chosen.children.length > 0 || chosen.text.trim() !== '')
    return err(invalidValue(`<${name}> must be empty.`));
  return ok({ type: 'datastore', name });
}

function expected({ allowed, inline }: DatastoreChoice): string {
  const names = [...allowed, ...(inline ? ['config'] : [])].map((name) => `<${name}>`);
  return names.length === 0 ? 'the name of a datastore' : names.join(' or ');
}
