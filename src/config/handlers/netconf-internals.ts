import { unknownElement } from '../errors/rpc-error.js';
import { changesOf, plainPreparation, type Changes, type Handler, type Preparation } from './handler.js';
import { pathTo } from './node-values.js';

const RPC_ERROR = '/ietf-netconf:rpc-error';

/**
 * ietf-netconf has no configuration. libyang adds a container to it that describes the errors in replies
 * and looks like one: this handler answers for it, by refusing it.
 */
export class NetconfInternalsHandler implements Handler {
  readonly name = 'ietf-netconf';
  readonly claims = [
    RPC_ERROR,
    ...['error-type', 'error-tag', 'error-severity', 'error-app-tag', 'error-path'].map(
      (leaf) => `${RPC_ERROR}/${leaf}`,
    ),
  ];
  readonly watches = [RPC_ERROR];

  prepare(changes: Changes): Preparation {
    const errors = changesOf(changes, RPC_ERROR).flatMap(({ after }) =>
      after?.firstChild === undefined
        ? []
        : [
            unknownElement('rpc-error', 'There is no configuration of that name.', {
              type: 'application',
              ...pathTo(after),
            }),
          ],
    );
    return plainPreparation(errors, () => undefined);
  }

  *desired(): Iterable<never> {}
}
