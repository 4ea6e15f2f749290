import type { ErrorTag } from '../errors/rpc-error.js';

/** What can be told from one of libyang's errors about how it is to be reported. */
export interface ErrorMeaning {
  readonly tag: ErrorTag;
  readonly appTag?: string;
  readonly subject?: string;
}

/** The parts of an error item that its meaning depends on. */
export interface ErrorFacts {
  /** Of bounded length: it is matched with expressions that would take long otherwise. */
  readonly message: string;
  /** Name of the validation code, `LYVE_SUCCESS` when it is none. */
  readonly validation: string;
  /** Name of the result code. */
  readonly result: string;
  readonly appTag: string | undefined;
  readonly dataPath: string | undefined;
  /** Whether the error arose while data was read or a value was set, not while a whole tree was validated. */
  readonly ofValue: boolean;
}

/**
 * The error-tag, error-app-tag and subject of an error of libyang, which itself knows only its own codes:
 * an app-tag of RFC 7950 §15 decides where there is one, then the wording, then the code.
 */
export function meaningOf(facts: ErrorFacts): ErrorMeaning {
  const { appTag } = facts;
  // Names are short, keys and namespaces may not be.
  const pathEnd = facts.dataPath?.slice(-256) ?? '';
  const attribute = /\/@(?:[\w.-]+:)?([\w.-]+)$/.exec(pathEnd)?.[1];
  const wording = wordings.find(([pattern]) => pattern.test(facts.message));
  const tag =
    (appTag === undefined ? undefined : appTags[appTag]) ?? wording?.[1] ?? byCode(facts, attribute);
  const subject = wording?.[0].exec(facts.message)?.[1] ?? attribute ?? lastElement(tag, pathEnd);
  return { tag, ...(appTag !== undefined && { appTag }), ...(subject !== undefined && { subject }) };
}

/** An element that should not be there is what the path ends with, where the message does not name it. */
function lastElement(tag: ErrorTag, path: string): string | undefined {
  return tag === 'unknown-element' ? /([\w.-]+)(?:\[[^/]*\])?$/.exec(path)?.[1] : undefined;
}

/** RFC 7950 §15.1 to §15.6; the app-tags that libyang sets by itself. */
const appTags: Readonly<Record<string, ErrorTag>> = {
  'data-not-unique': 'operation-failed',
  'too-many-elements': 'operation-failed',
  'too-few-elements': 'operation-failed',
  'must-violation': 'operation-failed',
  'instance-required': 'data-missing',
  'missing-choice': 'data-missing',
};

/** libyang's messages; the first group is what the error is about. RFC 7950 §8.3.1 where nothing else is said. */
const wordings: readonly (readonly [RegExp, ErrorTag])[] = [
  [/^Node "(.*?)" not found (?:as a child of|in the) /, 'unknown-element'],
  [/^Unexpected data state node "(.*)" found/, 'unknown-element'],
  [/^When condition "(?:.*)" not satisfied/, 'unknown-element'],
  [/^Child element "(.*)" inside a terminal node /, 'unknown-element'],
  [/^No module (?:with namespace|named) "(.*)" in the context/, 'unknown-namespace'],
  [/^No default namespace in the context|^Missing XML namespace/, 'unknown-namespace'],
  [/^List instance is missing its key "(.*)"/, 'missing-element'],
  [/^Mandatory node "(.*)" instance does not exist/, 'data-missing'],
  [/^Mandatory choice "(.*)" data do not exist/, 'data-missing'],
  [/^Data for both cases "(?:.*)" and "(.*)" exist/, 'bad-element'],
  [/^Duplicate instance of "(.*)"/, 'bad-element'],
  [/^Invalid position of the key "(.*)" in a list/, 'bad-element'],
  [/^Text value "(?:[^]*)" inside an? (?:inner|anydata) node "(.*)" found/, 'bad-element'],
  [/^Mixed XML content node "(.*)" found/, 'bad-element'],
  [/^Annotation definition for attribute "(?:.*:)?(.*)" not found/, 'unknown-attribute'],
  [/^Missing mandatory prefix for XML metadata "(.*)"/, 'unknown-attribute'],
  [/^Unknown \(or not implemented\) YANG module .* (?:for|of) metadata "(?:.*:)?(.*)"/, 'unknown-attribute'],
  [/^The maximum number of open elements|^Maximum number \d+ of nestings/, 'too-big'],
  [/^XPath "[^]*" result is not a node set/, 'invalid-value'],
  [/^Unknown XML prefix ".*" at attribute "(.*)"/, 'malformed-message'],
  [/^Unknown XML prefix "(.*)"/, 'malformed-message'],
  [/^Too (?:many|few) "(.*)" instances/, 'operation-failed'],
];

function byCode(
  { validation, result, appTag, ofValue }: ErrorFacts,
  attribute: string | undefined,
): ErrorTag {
  switch (validation) {
    case 'LYVE_SYNTAX':
    case 'LYVE_SYNTAX_XML':
    case 'LYVE_SYNTAX_JSON':
      return 'malformed-message';
    case 'LYVE_XPATH':
      return 'invalid-value';
    case 'LYVE_DATA':
      if (attribute !== undefined) return 'bad-attribute';
      // An app-tag that a module states is of a restriction of a type or of a must; a must is never of a value.
      return appTag !== undefined && !ofValue ? 'operation-failed' : 'invalid-value';
    default:
      return result === 'LY_EMEM' ? 'resource-denied' : 'operation-failed';
  }
}
