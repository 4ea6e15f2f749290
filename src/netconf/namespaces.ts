/** The namespace of the protocol's messages (RFC 6241). */
export const NETCONF_BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';

/** The namespace of `<get-schema>` and of the monitoring data (RFC 6022). */
export const NETCONF_MONITORING = 'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring';

/** The namespace of this agent's own operations on commits. */
export const BFD_AGENT_COMMIT = 'urn:bfd-agent:yang:bfd-agent-commit';

/** The namespace of `<action>` and of the attributes of `edit-config` (RFC 7950). */
export const YANG = 'urn:ietf:params:xml:ns:yang:1';
