import { invalidValue } from '../../config/errors/rpc-error.js';
import { err, ok } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

const MAX_SESSION_ID = 4_294_967_295;

/** `<kill-session>`: ends another session at once (RFC 6241 §7.9). */
export const killSession: Operation = {
  namespace: NETCONF_BASE,
  name: 'kill-session',
  async run(element, context) {
    const parameters = new ParameterReader(element, ['session-id'], context);
    parameters.required('session-id');
    const text = parameters.leaf('session-id') ?? '';
    if (parameters.errors.length > 0) return err(parameters.errors);
    const sessionId = /^\+?\d{1,20}$/.test(text) ? Number(text) : 0;
    if (sessionId < 1 || sessionId > MAX_SESSION_ID) {
      return err([
        invalidValue(`<session-id> must be a number from 1 to ${MAX_SESSION_ID}; it is "${text}".`),
      ]);
    }
    if (sessionId === context.requester.sessionId) {
      return err([invalidValue('A session cannot kill itself; <close-session> ends it.')]);
    }
    if (!(await context.killSession(sessionId))) {
      return err([invalidValue(`There is no session ${sessionId}.`)]);
    }
    return okReply(ok());
  },
};
