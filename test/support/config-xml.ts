/** Pieces of configuration as an operator writes them. */

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

/** `<config>` around what is given, with the prefix `nc` bound for operation attributes. */
export function config(...parts: readonly string[]): string {
  return `<config xmlns="${namespaces.nc}" xmlns:nc="${namespaces.nc}">${parts.join('')}</config>`;
}

/** An Ethernet interface. */
export function ethernet(name: string, extra = ''): string {
  return `<interfaces xmlns="${namespaces.if}"><interface><name>${name}</name>
    <type xmlns:ianaift="urn:ietf:params:xml:ns:yang:iana-if-type">ianaift:ethernetCsmacd</type>${extra}
  </interface></interfaces>`;
}

export interface SessionXml {
  readonly interface: string;
  readonly destination: string;
  /** Further children of `<session>`. */
  readonly leaves?: string;
  /** Attributes of `<session>`, for example ` nc:operation="delete"`. */
  readonly attributes?: string;
}

/** BFD with the given single-hop sessions. */
export function ipShSessions(...sessions: readonly SessionXml[]): string {
  const entries = sessions.map(
    (session) => `<session${session.attributes ?? ''}>
      <interface>${session.interface}</interface><dest-addr>${session.destination}</dest-addr>
      ${session.leaves ?? ''}</session>`,
  );
  return `<routing xmlns="${namespaces.rt}"><control-plane-protocols><control-plane-protocol>
    <type xmlns:bfd-types="urn:ietf:params:xml:ns:yang:ietf-bfd-types">bfd-types:bfdv1</type>
    <name>main</name>
    <bfd xmlns="${namespaces.bfd}"><ip-sh xmlns="${namespaces['bfd-ip-sh']}"><sessions>
      ${entries.join('')}
    </sessions></ip-sh></bfd>
  </control-plane-protocol></control-plane-protocols></routing>`;
}

/** Timers of a session: intervals in microseconds. */
export function timers(intervalUs: number, multiplier = 3): string {
  return `<local-multiplier>${multiplier}</local-multiplier>
    <desired-min-tx-interval>${intervalUs}</desired-min-tx-interval>
    <required-min-rx-interval>${intervalUs}</required-min-rx-interval>`;
}
