/** The namespace of the protocol's messages (RFC 6241). */
export const NETCONF_BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';

/** The namespace of `<get-schema>` and of the monitoring data (RFC 6022). */
export const NETCONF_MONITORING = 'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring';

/** The namespace of the parameter `<with-defaults>` (RFC 6243). */
export const NETCONF_WITH_DEFAULTS = 'urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults';

/** The namespace of `<get-data>` and `<edit-data>` (RFC 8526). */
export const NETCONF_NMDA = 'urn:ietf:params:xml:ns:yang:ietf-netconf-nmda';

/** The namespace of `<compare>` between datastores (RFC 9144). */
export const NMDA_COMPARE = 'urn:ietf:params:xml:ns:yang:ietf-nmda-compare';

/** The namespace of this agent's own operations on commits. */
export const BFD_AGENT_COMMIT = 'urn:bfd-agent:yang:bfd-agent-commit';

/** The namespace of this agent's own operations on host keys. */
export const BFD_AGENT_SERVER = 'urn:bfd-agent:yang:bfd-agent-server';

/** The namespace of `<action>` and of the attributes of `edit-config` (RFC 7950). */
export const YANG = 'urn:ietf:params:xml:ns:yang:1';

/** The namespace of `<notification>` and `<create-subscription>` (RFC 5277). */
export const NOTIFICATION = 'urn:ietf:params:xml:ns:netconf:notification:1.0';

/** The namespace of the list of streams and of the notifications that end replay and subscription (RFC 5277). */
export const NOTIFICATION_STREAMS = 'urn:ietf:params:xml:ns:netmod:notification';
