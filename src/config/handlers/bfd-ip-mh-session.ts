import { err, ok } from '../../lib/result.js';
import type { SessionKey } from '../../link/messages.js';
import type { DataNode } from '../yang/data-node.js';
import { AUTHENTICATION_LEAVES, readAuthentication } from './authentication.js';
import type { SessionList } from './configured-session.js';
import { CONTROL_PLANE_PROTOCOL } from './control-plane-protocols.js';
import { requiredNumber, requiredValue } from './node-values.js';
import { canonicalAddress, readAddresses } from './session-addresses.js';
import { COMMON_LEAVES, readCommonParameters } from './session-parameters.js';

/**
 * The multihop sessions of ietf-bfd-ip-mh (RFC 9314 §2.4, RFC 5883). A group has one session here: all its
 * packets carry the same addresses and ports, so that routers that share load send them one way.
 */
export const IP_MH_SESSIONS: SessionList = {
  path: `${CONTROL_PLANE_PROTOCOL}/ietf-bfd:bfd/ietf-bfd-ip-mh:ip-mh/session-groups/session-group`,
  leaves: ['source-addr', 'dest-addr', 'tx-ttl', 'rx-ttl', ...COMMON_LEAVES, ...AUTHENTICATION_LEAVES],
  key: ipMhKey,
  read(entry) {
    const addresses = readAddresses(entry, null);
    const parameters = readCommonParameters(entry);
    const authentication = readAuthentication(entry);
    if (!addresses.ok || !parameters.ok || !authentication.ok) {
      return err([addresses, parameters, authentication].flatMap((part) => (part.ok ? [] : part.error)));
    }
    const entryKeys = {
      'source-addr': requiredValue(entry, 'source-addr'),
      'dest-addr': requiredValue(entry, 'dest-addr'),
    };
    return ok({
      desired: {
        type: 'ip-mh',
        key: ipMhKey(entry),
        destination: addresses.value.destination,
        source: addresses.value.source ?? entryKeys['source-addr'],
        ...parameters.value,
        transmitTtl: requiredNumber(entry, 'tx-ttl'),
        requiredTtl: requiredNumber(entry, 'rx-ttl'),
      },
      entryKeys,
      interface: null,
      authentication: authentication.value,
    });
  },
};

function ipMhKey(entry: DataNode): SessionKey {
  const [source, destination] = ['source-addr', 'dest-addr'].map((leaf) =>
    canonicalAddress(requiredValue(entry, leaf)),
  );
  return `ip-mh/${source}/${destination}`;
}
