/** The error-tags of RFC 6241 appendix A. */
export type ErrorTag =
  | 'in-use'
  | 'invalid-value'
  | 'too-big'
  | 'missing-attribute'
  | 'bad-attribute'
  | 'unknown-attribute'
  | 'missing-element'
  | 'bad-element'
  | 'unknown-element'
  | 'unknown-namespace'
  | 'access-denied'
  | 'lock-denied'
  | 'resource-denied'
  | 'rollback-failed'
  | 'data-exists'
  | 'data-missing'
  | 'operation-not-supported'
  | 'operation-failed'
  | 'malformed-message';

/** The layer an error belongs to (RFC 6241 §4.3). */
export type ErrorType = 'transport' | 'rpc' | 'protocol' | 'application';

/** An XPath instance path and the namespaces its prefixes stand for. */
export interface ErrorPath {
  readonly text: string;
  readonly namespaces: ReadonlyMap<string, string>;
}

/** One child of `<error-info>`; without `namespace` it is of the NETCONF base namespace. */
export interface ErrorInfo {
  readonly name: string;
  readonly value: string;
  readonly namespace?: string;
  /** What the prefixes in the value stand for, where that is a path. */
  readonly prefixes?: ReadonlyMap<string, string>;
}

/** An error as `<rpc-error>` carries it (RFC 6241 §4.3). Made by the factories below only. */
export interface RpcError {
  readonly type: ErrorType;
  readonly tag: ErrorTag;
  readonly message: string;
  readonly appTag?: string;
  readonly path?: ErrorPath;
  readonly info: readonly ErrorInfo[];
  /** Other nodes that the message tells of: for who may not read them, there is another message. */
  readonly about?: readonly ErrorPath[];
}

/** What may be told besides tag and message. */
export interface ErrorDetails {
  readonly type?: ErrorType;
  readonly appTag?: string;
  readonly path?: ErrorPath;
  readonly about?: readonly ErrorPath[];
}

/** A resource (a datastore, a name) is used by somebody else. */
export const inUse = (message: string, details?: ErrorDetails): RpcError =>
  make('protocol', 'in-use', message, details);

/** A value is not acceptable: out of range, of the wrong form, a dangling reference. */
export const invalidValue = (message: string, details?: ErrorDetails): RpcError =>
  make('protocol', 'invalid-value', message, details);

/** A request or its answer is larger than the agent handles. */
export const tooBig = (message: string, details?: ErrorDetails): RpcError =>
  make('protocol', 'too-big', message, details);

/** `element` lacks its attribute `attribute`. */
export const missingAttribute = (attribute: string, element: string, details?: ErrorDetails): RpcError =>
  make('rpc', 'missing-attribute', `The attribute "${attribute}" of <${element}> is missing.`, details, [
    { name: 'bad-attribute', value: attribute },
    { name: 'bad-element', value: element },
  ]);

/** The value of `attribute` on `element` is not acceptable. */
export const badAttribute = (
  attribute: string,
  element: string,
  message: string,
  details?: ErrorDetails,
): RpcError =>
  make('rpc', 'bad-attribute', message, details, [
    { name: 'bad-attribute', value: attribute },
    { name: 'bad-element', value: element },
  ]);

/** `element` carries an attribute that it does not know. */
export const unknownAttribute = (attribute: string, element: string, details?: ErrorDetails): RpcError =>
  make('rpc', 'unknown-attribute', `The attribute "${attribute}" is not known on <${element}>.`, details, [
    { name: 'bad-attribute', value: attribute },
    { name: 'bad-element', value: element },
  ]);

/** `element` is required and absent. */
export const missingElement = (element: string, message?: string, details?: ErrorDetails): RpcError =>
  make('protocol', 'missing-element', message ?? `The element <${element}> is missing.`, details, [
    { name: 'bad-element', value: element },
  ]);

/** The content of `element` is not acceptable. */
export const badElement = (element: string, message: string, details?: ErrorDetails): RpcError =>
  make('protocol', 'bad-element', message, details, [{ name: 'bad-element', value: element }]);

/** `element` is not known where it stands. */
export const unknownElement = (element: string, message?: string, details?: ErrorDetails): RpcError =>
  make('protocol', 'unknown-element', message ?? `The element <${element}> is not known here.`, details, [
    { name: 'bad-element', value: element },
  ]);

/** `element` is in a namespace that the agent does not know. */
export const unknownNamespace = (
  element: string,
  namespace: string,
  message?: string,
  details?: ErrorDetails,
): RpcError =>
  make(
    'protocol',
    'unknown-namespace',
    message ?? `The namespace "${namespace}" of <${element}> is not known.`,
    details,
    [
      { name: 'bad-element', value: element },
      { name: 'bad-namespace', value: namespace },
    ],
  );

/** The user may not do that. */
export const accessDenied = (message: string, details?: ErrorDetails): RpcError =>
  make('protocol', 'access-denied', message, details);

/** The lock is held by session `owner` (0: by something that is not a NETCONF session). */
export const lockDenied = (owner: number, message: string, details?: ErrorDetails): RpcError =>
  make('protocol', 'lock-denied', message, details, [{ name: 'session-id', value: String(owner) }]);

/** Not enough of something to do that. */
export const resourceDenied = (message: string, details?: ErrorDetails): RpcError =>
  make('protocol', 'resource-denied', message, details);

/** A failed change could not be taken back. */
export const rollbackFailed = (message: string, details?: ErrorDetails): RpcError =>
  make('protocol', 'rollback-failed', message, details);

/** What was to be created exists. */
export const dataExists = (message: string, details?: ErrorDetails): RpcError =>
  make('application', 'data-exists', message, details);

/** What was to be changed or deleted does not exist, or is referred to and does not exist. */
export const dataMissing = (message: string, details?: ErrorDetails): RpcError =>
  make('application', 'data-missing', message, details);

/** The operation is not implemented. */
export const operationNotSupported = (message: string, details?: ErrorDetails): RpcError =>
  make('protocol', 'operation-not-supported', message, details);

/** The operation could not be completed for a reason that no other tag covers. */
export const operationFailed = (message: string, details?: ErrorDetails): RpcError =>
  make('application', 'operation-failed', message, details);

/** The message is not well-formed (base:1.1 only). */
export const malformedMessage = (message: string): RpcError => make('rpc', 'malformed-message', message);

function make(
  type: ErrorType,
  tag: ErrorTag,
  message: string,
  details: ErrorDetails = {},
  info: readonly ErrorInfo[] = [],
): RpcError {
  return { type, tag, message, info, ...details };
}
