/** The diagnostic codes of RFC 5880 §4.1, and mis-connectivity of RFC 6428. */
export const Diagnostic = {
  None: 0,
  ControlDetectionTimeExpired: 1,
  EchoFunctionFailed: 2,
  NeighborSignaledSessionDown: 3,
  ForwardingPlaneReset: 4,
  PathDown: 5,
  ConcatenatedPathDown: 6,
  AdministrativelyDown: 7,
  ReverseConcatenatedPathDown: 8,
  MisConnectivityDefect: 9,
} as const;

/** A code that this system sends. A peer may send any of 0 to 31. */
export type Diagnostic = (typeof Diagnostic)[keyof typeof Diagnostic];

/** The names of the codes in iana-bfd-types, the enumeration `diagnostic` (RFC 5880 §4.1, RFC 6428). */
const NAMES = [
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
  return NAMES[code] ?? null;
}
