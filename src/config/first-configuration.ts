import { encodeUtf8 } from '../lib/xml/utf8.js';
import { XmlReader } from '../lib/xml/xml-reader.js';
import { err, ok, type Result } from '../lib/result.js';
import { ADMIN_USER } from './users/initial-configuration.js';
import type { DataTree } from './yang/data-tree.js';

const NETCONF = 'urn:ietf:params:xml:ns:netconf:base:1.0';

/**
 * The XML siblings inside a document whose root is `<config>` of NETCONF, such as a file that the
 * operator names. The error is a sentence.
 */
export function contentOfConfigDocument(text: string): Result<string, string> {
  // The empty path is the root itself.
  const reader = new XmlReader(['']);
  const fault = reader.write(encodeUtf8(text));
  if (fault !== undefined) return err(fault.message);
  const read = reader.end();
  if (!read.ok) return err(read.error.message);
  const { local, namespace, payload } = read.value;
  if (local === 'config' && namespace === NETCONF) return ok(payload ?? '');
  return err(
    `The root element is <${local}> of the namespace "${namespace}"; it must be <config> of "${NETCONF}".`,
  );
}

/** Whether a configuration has any user that could log in. */
export function hasUsers(config: DataTree): boolean {
  const users = config.xpath('/ietf-system:system/authentication/user');
  return users.ok && users.value.length > 0;
}

/**
 * Who is to have all rights when the configuration that the agent begins with says nothing of access:
 * `admin`, or without a user of that name all its users. Undefined when it does say something.
 */
export function firstAdministrators(config: DataTree): readonly string[] | undefined {
  if (config.roots().some(({ moduleName }) => moduleName === 'ietf-netconf-acm')) return undefined;
  const found = config.xpath('/ietf-system:system/authentication/user/name');
  const names = found.ok ? found.value.map(({ value }) => value) : [];
  return names.includes(ADMIN_USER) ? [ADMIN_USER] : names;
}
