/**
 * The filters of packet sockets that hear Echo packets which go to the address that they come from, and which
 * the kernel would take for forged or forward unseen: UDP to port 3785 (RFC 5881 §4), source and destination
 * the same, with a TTL or Hop Limit of 254 at least, not a later fragment. Offsets count from the IP header.
 */
import { FilterProgram } from './filter-program.js';
import type { AddressFamily } from './host-address.js';
import type { FilterInstruction } from './packet-filter.js';

const ECHO_PORT = 3785;
const UDP = 17;
const LEAST_TTL = 254;

/** For packets of one family. */
export function acceptEchoPackets(family: AddressFamily): readonly FilterInstruction[] {
  const program = new FilterProgram();
  if (family === 'ipv4') {
    addIpv4Checks(program);
  } else {
    addIpv6Checks(program);
  }
  program.accept();
  return program.finish();
}

function addIpv4Checks(program: FilterProgram): void {
  program.setIndex(0);
  program.loadByte(9);
  program.dropUnless(UDP);
  program.loadByte(8);
  program.dropBelow(LEAST_TTL);
  program.loadIndexedHalf(6);
  program.dropIfBits(0x1fff);
  dropUnlessSameWord(program, 12, 16);
  // The index moves on by the length of the header.
  program.loadByte(0);
  program.and(0x0f);
  program.shiftLeft(2);
  program.moveToIndex();
  program.loadIndexedHalf(2);
  program.dropUnless(ECHO_PORT);
}

function addIpv6Checks(program: FilterProgram): void {
  program.loadByte(6);
  program.dropUnless(UDP);
  program.loadByte(7);
  program.dropBelow(LEAST_TTL);
  for (let word = 0; word < 16; word += 4) {
    dropUnlessSameWord(program, 8 + word, 24 + word);
  }
  program.setIndex(0);
  program.loadIndexedHalf(42);
  program.dropUnless(ECHO_PORT);
}

function dropUnlessSameWord(program: FilterProgram, left: number, right: number): void {
  program.setIndex(0);
  program.loadIndexedWord(left);
  program.moveToIndex();
  program.loadWord(right);
  program.dropUnlessIndex();
}
