import type { SchemaIdentity } from '../../config/config-service.js';
import { NETCONF_MONITORING } from '../namespaces.js';
import { CAPABILITY } from './capability.js';

/**
 * The capabilities that the server announces in its hello: those of the protocol (RFC 6241 §8), the
 * YANG library with `contentId` when it is served (RFC 8525 §2, RFC 7950 §5.6.4), and every
 * implemented module (RFC 6020 §5.6.4; clients that know no YANG library depend on it).
 */
export function serverCapabilities(
  schemas: readonly SchemaIdentity[],
  contentId?: string,
): readonly string[] {
  const library = schemas.find(({ name }) => name === 'ietf-yang-library');
  return [
    ...Object.values(CAPABILITY),
    NETCONF_MONITORING,
    ...(library === undefined || contentId === undefined ? [] : yangLibrary(library.revision, contentId)),
    ...schemas.filter(({ implemented }) => implemented).map(moduleCapability),
  ];
}

/** 1.1 names `/yang-library`; 1.0 names the older `/modules-state`, which the same module has. */
function yangLibrary(revision: string, contentId: string): readonly string[] {
  const id = encodeURIComponent(contentId);
  return [
    `urn:ietf:params:netconf:capability:yang-library:1.1?revision=${revision}&content-id=${id}`,
    `urn:ietf:params:netconf:capability:yang-library:1.0?revision=${revision}&module-set-id=${id}`,
  ];
}

function moduleCapability({ name, namespace, revision, features, deviations }: SchemaIdentity): string {
  const parameters = [
    `module=${name}`,
    ...(revision === '' ? [] : [`revision=${revision}`]),
    ...(features.length === 0 ? [] : [`features=${features.join(',')}`]),
    ...(deviations.length === 0 ? [] : [`deviations=${deviations.join(',')}`]),
  ];
  return `${namespace}?${parameters.join('&')}`;
}
