/** Capability URNs of RFC 6241 §8 and §10.4, RFC 5277 §3.1.1 and §6.2, RFC 6243 §4.3, RFC 8526 §3.1.1.2. */
export const CAPABILITY = {
  base10: 'urn:ietf:params:netconf:base:1.0',
  base11: 'urn:ietf:params:netconf:base:1.1',
  candidate: 'urn:ietf:params:netconf:capability:candidate:1.0',
  // RFC 4741 §8.4, all of which 1.1 does: what clients of base:1.0 know, and yangcli goes by.
  confirmedCommit10: 'urn:ietf:params:netconf:capability:confirmed-commit:1.0',
  confirmedCommit: 'urn:ietf:params:netconf:capability:confirmed-commit:1.1',
  interleave: 'urn:ietf:params:netconf:capability:interleave:1.0',
  notification: 'urn:ietf:params:netconf:capability:notification:1.0',
  rollbackOnError: 'urn:ietf:params:netconf:capability:rollback-on-error:1.0',
  startup: 'urn:ietf:params:netconf:capability:startup:1.0',
  validate11: 'urn:ietf:params:netconf:capability:validate:1.1',
  withDefaults:
    'urn:ietf:params:netconf:capability:with-defaults:1.0?basic-mode=explicit&also-supported=report-all,report-all-tagged,trim',
  withOperationalDefaults:
    'urn:ietf:params:netconf:capability:with-operational-defaults:1.0?basic-mode=report-all&also-supported=explicit,report-all-tagged,trim',
  xpath: 'urn:ietf:params:netconf:capability:xpath:1.0',
} as const;
