/** What the kernel's statistics (RFC 4113 and Linux's own) say of UDP, as /proc/net/snmp and snmp6 print them. */

/** Datagrams over IPv4 that found the buffer of their socket full; null: the text does not tell. */
export function receiveBufferErrors(snmp: string): number | null {
  const [names, values] = snmp.split('\n').filter((line) => line.startsWith('Udp: '));
  const index = names?.split(' ').indexOf('RcvbufErrors') ?? -1;
  return count(index < 0 ? undefined : values?.split(' ')[index]);
}

/** The same of datagrams over IPv6. */
export function receiveBufferErrors6(snmp6: string): number | null {
  return count(/^Udp6RcvbufErrors\s+(\d+)$/mu.exec(snmp6)?.[1]);
}

function count(text: string | undefined): number | null {
  return text === undefined || !/^\d+$/u.test(text) ? null : Number(text);
}
