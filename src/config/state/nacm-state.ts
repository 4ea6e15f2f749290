import type { DenialCounters } from '../access/access-control.js';
import type { StateProvider } from './state-provider.js';
import { element, leaf } from './xml-text.js';

const NACM = 'urn:ietf:params:xml:ns:yang:ietf-netconf-acm';

/** ietf-netconf-acm: how often access was refused (RFC 8341 §3.5.2). */
export function nacmState(counters: () => DenialCounters): StateProvider {
  return {
    module: 'ietf-netconf-acm',
    namespace: NACM,
    root: 'nacm',
    async xml() {
      const { deniedOperations, deniedDataWrites, deniedNotifications } = counters();
      const leaves = [
        leaf('denied-operations', deniedOperations),
        leaf('denied-data-writes', deniedDataWrites),
        leaf('denied-notifications', deniedNotifications),
      ];
      return element('nacm', leaves, NACM);
    },
  };
}
