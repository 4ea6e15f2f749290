import { err, ok } from '../../lib/result.js';
import type { SessionKey } from '../../link/messages.js';
import type { DataNode } from '../yang/data-node.js';
import { AUTHENTICATION_LEAVES, readAuthentication } from './authentication.js';
import type { SessionList } from './configured-session.js';
import { CONTROL_PLANE_PROTOCOL } from './control-plane-protocols.js';
import { ECHO_LEAVES, readEcho } from './echo-parameters.js';
import { requiredValue } from './node-values.js';
import { canonicalAddress, readAddresses } from './session-addresses.js';
import { COMMON_LEAVES, readCommonParameters } from './session-parameters.js';

/** The single-hop sessions of ietf-bfd-ip-sh (RFC 9314 §2.3, RFC 5881). */
export const IP_SH_SESSIONS: SessionList = {
  path: `${CONTROL_PLANE_PROTOCOL}/ietf-bfd:bfd/ietf-bfd-ip-sh:ip-sh/sessions/session`,
  leaves: [
    'interface',
    'dest-addr',
    'source-addr',
    ...COMMON_LEAVES,
    ...AUTHENTICATION_LEAVES,
    ...ECHO_LEAVES,
  ],
  key: ipShKey,
  read(entry) {
    const interfaceName = requiredValue(entry, 'interface');
    const addresses = readAddresses(entry, interfaceName);
    const parameters = readCommonParameters(entry);
    const authentication = readAuthentication(entry);
    const echo = readEcho(entry);
    if (!addresses.ok || !parameters.ok || !authentication.ok || !echo.ok) {
      return err(
        [addresses, parameters, authentication, echo].flatMap((part) => (part.ok ? [] : part.error)),
      );
    }
    return ok({
      desired: {
        type: 'ip-sh',
        key: ipShKey(entry),
        interface: interfaceName,
        ...addresses.value,
        ...parameters.value,
        ...echo.value,
      },
      entryKeys: { interface: interfaceName, 'dest-addr': requiredValue(entry, 'dest-addr') },
      interface: interfaceName,
      authentication: authentication.value,
    });
  },
};

function ipShKey(entry: DataNode): SessionKey {
  return `ip-sh/${requiredValue(entry, 'interface')}/${canonicalAddress(requiredValue(entry, 'dest-addr'))}`;
}
