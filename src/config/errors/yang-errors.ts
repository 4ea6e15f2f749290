import type { YangContext } from '../yang/yang-context.js';
import type { YangError } from '../yang/yang-error.js';
import { parseDataPath } from './data-path.js';
import { errorPathFromDataPath } from './error-path.js';
import {
  badAttribute,
  badElement,
  dataMissing,
  invalidValue,
  malformedMessage,
  missingElement,
  operationFailed,
  resourceDenied,
  unknownAttribute,
  unknownElement,
  unknownNamespace,
  type ErrorDetails,
  type ErrorInfo,
  type RpcError,
} from './rpc-error.js';

/** Namespace of `<missing-choice>` and `<non-unique>` (RFC 7950 §15). */
const yangNamespace = 'urn:ietf:params:xml:ns:yang:1';

/**
 * What a client is told of an error that libyang found in configuration: the tag that the binding
 * determined, the app-tag, the path as XML wants it and the error-info that RFC 6241 appendix A and
 * RFC 7950 §15 ask for. All are of type application, being about the content.
 *
 * @param element the element in question, where it is known and the error does not tell
 */
export function rpcErrorFromYang(error: YangError, context: YangContext, element?: string): RpcError {
  const message = readable(error.message);
  const { subject = '' } = error;
  const place = element ?? lastStep(error) ?? '';
  const details = detailsOf(error, context);
  switch (error.tag) {
    case 'unknown-element':
      return unknownElement(subject || place, message, details);
    case 'unknown-namespace':
      return unknownNamespace(place, subject, message, details);
    case 'missing-element':
      return missingElement(subject || place, message, details);
    case 'bad-element':
      return badElement(subject || place, message, details);
    case 'bad-attribute':
      return badAttribute(attributeOf(error) ?? subject, place, message, details);
    case 'unknown-attribute':
      return unknownAttribute(attributeOf(error) ?? subject, place, details);
    case 'invalid-value':
      return isAboutAttribute(error)
        ? badAttribute(attributeOf(error) ?? '', place, message, details)
        : invalidValue(message, details);
    case 'data-missing':
      return withInfo(dataMissing(message, details), missingChoice(error));
    case 'malformed-message':
      return malformedMessage(message);
    case 'resource-denied':
      return resourceDenied(message, details);
    case 'operation-failed':
    case 'access-denied':
    case 'data-exists':
    case 'in-use':
    case 'lock-denied':
    case 'missing-attribute':
    case 'operation-not-supported':
    case 'rollback-failed':
    case 'too-big':
      // Of these libyang finds the first only.
      return withInfo(operationFailed(message, details), nonUnique(error, context));
    default:
      return error.tag satisfies never;
  }
}

/** Whether an error is about an attribute, not about the element that carries it. */
export function isAboutAttribute(error: YangError): boolean {
  return (
    error.tag === 'bad-attribute' || error.tag === 'unknown-attribute' || attributeOf(error) !== undefined
  );
}

function detailsOf(error: YangError, context: YangContext): ErrorDetails {
  const path = error.dataPath ?? schemaPathAsDataPath(error.schemaPath, context);
  const errorPath =
    path === undefined ? undefined : errorPathFromDataPath(path, context, { wholeList: isAboutList(error) });
  return {
    type: 'application',
    ...(error.appTag === undefined ? {} : { appTag: error.appTag }),
    ...(errorPath === undefined ? {} : { path: errorPath }),
  };
}

/** RFC 7950 §15.2 and §15.3: the path is that of the list, not of an entry. */
function isAboutList(error: YangError): boolean {
  return error.appTag === 'too-many-elements' || error.appTag === 'too-few-elements';
}

/** One line; of a union libyang tells on further lines what each type says, with its own name before. */
function readable(message: string): string {
  return message
    .replaceAll(/libyang \d+ - ([\w.-]+), version \d+:/g, '$1:')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
}

/** Of a top-level node that is missing there is only the schema path, which is that of its data as well. */
function schemaPathAsDataPath(path: string | undefined, context: YangContext): string | undefined {
  return path !== undefined && context.schema(path) !== undefined ? path : undefined;
}

function lastStep(error: YangError): string | undefined {
  return parseDataPath(error.dataPath ?? error.schemaPath ?? '')?.steps.at(-1)?.name;
}

/** The attribute that the path ends in: its value is wrong then, not that of the element. */
function attributeOf(error: YangError): string | undefined {
  return parseDataPath(error.dataPath ?? error.schemaPath ?? '')?.attribute?.name;
}

function missingChoice({ appTag, subject = '' }: YangError): readonly ErrorInfo[] {
  return appTag === 'missing-choice'
    ? [{ name: 'missing-choice', value: subject, namespace: yangNamespace }]
    : [];
}

/** RFC 7950 §15.1: one `<non-unique>` for each leaf of each entry. */
function nonUnique(error: YangError, context: YangContext): readonly ErrorInfo[] {
  return (error.nonUnique ?? []).map((dataPath) => {
    const path = errorPathFromDataPath(dataPath, context);
    const prefixes = path?.namespaces ?? new Map<string, string>();
    return { name: 'non-unique', value: path?.text ?? dataPath, namespace: yangNamespace, prefixes };
  });
}

function withInfo(error: RpcError, info: readonly ErrorInfo[]): RpcError {
  return info.length === 0 ? error : { ...error, info: [...error.info, ...info] };
}
