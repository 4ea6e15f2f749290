import { err, ok } from '../../lib/result.js';
import type { EnginePort, EngineUnavailable } from '../../link/engine-port.js';
import type { MplsAction, MplsActionResult, SessionKey } from '../../link/messages.js';
import type { Outcome } from '../config-service.js';
import { dataMissing, operationFailed, type ErrorDetails, type RpcError } from '../errors/rpc-error.js';
import { element, leaf } from '../state/xml-text.js';
import type { Invocation, Invoke } from './invocation.js';
import type { LspSessions } from '../state/lsp-sessions.js';

const MPLS_BGP_BFD = 'urn:bfd-agent:yang:mpls-bgp-bfd';
const BGP_LSP =
  '/ietf-routing:routing/control-plane-protocols/control-plane-protocol/ietf-bfd:bfd' +
  '/ietf-bfd-mpls:mpls/mpls-bgp-bfd:bgp-lsp';

/** What the operations work with. */
export interface LspOperationParts {
  readonly engine: EnginePort;
  readonly sessions: LspSessions;
  /** The name of the bfdv1 instance that has MPLS; undefined: there is none. */
  instance(): string | undefined;
}

/** The actions of mpls-bgp-bfd, and the rpcs that do the same for clients without actions. */
export function lspOperations(parts: LspOperationParts): ReadonlyMap<string, Invoke> {
  const within = (invoke: Invoke): Invoke => onlyWithin(parts, invoke);
  return new Map<string, Invoke>([
    [`${BGP_LSP}/tunnels/tunnel/lsp-ping`, within((call) => ping(parts, call, keyOf(call, 'fec')))],
    [
      `${BGP_LSP}/sessions/session/clear`,
      within((call) => clear(parts, call, keyOf(call, 'local-discriminator'))),
    ],
    [
      `${BGP_LSP}/sessions/session/reset-statistics`,
      within((call) => reset(parts, call, keyOf(call, 'local-discriminator'))),
    ],
    ['/mpls-bgp-bfd:lsp-ping', (call) => ping(parts, call, call.input['fec'] ?? '')],
    ['/mpls-bgp-bfd:clear-session', (call) => clear(parts, call, call.input['local-discriminator'] ?? '')],
    [
      '/mpls-bgp-bfd:reset-session-statistics',
      (call) => reset(parts, call, call.input['local-discriminator'] ?? ''),
    ],
    ['/mpls-bgp-bfd:reset-all-statistics', () => act(parts.engine, { type: 'reset-statistics', key: null })],
  ]);
}

/** RFC 8029: pings a tunnel, whatever its session does. */
async function ping(parts: LspOperationParts, call: Invocation, fec: string): Promise<Outcome<string>> {
  const read = await parts.engine.readTunnels([fec]);
  if (!read.ok) return unavailable(read.error);
  if (read.value.length === 0) return err([missing(`There is no tunnel with the FEC ${fec}.`, call)]);
  const { count, timeout, size, 'reply-mode': replyMode } = call.input;
  return act(parts.engine, {
    type: 'lsp-ping',
    fec,
    count: Number(count),
    timeoutMs: Number(timeout),
    replyMode: replyMode === 'do-not-reply' ? 'do-not-reply' : 'reply-udp',
    size: size === undefined ? null : Number(size),
  });
}

function clear(parts: LspOperationParts, call: Invocation, discriminator: string): Promise<Outcome<string>> {
  const graceful = call.input['graceful'] !== 'false';
  return onSession(parts, call, discriminator, (key) => ({ type: 'clear', key, graceful }));
}

function reset(parts: LspOperationParts, call: Invocation, discriminator: string): Promise<Outcome<string>> {
  return onSession(parts, call, discriminator, (key) => ({ type: 'reset-statistics', key }));
}

async function onSession(
  { engine, sessions }: LspOperationParts,
  call: Invocation,
  discriminator: string,
  action: (key: SessionKey) => MplsAction,
): Promise<Outcome<string>> {
  const found = await sessions.find(Number(discriminator));
  if (!found.ok) return unavailable(found.error);
  if (found.value === undefined) {
    const message = `There is no session on an LSP with the local discriminator ${discriminator}.`;
    return err([missing(message, call)]);
  }
  return act(engine, action(found.value.key));
}

async function act(engine: EnginePort, action: MplsAction): Promise<Outcome<string>> {
  const acted = await engine.act(action);
  if (!acted.ok) return unavailable(acted.error);
  const result = acted.value;
  if (result.type === 'refused') return err([operationFailed(`The engine refuses: ${result.reason}.`)]);
  return ok(result.type === 'done' ? '' : pingOutput(result));
}

function pingOutput({ sent, replies }: Extract<MplsActionResult, { type: 'lsp-ping' }>): string {
  const entries = replies.map((reply) =>
    element(
      'reply',
      [
        leaf('sequence', reply.sequenceNumber),
        leaf('from', reply.from),
        leaf('return-code', reply.returnCode),
        leaf('return-subcode', reply.returnSubcode),
        leaf('round-trip-time', Math.round(reply.roundTripUs)),
      ],
      MPLS_BGP_BFD,
    ),
  );
  const counts = { sent, received: replies.length };
  const totals = Object.entries(counts).map(
    ([name, count]) => `<${name} xmlns="${MPLS_BGP_BFD}">${count}</${name}>`,
  );
  return [...totals, ...entries].join('');
}

/** Of other protocol instances there are no tunnels and sessions. */
function onlyWithin(parts: LspOperationParts, invoke: Invoke): Invoke {
  return async (call) => {
    const protocol = call.entries.find(({ list }) => list === 'control-plane-protocol')?.keys;
    const isOurs = protocol?.['type'] === 'ietf-bfd-types:bfdv1' && protocol['name'] === parts.instance();
    if (isOurs) return invoke(call);
    return err([missing('There is no BFD over MPLS in this protocol instance.', call)]);
  };
}

function keyOf({ entries }: Invocation, key: string): string {
  return entries.at(-1)?.keys[key] ?? '';
}

function missing(message: string, { target }: Invocation): RpcError {
  const details: ErrorDetails = target === undefined ? {} : { path: target };
  return dataMissing(message, details);
}

function unavailable({ message }: EngineUnavailable): Outcome<never> {
  return err([operationFailed(message)]);
}
