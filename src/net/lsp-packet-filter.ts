/**
 * The filter of sockets that receive whole packets, so that of all that a host receives only LSP ping and BFD
 * on LSPs reach the process: UDP to 127/8, ::ffff:127.0.0.0/104 or ::1, to port 3503 or 3784, not a later
 * fragment, under at most so many labels. The IPv6 Router Alert of RFC 7506 may stand between.
 *
 * Programs of the classic Berkeley Packet Filter, whose offsets count from the first label or, for packets
 * without labels, from the IP header: those of a packet socket of type SOCK_DGRAM.
 */
import { FilterProgram } from './filter-program.js';
import type { FilterInstruction } from './packet-filter.js';

/** UDP ports of packets on an LSP: LSP ping (RFC 8029), BFD (RFC 5884 §7). */
const LSP_PORTS = [3503, 3784];

const UDP = 17;
const HOP_BY_HOP = 0;
const LABEL_BYTES = 4;
/** Of the third byte of a label. */
const BOTTOM_OF_STACK = 0x01;

/**
 * For packets under one to `maxLabels` labels.
 *
 * @param maxLabels 1 to 16
 */
export function acceptLabelledLspPackets(maxLabels: number): readonly FilterInstruction[] {
  const program = new FilterProgram();
  for (let depth = 1; depth <= maxLabels; depth += 1) {
    program.loadByte(LABEL_BYTES * depth - 2);
    program.jumpIfBits(BOTTOM_OF_STACK, `under ${depth}`);
  }
  program.drop();
  for (let depth = 1; depth <= maxLabels; depth += 1) {
    program.label(`under ${depth}`);
    program.setIndex(LABEL_BYTES * depth);
    program.jump('packet');
  }
  addPacketChecks(program);
  return program.finish();
}

/** For packets without labels, as they come after penultimate-hop popping. */
export function acceptPlainLspPackets(): readonly FilterInstruction[] {
  const program = new FilterProgram();
  program.setIndex(0);
  addPacketChecks(program);
  return program.finish();
}

/** The index register holds the offset of the IP header. */
function addPacketChecks(program: FilterProgram): void {
  program.label('packet');
  program.loadIndexedByte(0);
  program.and(0xf0);
  program.jumpIf(0x40, 'ipv4');
  program.jumpIf(0x60, 'ipv6');
  program.drop();
  addIpv4Checks(program);
  addIpv6Checks(program);
  program.label('port');
  for (const port of LSP_PORTS) program.jumpIf(port, 'accept');
  program.drop();
  program.label('accept');
  program.accept();
}

function addIpv4Checks(program: FilterProgram): void {
  program.label('ipv4');
  program.loadIndexedByte(9);
  program.dropUnless(UDP);
  program.loadIndexedByte(16);
  program.dropUnless(127);
  program.loadIndexedHalf(6);
  program.dropIfBits(0x1fff);
  // The index moves on by the length of the header.
  program.loadIndexedByte(0);
  program.and(0x0f);
  program.shiftLeft(2);
  program.addIndex();
  program.moveToIndex();
  program.loadIndexedHalf(2);
  program.jump('port');
}

function addIpv6Checks(program: FilterProgram): void {
  program.label('ipv6');
  program.loadIndexedWord(24);
  program.dropUnless(0);
  program.loadIndexedWord(28);
  program.dropUnless(0);
  program.loadIndexedWord(32);
  program.jumpIf(0, 'loopback');
  program.dropUnless(0xffff);
  program.loadIndexedByte(36);
  program.dropUnless(127);
  program.jump('next header');
  program.label('loopback');
  program.loadIndexedWord(36);
  program.dropUnless(1);
  program.label('next header');
  program.loadIndexedByte(6);
  program.jumpIf(UDP, 'ipv6 port');
  program.dropUnless(HOP_BY_HOP);
  // The one hop-by-hop header that is expected has eight bytes.
  program.loadIndexedHalf(40);
  program.dropUnless(UDP << 8);
  program.loadIndexedHalf(50);
  program.jump('port');
  program.label('ipv6 port');
  program.loadIndexedHalf(42);
  program.jump('port');
}
