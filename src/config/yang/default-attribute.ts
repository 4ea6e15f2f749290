import type { CallFrame } from './call-frame.js';
import type { YangContext } from './yang-context.js';

/** The namespace of the attribute `default` (RFC 6243 §6), which is not that of any module. */
export const DEFAULT_ATTRIBUTE = 'urn:ietf:params:xml:ns:netconf:default:1.0';

/** The module that libyang has the attribute in. */
const MODULE = 'ietf-netconf-with-defaults';

/**
 * Whether a text may have the attribute `default` of RFC 6243, by which a client says that a value is
 * there by default.
 */
export function mayHaveDefaultAttribute(text: string | Uint8Array): boolean {
  return typeof text === 'string' && text.includes(DEFAULT_ATTRIBUTE);
}

/**
 * Runs `parse` so that it knows the attribute `default`: a node with the value true is marked as a
 * default then. libyang looks for the attribute in the namespace of the module, where RFC 6243 does not
 * have it, so that is the module's while it parses; the module has no data of its own. The printer does
 * the same (yw_print).
 *
 * @param text what is parsed; nothing is done for one without the attribute
 */
export function withDefaultAttribute(
  { native, schemas }: YangContext,
  text: string | Uint8Array,
  frame: CallFrame,
  parse: () => number,
): number {
  const module = mayHaveDefaultAttribute(text) ? schemas.addressOf(MODULE) : undefined;
  if (module === undefined) return parse();
  const { memory, layout } = native;
  const place = module + layout.module.ns;
  const own = memory.u32(place);
  memory.setU32(place, frame.text(DEFAULT_ATTRIBUTE));
  try {
    return parse();
  } finally {
    memory.setU32(place, own);
  }
}
