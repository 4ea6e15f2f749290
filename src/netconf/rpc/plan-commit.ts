import type { TunnelEffect } from '../../config/commit/lsp-effects.js';
import type { SessionEffect } from '../../config/commit/session-effects.js';
import type { RpcError } from '../../config/errors/rpc-error.js';
import { err, ok } from '../../lib/result.js';
import { escapeXmlAttribute, escapeXmlText } from '../../lib/xml/escape-xml.js';
import { BFD_AGENT_COMMIT } from '../namespaces.js';
import type { Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

const XMLNS = ` xmlns="${BFD_AGENT_COMMIT}"`;

/** `<plan-commit>`: what committing the candidate would do (bfd-agent-commit). */
export const planCommit: Operation = {
  namespace: BFD_AGENT_COMMIT,
  name: 'plan-commit',
  async run(element, context) {
    const { errors } = new ParameterReader(element, [], context);
    if (errors.length > 0) return err(errors);
    const planned = await context.config.planCommit(context.requester);
    if (!planned.ok) return planned;
    const { accepted, sessions, tunnels, refusals } = planned.value;
    const xml = [
      `<accepted${XMLNS}>${accepted}</accepted>`,
      ...sessions.map((effect) => sessionXml(effect)),
      ...tunnels.map((effect) => tunnelXml(effect)),
      ...refusals.map((refusal) => refusalXml(refusal)),
    ];
    return ok({ type: 'output', xml: xml.join('') });
  },
};

function sessionXml({ key, action, pollSequence, reasons }: SessionEffect): string {
  const told = reasons.map((reason) => leaf('reason', reason)).join('');
  const poll = leaf('poll-sequence', String(pollSequence));
  return `<session${XMLNS}>${leaf('name', key)}${leaf('action', action)}${poll}${told}</session>`;
}

function tunnelXml({ fec, action, ineligibleReason }: TunnelEffect): string {
  const what = action === null ? '' : leaf('action', action);
  const why = ineligibleReason === null ? '' : leaf('ineligible-reason', ineligibleReason);
  return `<tunnel${XMLNS}>${leaf('fec', fec)}${what}${why}</tunnel>`;
}

function refusalXml({ tag, path, message }: RpcError): string {
  const namespaces = [...(path?.namespaces ?? [])]
    .map(([prefix, uri]) => ` xmlns:${prefix}="${escapeXmlAttribute(uri)}"`)
    .join('');
  const where = path === undefined ? '' : `<path${namespaces}>${escapeXmlText(path.text)}</path>`;
  return `<refusal${XMLNS}>${leaf('tag', tag)}${where}${leaf('message', message)}</refusal>`;
}

function leaf(name: string, value: string): string {
  return `<${name}>${escapeXmlText(value)}</${name}>`;
}
