import type { ModuleSource } from './yang/module-source.js';
import type { ModuleRequest } from './yang/yang-context.js';

/**
 * The modules that the agent implements, with the features it has. What it leaves out of them is said by
 * bfd-agent-deviations; ietf-ip is here because that module deviates from it.
 */
export const AGENT_MODULES: readonly ModuleRequest[] = [
  { name: 'ietf-interfaces', features: ['pre-provisioning'] },
  { name: 'iana-if-type', features: [] },
  { name: 'ietf-ip', features: [] },
  {
    name: 'ietf-key-chain',
    features: ['accept-tolerance', 'cleartext', 'hex-key-string', 'independent-send-accept-lifetime'],
  },
  { name: 'ietf-routing', features: ['router-id'] },
  { name: 'ietf-routing-types', features: [] },
  { name: 'ietf-mpls', features: [] },
  { name: 'iana-bfd-types', features: [] },
  {
    name: 'ietf-bfd-types',
    features: ['authentication', 'demand-mode', 'echo-mode', 'single-minimum-interval'],
  },
  { name: 'ietf-bfd', features: [] },
  { name: 'ietf-bfd-ip-sh', features: [] },
  { name: 'ietf-bfd-ip-mh', features: [] },
  { name: 'ietf-bfd-mpls', features: [] },
  { name: 'iana-crypt-hash', features: ['crypt-hash-md5', 'crypt-hash-sha-256', 'crypt-hash-sha-512'] },
  { name: 'ietf-system', features: ['authentication', 'local-users'] },
  { name: 'ietf-netconf-acm', features: [] },
  {
    name: 'ietf-netconf',
    features: ['candidate', 'confirmed-commit', 'rollback-on-error', 'startup', 'validate', 'xpath'],
  },
  { name: 'ietf-netconf-with-defaults', features: [] },
  { name: 'ietf-netconf-monitoring', features: [] },
  { name: 'ietf-origin', features: [] },
  { name: 'ietf-netconf-nmda', features: ['origin', 'with-defaults'] },
  { name: 'ietf-nmda-compare', features: [] },
  { name: 'ietf-netconf-notifications', features: [] },
  { name: 'notifications', features: [] },
  { name: 'nc-notifications', features: [] },
  { name: 'ietf-datastores', features: [] },
  { name: 'ietf-yang-library', features: [] },
  { name: 'bfd-agent-bfd', features: [] },
  { name: 'bfd-agent-commit', features: [] },
  { name: 'mpls-bgp-bfd', features: ['static-tunnels'] },
  { name: 'bfd-agent-server', features: [] },
  { name: 'bfd-agent-deviations', features: [] },
];

/**
 * The modules of `extra` that are served besides the agent's own: the newest revision of each, with all
 * its features. What `own` has too, and submodules, are left to be imported and included.
 */
export function extraModuleRequests(own: ModuleSource, extra: ModuleSource): readonly ModuleRequest[] {
  const names = new Set(extra.list().map(({ name }) => name));
  return [...names]
    .filter((name) => own.find(name) === undefined && !isSubmodule(extra.find(name) ?? ''))
    .map((name) => ({ name, features: ['*'] }));
}

/** Both sources as one; `first` wins where both have a module. */
export function joinedSource(first: ModuleSource, second: ModuleSource): ModuleSource {
  return {
    find: (name, revision) => first.find(name, revision) ?? second.find(name, revision),
    list: () => [...first.list(), ...second.list()],
  };
}

function isSubmodule(text: string): boolean {
  const withoutComments = text.replaceAll(/\/\*[^]*?\*\/|\/\/[^\n]*/gu, ' ');
  return /^\s*submodule\s/u.test(withoutComments);
}
