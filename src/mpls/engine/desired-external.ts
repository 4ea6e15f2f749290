import type { ExternalSession } from '../../bfd/engine/external-way.js';
import type { SessionKey } from '../../bfd/engine/session-model.js';
import type { LspSessionParameters } from '../mpls-model.js';

/**
 * A session of an LSP as the BFD engine runs it. Both roles are silent until they know their peer's
 * discriminator (RFC 5883 §4.2: none sends a packet with Your Discriminator zero).
 *
 * @param source canonical text of the local address, as is `destination` of the peer's
 */
export function desiredExternal(
  key: SessionKey,
  source: string | null,
  destination: string,
  parameters: LspSessionParameters,
): ExternalSession {
  return {
    type: 'external',
    key,
    role: 'passive',
    source,
    destination,
    detectMult: parameters.detectMult,
    desiredMinTxIntervalUs: parameters.desiredMinTxIntervalUs,
    requiredMinRxIntervalUs: parameters.requiredMinRxIntervalUs,
    adminDown: false,
    demand: false,
    authentication: parameters.authentication,
  };
}
