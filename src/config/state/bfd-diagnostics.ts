/** The enumeration `diagnostic` of iana-bfd-types, by the code on the wire (RFC 5880 §4.1, RFC 6428). */
const DIAGNOSTICS = [
  'none',
  'control-expiry',
  'echo-failed',
  'neighbor-down',
  'forwarding-reset',
  'path-down',
  'concatenated-path-down',
  'admin-down',
  'reverse-concatenated-path-down',
  'mis-connectivity-defect',
] as const;

/** Name of a diagnostic code; null for one that IANA has not assigned. */
export function diagnosticName(code: number): string | null {
  return DIAGNOSTICS[code] ?? null;
}
