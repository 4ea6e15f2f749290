/** The namespaces that tests write and read XML of. */
export const namespaces = {
  nc: 'urn:ietf:params:xml:ns:netconf:base:1.0',
  if: 'urn:ietf:params:xml:ns:yang:ietf-interfaces',
  rt: 'urn:ietf:params:xml:ns:yang:ietf-routing',
  bfd: 'urn:ietf:params:xml:ns:yang:ietf-bfd',
  'bfd-ip-sh': 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh',
  sys: 'urn:ietf:params:xml:ns:yang:ietf-system',
  ncwd: 'urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults',
  wd: 'urn:ietf:params:xml:ns:netconf:default:1.0',
} as const;
