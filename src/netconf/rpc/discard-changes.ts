import { err } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

/** `<discard-changes>`: makes the candidate a copy of running again (RFC 6241 §8.3.4.2). */
export const discardChanges: Operation = {
  namespace: NETCONF_BASE,
  name: 'discard-changes',
  async run(element, context) {
    const { errors } = new ParameterReader(element, [], context);
    if (errors.length > 0) return err(errors);
    return okReply(await context.config.discardChanges(context.requester));
  },
};
