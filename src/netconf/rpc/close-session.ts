import { err, ok } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

/** `<close-session>`: ends the own session in good order (RFC 6241 §7.8). */
export const closeSession: Operation = {
  namespace: NETCONF_BASE,
  name: 'close-session',
  endsSession: true,
  async run(element, context) {
    const { errors } = new ParameterReader(element, [], context);
    return errors.length > 0 ? err(errors) : okReply(ok());
  },
};
