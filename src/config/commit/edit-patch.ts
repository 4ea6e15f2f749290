import type { DataTree } from '../yang/data-tree.js';

const NETCONF = 'urn:ietf:params:xml:ns:netconf:base:1.0';

/**
 * What turns `from` into `to`, as the XML siblings of an `<edit-config>` whose default operation is merge.
 * What is there by default is left out.
 */
export function editPatch(from: DataTree, to: DataTree): string {
  using diff = from.diff(to);
  const text = diff.print({ format: 'xml', defaults: 'explicit', emptyContainers: true });
  // In the text of an element there is no `<`, so that each of these is a tag.
  return text.replaceAll(/<[^<>]*>/gu, (tag) => editTag(tag));
}

/**
 * libyang's attributes in those of an edit: an entry that is created or moved is told to be behind
 * another one, which is named, or the first when the name is empty.
 */
function editTag(tag: string): string {
  return tag
    .replace(/ yang:operation="delete"/u, ` xmlns:nc="${NETCONF}" nc:operation="remove"`)
    .replaceAll(/ yang:(?:operation|orig-key|orig-value|orig-default)="[^"]*"/gu, '')
    .replace(/ yang:(?:key|value)=""/u, ' yang:insert="first"')
    .replace(/ (yang:(?:key|value)="[^"]+")/u, ' yang:insert="after" $1');
}
