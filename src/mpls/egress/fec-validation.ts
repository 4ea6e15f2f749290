/**
 * Whether this system is the egress of a FEC for a packet that came with these labels: RFC 8029 §4.4, the
 * steps for requests without downstream mapping, and §4.4.1.
 */
import { SpecialLabel } from '../label-stack.js';
import { ReturnCode } from '../lsp-ping/codepoints.js';
import type { Fec } from '../lsp-ping/message.js';

/** What this system knows of its labels and FECs. */
export interface EgressForwarding {
  /**
   * What is done with a label on top of a received packet: it is taken off and the packet looked at, or the
   * packet goes on to another system; null: nothing is known of the label. Not asked for special labels.
   */
  labelOperation(label: number): 'pop' | 'switch' | null;
  /** Null: the FEC does not end here, or is not known. */
  fecMapping(fec: Fec): FecMapping | null;
}

/** A FEC that ends here. */
export interface FecMapping {
  /** The label that was advertised for it, Implicit and Explicit Null included; null: any, it is not known. */
  readonly label: number | null;
}

/** What the reply says. */
export interface FecVerdict {
  readonly returnCode: ReturnCode;
  /** The depth in the stack that it is about; the bottom is 1. */
  readonly returnSubcode: number;
}

/**
 * Decides.
 *
 * @param labels as they came, top first; empty after penultimate-hop popping
 * @param fecs as the request names them, top first; one at least
 */
export function validateFecs(
  labels: readonly number[],
  fecs: readonly Fec[],
  forwarding: EgressForwarding,
): FecVerdict {
  const stack = receivedStack(labels, forwarding);
  if (!Array.isArray(stack)) {
    return stack;
  }
  // §4.4.1: a Nil FEC on top hides what is below.
  return fecs[0]?.type === 'nil'
    ? { returnCode: ReturnCode.Egress, returnSubcode: 1 }
    : checkFecs(stack, fecs, forwarding);
}

/** §4.4 steps 3 and 4: the labels that are left to be compared, the bottom first. */
function receivedStack(labels: readonly number[], forwarding: EgressForwarding): number[] | FecVerdict {
  const meaningful: number[] = [];
  for (let index = 0; index < labels.length; index += 1) {
    const label = labels[index] ?? SpecialLabel.ImplicitNull;
    const depth = labels.length - index;
    if (label === SpecialLabel.EntropyLabelIndicator) {
      // RFC 6790: the label that follows is no label of a FEC.
      index += 1;
    } else if (!POPPED.has(label)) {
      const operation = label <= SpecialLabel.Extension ? null : forwarding.labelOperation(label);
      if (operation === null) return { returnCode: ReturnCode.NoLabelEntry, returnSubcode: depth };
      if (operation === 'switch') return { returnCode: ReturnCode.LabelSwitched, returnSubcode: depth };
      meaningful.unshift(label);
    }
  }
  return meaningful;
}

/** Labels without a FEC, which are taken off and passed over. */
const POPPED: ReadonlySet<number> = new Set([
  SpecialLabel.Ipv4ExplicitNull,
  SpecialLabel.RouterAlert,
  SpecialLabel.Ipv6ExplicitNull,
]);

/** §4.4 step 6: every FEC with its label, from the bottom, as far as there are both. */
function checkFecs(stack: readonly number[], fecs: readonly Fec[], forwarding: EgressForwarding): FecVerdict {
  let labelIndex = 0;
  let returnSubcode = 0;
  for (const fec of fecs.toReversed()) {
    returnSubcode += 1;
    const check = checkFec(stack[labelIndex] ?? SpecialLabel.ImplicitNull, fec, forwarding);
    if (typeof check !== 'string') {
      return { returnCode: check.returnCode, returnSubcode };
    }
    labelIndex += check === 'label-used' ? 1 : 0;
    if (check === 'label-used' && labelIndex >= stack.length) {
      break;
    }
  }
  return { returnCode: ReturnCode.Egress, returnSubcode };
}

/** §4.4.1; a FEC whose packets come without a label of its own uses none. */
function checkFec(
  label: number,
  fec: Fec,
  forwarding: EgressForwarding,
): 'label-used' | 'no-label-used' | { readonly returnCode: ReturnCode } {
  if (fec.type === 'nil') {
    return fec.label <= SpecialLabel.Extension
      ? 'no-label-used'
      : { returnCode: ReturnCode.OtherLabelMapped };
  }
  const mapping = forwarding.fecMapping(fec);
  if (mapping === null) {
    return { returnCode: ReturnCode.NoMapping };
  }
  if (mapping.label === SpecialLabel.ImplicitNull || (mapping.label !== null && POPPED.has(mapping.label))) {
    return 'no-label-used';
  }
  return mapping.label === null || mapping.label === label
    ? 'label-used'
    : { returnCode: ReturnCode.OtherLabelMapped };
}
