/** Capability URNs of RFC 6241 §8 and §10.4. */
export const CAPABILITY = {
  base10: 'urn:ietf:params:netconf:base:1.0',
  base11: 'urn:ietf:params:netconf:base:1.1',
  candidate: 'urn:ietf:params:netconf:capability:candidate:1.0',
  confirmedCommit: 'urn:ietf:params:netconf:capability:confirmed-commit:1.1',
  rollbackOnError: 'urn:ietf:params:netconf:capability:rollback-on-error:1.0',
  validate11: 'urn:ietf:params:netconf:capability:validate:1.1',
  xpath: 'urn:ietf:params:netconf:capability:xpath:1.0',
} as const;
