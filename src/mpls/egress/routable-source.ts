/**
 * Whether a packet from this address of 4 or 16 bytes can be answered: it is no loopback, multicast,
 * broadcast, link-local or unspecified address (RFC 6890).
 */
export function isRoutableSource(bytes: Uint8Array): boolean {
  return bytes.length === 4 ? routableIpv4(bytes) : routableIpv6(bytes);
}

function routableIpv4([first = 0, second = 0]: Uint8Array): boolean {
  const linkLocal = first === 169 && second === 254;
  // 224 and more: multicast, reserved, broadcast.
  return first !== 0 && first !== 127 && first < 224 && !linkLocal;
}

/** 2000::/3, global unicast (RFC 4291 §2.4), and fc00::/7, unique local (RFC 4193). */
function routableIpv6([first = 0]: Uint8Array): boolean {
  return (first & 0xe0) === 0x20 || (first & 0xfe) === 0xfc;
}
