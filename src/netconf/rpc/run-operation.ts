import type { Outcome } from '../../config/config-service.js';
import { operationFailed, operationNotSupported, unknownNamespace } from '../../config/errors/rpc-error.js';
import { err } from '../../lib/result.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import type { Log } from '../../lib/log.js';
import { moduleRpc } from './module-operation.js';
import type { Operation, OperationContext, ReplyBody } from './operation.js';
import { findOperation } from './operations.js';

/** What came of an operation. */
export interface OperationResult {
  readonly outcome: Outcome<ReplyBody>;
  /** The session is to be closed once the reply is sent. */
  readonly endsSession: boolean;
}

type RunnableOperation = Pick<Operation, 'run' | 'endsSession' | 'ownAccessRule'>;

/**
 * Does the operation that `element` asks for. One that is not known is operation-not-supported or
 * unknown-namespace; an exception, which can only be a bug, is logged and becomes operation-failed.
 */
export async function runOperation(
  element: XmlElement,
  context: OperationContext,
  log: Log,
): Promise<OperationResult> {
  const { local, namespace } = element;
  const name = { namespace, name: local };
  const operation: RunnableOperation | undefined =
    findOperation(namespace, local) ?? (context.config.offersRpc(name) ? moduleRpc : undefined);
  if (operation === undefined) {
    const error = context.isKnownNamespace(namespace)
      ? operationNotSupported(`The operation <${local}> is not supported.`)
      : unknownNamespace(local, namespace);
    return { outcome: err([error]), endsSession: false };
  }
  try {
    const denial =
      operation.ownAccessRule === true ? undefined : context.config.operationDenial(name, context.requester);
    if (denial !== undefined) return { outcome: err([denial]), endsSession: false };
    const outcome = await operation.run(element, context);
    return { outcome, endsSession: outcome.ok && operation.endsSession === true };
  } catch (error) {
    log.error(
      { session: context.requester.sessionId, operation: local, err: error },
      'an operation failed unexpectedly',
    );
    const message = 'The operation failed for an internal reason, which has been logged.';
    return { outcome: err([operationFailed(message)]), endsSession: false };
  }
}
