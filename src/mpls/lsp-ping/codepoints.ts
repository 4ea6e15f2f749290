/** The numbers of LSP ping: RFC 8029 §3, and the IANA registry of its parameters. */

/** The UDP port of requests, and the source port of replies. */
export const LSP_PING_PORT = 3503;

/** The Version Number. */
export const LSP_PING_VERSION = 1;

/** Bits of the Global Flags. */
export const GlobalFlag = {
  /** The receiver is to validate the FEC stack. */
  ValidateFecStack: 0x1,
  /** Answer only if the TTL expired (RFC 6425). */
  RespondOnlyIfTtlExpired: 0x2,
  /** The return path is to be validated (RFC 6426). */
  ValidateReversePath: 0x4,
} as const;

export const MessageType = { EchoRequest: 1, EchoReply: 2 } as const;
/** One of {@link MessageType}. */
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

export const ReplyMode = {
  DoNotReply: 1,
  ReplyUdp: 2,
  /** Deprecated by RFC 9570. */
  ReplyUdpRouterAlert: 3,
  ReplyApplicationChannel: 4,
  /** RFC 7110. */
  ReplySpecifiedPath: 5,
} as const;
/** A mode that this system asks for or understands; a peer may send any of 0 to 255. */
export type ReplyMode = (typeof ReplyMode)[keyof typeof ReplyMode];

export const ReturnCode = {
  None: 0,
  MalformedRequest: 1,
  TlvNotUnderstood: 2,
  Egress: 3,
  NoMapping: 4,
  DownstreamMismatch: 5,
  UpstreamInterfaceUnknown: 6,
  LabelSwitched: 8,
  LabelSwitchedNoMpls: 9,
  OtherLabelMapped: 10,
  NoLabelEntry: 11,
  ProtocolNotOnInterface: 12,
  PrematureTermination: 13,
  SeeDownstreamMapping: 14,
  LabelSwitchedWithFecChange: 15,
  /** RFC 9612 §3.2. */
  InappropriateFec: 192,
  /** RFC 9612 §3.2. */
  ReversePathNotFound: 193,
} as const;
/** A code that this system sends. A peer may send any of 0 to 255. */
export type ReturnCode = (typeof ReturnCode)[keyof typeof ReturnCode];

export const TlvType = {
  TargetFecStack: 1,
  DownstreamMapping: 2,
  Pad: 3,
  VendorEnterpriseNumber: 5,
  InterfaceAndLabelStack: 7,
  ErroredTlvs: 9,
  ReplyTos: 10,
  BfdDiscriminator: 15,
  DownstreamDetailedMapping: 20,
  ReplyPath: 21,
  /** RFC 9612. */
  BfdReversePath: 16384,
} as const;

/** Sub-TLVs of the Target FEC Stack. */
export const FecType = {
  LdpIpv4: 1,
  LdpIpv6: 2,
  BgpIpv4: 12,
  BgpIpv6: 13,
  GenericIpv4: 14,
  GenericIpv6: 15,
  Nil: 16,
  /** RFC 6425: multicast, which RFC 9612 §3.1 bars from reverse paths. */
  RsvpP2mpIpv4: 17,
  RsvpP2mpIpv6: 18,
  MulticastP2mpLdp: 19,
  MulticastMp2mpLdp: 20,
} as const;

/** RFC 8029 §3: types from here on are ignored by who does not know them, lower ones are not. */
export const FIRST_OPTIONAL_TYPE = 32768;
