import type { ConfigReference } from '../../config/config-service.js';
import { badElement, invalidValue, missingElement } from '../../config/errors/rpc-error.js';
import { err, ok } from '../../lib/result.js';
import { escapeXmlText } from '../../lib/xml/escape-xml.js';
import { BFD_AGENT_COMMIT } from '../namespaces.js';
import { readCommitNumber } from './commit-number.js';
import type { Operation, OperationContext } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

const CONFIGURATIONS = ['running', 'candidate', 'startup', 'commit'] as const;

/** `<compare>`: what makes one configuration out of another (bfd-agent-commit). */
export const compare: Operation = {
  namespace: BFD_AGENT_COMMIT,
  name: 'compare',
  async run(element, context) {
    const parameters = new ParameterReader(element, ['source', 'target'], context);
    const source = readReference(parameters, 'source', context);
    const target = readReference(parameters, 'target', context);
    if (source === undefined || target === undefined || parameters.errors.length > 0) {
      return err(parameters.errors);
    }
    const compared = await context.config.compare(source, target, context.requester);
    if (!compared.ok) return compared;
    const { edit, text } = compared.value;
    const xmlns = ` xmlns="${BFD_AGENT_COMMIT}"`;
    const editXml = edit === '' ? '' : `<edit${xmlns}>${edit}</edit>`;
    return ok({ type: 'output', xml: `${editXml}<text${xmlns}>${escapeXmlText(text)}</text>` });
  },
};

function readReference(
  parameters: ParameterReader,
  name: string,
  context: OperationContext,
): ConfigReference | undefined {
  const element = parameters.required(name);
  if (element === undefined) return undefined;
  const inner = new ParameterReader(element, CONFIGURATIONS, context);
  const reference = choose(inner, name);
  parameters.errors.push(...inner.errors);
  return reference;
}

function choose(inner: ParameterReader, parent: string): ConfigReference | undefined {
  const given = CONFIGURATIONS.filter((name) => inner.optional(name));
  const [chosen, second] = given;
  if (second !== undefined) {
    inner.errors.push(badElement(second, `<${parent}> must name one configuration only.`));
    return undefined;
  }
  if (chosen === undefined) {
    if (inner.errors.length > 0) return undefined;
    const message = `<${parent}> must hold <running>, <candidate>, <startup> or <commit>.`;
    inner.errors.push(missingElement(parent, message));
    return undefined;
  }
  if (chosen === 'commit') {
    const number = readCommitNumber(inner);
    return number === undefined ? undefined : { type: 'commit', number };
  }
  if (inner.leaf(chosen) !== '') inner.errors.push(invalidValue(`<${chosen}> must be empty.`));
  return { type: 'datastore', name: chosen };
}
