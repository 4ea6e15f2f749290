import { escapeXmlAttribute, escapeXmlText } from '../../lib/xml/escape-xml.js';
import { element, leaf } from '../state/xml-text.js';
import type { ConfigChangeEvent } from './agent-event.js';
import type { ConfigEdit } from './config-edit.js';
import { NETCONF_NOTIFICATIONS, sessionLeaves } from './session-notifications.js';

/** netconf-config-change (RFC 6470 §2.2) of the running configuration. */
export function configChange({ by, edits }: ConfigChangeEvent): string {
  const content = [
    element('changed-by', by === null ? ['<server/>'] : sessionLeaves(by)),
    leaf('datastore', 'running'),
    ...edits.map((edit) => editEntry(edit)),
  ];
  return element('netconf-config-change', content, NETCONF_NOTIFICATIONS);
}

function editEntry({ target, operation }: ConfigEdit): string {
  if (target === null) return element('edit', [leaf('operation', operation)]);
  const declarations = [...target.namespaces]
    .map(([prefix, uri]) => ` xmlns:${prefix}="${escapeXmlAttribute(uri)}"`)
    .join('');
  const instance = `<target${declarations}>${escapeXmlText(target.text)}</target>`;
  return element('edit', [instance, leaf('operation', operation)]);
}
