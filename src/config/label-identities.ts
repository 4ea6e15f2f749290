import { SpecialLabel } from '../mpls/label-stack.js';

/** Labels with a meaning of their own, by the identities of ietf-routing-types (RFC 8294). */
export const LABEL_IDENTITIES: ReadonlyMap<number, string> = new Map([
  [SpecialLabel.Ipv4ExplicitNull, 'ipv4-explicit-null-label'],
  [SpecialLabel.RouterAlert, 'router-alert-label'],
  [SpecialLabel.Ipv6ExplicitNull, 'ipv6-explicit-null-label'],
  [SpecialLabel.ImplicitNull, 'implicit-null-label'],
  [SpecialLabel.EntropyLabelIndicator, 'entropy-label-indicator'],
  [SpecialLabel.GenericAssociatedChannel, 'gal-label'],
  [SpecialLabel.OamAlert, 'oam-alert-label'],
  [SpecialLabel.Extension, 'extension-label'],
]);
