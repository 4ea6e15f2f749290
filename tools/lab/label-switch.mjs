/**
 * A label switching router for labs, as the kernel may have no MPLS: `node label-switch.mjs INTERFACE=MAC…` switches
 * labelled frames between interfaces, whose addresses these are, and has the kernel route IP. It is told what to do by JSON, a line a
 * command, and answers each by a line:
 *   {"set": [LabelEntry…]}   {"remove": [label…]}   {"impair": [label…], "by": Impairment}   {"counters": true}
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { LabelForwarding } from './label-forwarding.mjs';
import { LabelledSocket } from './labelled-socket.mjs';

const NET = '/proc/sys/net';

const forwarding = new LabelForwarding(Math.random);
const sockets = new Map(
  process.argv.slice(2).map((argument) => {
    const [name = '', mac = ''] = argument.split('=');
    return [name, new LabelledSocket(name, mac, receive)];
  }),
);
routeIp();
answer({ ready: true });
createInterface({ input: process.stdin }).on('line', (line) => answer(obey(JSON.parse(line))));
// Ends with whoever started it.
process.stdin.on('end', () => process.exit(0));

/** @param {Buffer} frame */
function receive(frame) {
  const forwarded = forwarding.forward(frame);
  if (forwarded === null) return;
  const { out, frame: sent, delayMs } = forwarded;
  const send = () => sockets.get(out)?.send(sent);
  if (delayMs > 0) setTimeout(send, delayMs);
  else send();
}

/** @param {any} command */
function obey(command) {
  if (command.set !== undefined) forwarding.set(command.set);
  else if (command.remove !== undefined) forwarding.remove(command.remove);
  else if (command.impair !== undefined) forwarding.impair(command.impair, command.by);
  else if (command.counters !== undefined) return forwarding.counters;
  else return { error: 'no such command' };
  return {};
}

/** @param {object} value */
function answer(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** The way back of an LSP need not be its way there: no reverse path filter. */
function routeIp() {
  writeFileSync(`${NET}/ipv4/ip_forward`, '1');
  writeFileSync(`${NET}/ipv6/conf/all/forwarding`, '1');
  for (const name of readdirSync(`${NET}/ipv4/conf`)) {
    writeFileSync(`${NET}/ipv4/conf/${name}/rp_filter`, '0');
  }
}
