/** The Target FEC Stack TLV, RFC 8029 §3.2: the sub-TLVs of prefixes and the Nil FEC. */
import { readUint32, writeUint32 } from '../../lib/byte-order.js';
import { addressBits, makePrefix } from '../../lib/ip-prefix.js';
import type { IpPrefix } from '../../lib/ip-prefix.js';
import { err, ok } from '../../lib/result.js';
import type { Result } from '../../lib/result.js';
import { FecType, FIRST_OPTIONAL_TYPE } from './codepoints.js';
import type { Fec, PrefixFecType } from './message.js';
import { TLV_HEADER_BYTES, tlvBytes, walkTlvs, writeTlvHeader } from './tlv-walk.js';
import type { RawTlv, TlvWalkError } from './tlv-walk.js';

/** What can be wrong with a stack. `fec-not-understood` is no fault of the sender, all others are. */
export type FecStackError =
  | TlvWalkError
  | 'empty-fec-stack'
  | 'fec-length'
  | 'fec-prefix-length'
  | 'fec-not-understood';

/** More are not read. */
const MAX_FECS = 16;

/** Reads the value of the TLV. An unknown FEC type is ignored when it is an optional one. */
export function decodeFecStack(value: Uint8Array): Result<Fec[], FecStackError> {
  const subTlvs = walkTlvs(value, MAX_FECS);
  if (typeof subTlvs === 'string') {
    return err(subTlvs);
  }
  const fecs: Fec[] = [];
  for (const subTlv of subTlvs) {
    const fec = decodeFec(subTlv);
    if (typeof fec !== 'string') {
      fecs.push(fec);
    } else if (fec !== 'fec-not-understood' || subTlv.type < FIRST_OPTIONAL_TYPE) {
      return err(fec);
    }
  }
  return fecs.length === 0 ? err('empty-fec-stack') : ok(fecs);
}

/** The bytes of the TLV's value. */
export function fecStackBytes(fecs: readonly Fec[]): number {
  return fecs.reduce((sum, fec) => sum + tlvBytes(fecValueBytes(fec)), 0);
}

/** Writes the TLV's value into bytes that are zero. */
export function writeFecStack(fecs: readonly Fec[], bytes: Uint8Array, offset: number): void {
  let at = offset;
  for (const fec of fecs) {
    const valueAt = at + TLV_HEADER_BYTES;
    if (fec.type === 'nil') {
      writeUint32(bytes, valueAt, fec.label << 12);
    } else {
      bytes.set(fec.prefix.bytes, valueAt);
      bytes[valueAt + fec.prefix.bytes.length] = fec.prefix.length;
    }
    at = writeTlvHeader(bytes, at, fecTypeNumber(fec), fecValueBytes(fec));
  }
}

/** Whether two FECs are the same. */
export function sameFec(left: Fec, right: Fec): boolean {
  if (left.type === 'nil' || right.type === 'nil') {
    return left.type === 'nil' && right.type === 'nil' && left.label === right.label;
  }
  return (
    left.type === right.type &&
    left.prefix.length === right.prefix.length &&
    left.prefix.family === right.prefix.family &&
    left.prefix.bytes.every((byte, index) => byte === right.prefix.bytes[index])
  );
}

const NIL_BYTES = 4;
const IPV4_VALUE_BYTES = 5;
const IPV6_VALUE_BYTES = 17;

const FEC_NUMBERS: Readonly<Record<PrefixFecType, Readonly<Record<IpPrefix['family'], number>>>> = {
  ldp: { ipv4: FecType.LdpIpv4, ipv6: FecType.LdpIpv6 },
  bgp: { ipv4: FecType.BgpIpv4, ipv6: FecType.BgpIpv6 },
  generic: { ipv4: FecType.GenericIpv4, ipv6: FecType.GenericIpv6 },
};

const PREFIX_FECS = new Map<number, { readonly type: PrefixFecType; readonly family: IpPrefix['family'] }>([
  [FecType.LdpIpv4, { type: 'ldp', family: 'ipv4' }],
  [FecType.LdpIpv6, { type: 'ldp', family: 'ipv6' }],
  [FecType.BgpIpv4, { type: 'bgp', family: 'ipv4' }],
  [FecType.BgpIpv6, { type: 'bgp', family: 'ipv6' }],
  [FecType.GenericIpv4, { type: 'generic', family: 'ipv4' }],
  [FecType.GenericIpv6, { type: 'generic', family: 'ipv6' }],
]);

function decodeFec(subTlv: RawTlv): Fec | 'fec-length' | 'fec-prefix-length' | 'fec-not-understood' {
  if (subTlv.type === FecType.Nil) {
    return subTlv.value.length === NIL_BYTES
      ? { type: 'nil', label: readUint32(subTlv.value, 0) >>> 12 }
      : 'fec-length';
  }
  const kind = PREFIX_FECS.get(subTlv.type);
  if (kind === undefined) {
    return 'fec-not-understood';
  }
  const { type, family } = kind;
  const valueBytes = family === 'ipv4' ? IPV4_VALUE_BYTES : IPV6_VALUE_BYTES;
  if (subTlv.value.length !== valueBytes) {
    return 'fec-length';
  }
  const length = subTlv.value[valueBytes - 1] ?? 0;
  if (length > addressBits(family)) {
    return 'fec-prefix-length';
  }
  // Bits behind the prefix SHOULD be zero; makePrefix makes them so.
  return { type, prefix: makePrefix(subTlv.value.subarray(0, valueBytes - 1), length) };
}

function fecValueBytes(fec: Fec): number {
  return fec.type === 'nil' ? NIL_BYTES : fec.prefix.bytes.length + 1;
}

function fecTypeNumber(fec: Fec): number {
  return fec.type === 'nil' ? FecType.Nil : FEC_NUMBERS[fec.type][fec.prefix.family];
}
