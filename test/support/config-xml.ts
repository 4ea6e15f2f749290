import { instanceXml, interfaceXml, ipShXml } from './agent-xml.js';
import { namespaces } from './namespaces.js';

export { namespaces };

/** `<config>` around what is given, with the prefix `nc` bound for operation attributes. */
export function config(...parts: readonly string[]): string {
  return `<config xmlns="${namespaces.nc}" xmlns:nc="${namespaces.nc}">${parts.join('')}</config>`;
}

/** An Ethernet interface. */
export function ethernet(name: string, extra = ''): string {
  return interfaceXml(name, extra);
}

export interface SessionXml {
  readonly interface: string;
  readonly destination: string;
  /** Further children of `<session>`. */
  readonly leaves?: string;
  /** Attributes of `<session>`, for example ` nc:operation="delete"`. */
  readonly attributes?: string;
}

/** BFD with the given single-hop sessions, in the instance `main`. */
export function ipShSessions(...sessions: readonly SessionXml[]): string {
  const entries = sessions.map(
    ({ interface: name, destination, leaves = '', attributes = '' }) =>
      `<session${attributes}><interface>${name}</interface><dest-addr>${destination}</dest-addr>${leaves}</session>`,
  );
  return instanceXml('main', ipShXml(entries.join('')));
}

/** Timers of a session: intervals in microseconds. */
export function timers(intervalUs: number, multiplier = 3): string {
  return `<local-multiplier>${multiplier}</local-multiplier>
    <desired-min-tx-interval>${intervalUs}</desired-min-tx-interval>
    <required-min-rx-interval>${intervalUs}</required-min-rx-interval>`;
}
