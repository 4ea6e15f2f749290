/** The namespaces that tests write and read XML of. */
export const namespaces = {
  nc: 'urn:ietf:params:xml:ns:netconf:base:1.0',
  if: 'urn:ietf:params:xml:ns:yang:ietf-interfaces',
  rt: 'urn:ietf:params:xml:ns:yang:ietf-routing',
  bfd: 'urn:ietf:params:xml:ns:yang:ietf-bfd',
  'bfd-ip-sh': 'urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh',
  'bfd-mpls': 'urn:ietf:params:xml:ns:yang:ietf-bfd-mpls',
  mpls: 'urn:ietf:params:xml:ns:yang:ietf-mpls',
  mbb: 'urn:bfd-agent:yang:mpls-bgp-bfd',
  'rt-types': 'urn:ietf:params:xml:ns:yang:ietf-routing-types',
  sys: 'urn:ietf:params:xml:ns:yang:ietf-system',
  ncwd: 'urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults',
  wd: 'urn:ietf:params:xml:ns:netconf:default:1.0',
} as const;
