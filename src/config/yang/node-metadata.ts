import type { Address } from './linear-memory.js';
import type { YangContext } from './yang-context.js';

/** An annotation of a node (RFC 7952), or an attribute of an opaque one. */
export interface NodeMetadata {
  /** Empty for an attribute without a namespace, or of one that no module has. */
  readonly moduleName: string;
  readonly namespace?: string;
  readonly name: string;
  readonly value: string;
}

const NONE: readonly NodeMetadata[] = [];

/** The metadata of a node that has a schema, without what libyang keeps for itself there. */
export function readMetadata({ native, schemas }: YangContext, node: Address): readonly NodeMetadata[] {
  const { memory, layout } = native;
  let at = memory.u32(node + layout.node.meta);
  if (at === 0) return NONE;
  const found: NodeMetadata[] = [];
  for (; at !== 0; at = memory.u32(at + layout.meta.next)) {
    const { moduleName, namespace, name, isInternal } = schemas.annotationOf(at);
    if (isInternal) continue;
    found.push({ moduleName, namespace, name, value: memory.text(native.call('yw_meta_value', at)) ?? '' });
  }
  return found;
}

/** The attributes of an opaque node. */
export function readAttributes({ native, schemas }: YangContext, node: Address): NodeMetadata[] {
  const { memory, layout } = native;
  const found: NodeMetadata[] = [];
  let at = memory.u32(node + layout.opaque.attr);
  for (; at !== 0; at = memory.u32(at + layout.attribute.next)) {
    const text = (member: number): string | undefined => memory.text(memory.u32(at + member));
    const ofXml = memory.u32(at + layout.attribute.format) === layout.constant.LY_VALUE_XML;
    const named = text(layout.attribute.module) ?? '';
    const module = ofXml ? schemas.moduleByNamespace(named) : schemas.moduleByName(named);
    const namespace = ofXml ? named : module?.namespace;
    found.push({
      moduleName: module?.name ?? '',
      ...(namespace && { namespace }),
      name: text(layout.attribute.name) ?? '',
      value: text(layout.attribute.value) ?? '',
    });
  }
  return found;
}
