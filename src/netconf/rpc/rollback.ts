import { err } from '../../lib/result.js';
import { BFD_AGENT_COMMIT } from '../namespaces.js';
import { readCommitNumber } from './commit-number.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

/** `<rollback>`: makes the candidate what an earlier commit resulted in (bfd-agent-commit). */
export const rollback: Operation = {
  namespace: BFD_AGENT_COMMIT,
  name: 'rollback',
  async run(element, context) {
    const parameters = new ParameterReader(element, ['commit'], context);
    const number = readCommitNumber(parameters);
    if (number === undefined || parameters.errors.length > 0) return err(parameters.errors);
    return okReply(await context.config.rollback(number, context.requester));
  },
};
