import { operationFailed, type RpcError } from '../errors/rpc-error.js';
import { changesOf, plainPreparation, type Changes, type Handler, type Preparation } from './handler.js';
import {
  EGRESS,
  INGRESS,
  MPLS_INTERFACE,
  MPLS_LEAVES,
  PREFIX_LIST,
  ROUTER_ID,
  STATIC_TUNNEL,
} from './mpls-nodes.js';
import { pathTo } from './node-values.js';

/** ietf-mpls, ietf-bfd-mpls and mpls-bgp-bfd: refused until the engine acts on them. */
export class MplsHandler implements Handler {
  readonly name = 'mpls-bgp-bfd';
  readonly claims = MPLS_LEAVES;
  readonly watches = [ROUTER_ID, MPLS_INTERFACE, EGRESS, INGRESS, PREFIX_LIST, STATIC_TUNNEL];

  prepare(changes: Changes): Preparation {
    const errors: RpcError[] = [];
    for (const path of this.watches) {
      for (const { after } of changesOf(changes, path)) {
        if (after === undefined || after.isDefault) continue;
        const message = 'BFD over MPLS is not in force yet: leave it out.';
        errors.push(operationFailed(message, pathTo(after)));
      }
    }
    return plainPreparation(errors, () => undefined);
  }

  *desired(): Iterable<never> {}
}
