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
