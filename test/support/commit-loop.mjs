// A process that commits without end until it is killed. Arguments: the folder of the compiled program,
// the folder of the YANG modules, libyang.wasm, the state folder. It writes `try N` before commit N and
// `ok N` when that is acknowledged; commit N gives interface eth0 the description `N` and sets the
// multiplier of every session to N modulo 250 plus 1.
import { readFile } from 'node:fs/promises';
import { writeSync } from 'node:fs';
import { join } from 'node:path';

const [compiled, yang, wasm, stateDir] = process.argv.slice(2);
const load = (path) => import(join(compiled, 'config', path));
const { openAgentConfig } = await load('open-agent-config.io.js');
const { readYangDirectories } = await load('yang/yang-directory.io.js');
const { loadPasswordCrypt } = await load('users/crypt.io.js');

const engine = {
  apply: () => Promise.resolve({ ok: true, value: [] }),
  read: () => Promise.resolve({ ok: true, value: [] }),
  onEvent: () => () => undefined,
};
const opened = await openAgentConfig({
  libyangModule: await WebAssembly.compile(await readFile(wasm)),
  moduleSource: await readYangDirectories([yang]),
  stateDir,
  adminPassword: () => 'secret',
  engine,
  crypt: loadPasswordCrypt(),
  onCrash: (crash) => {
    throw crash;
  },
});
if (!opened.ok) throw new Error(opened.error);
const { config } = opened.value;
const requester = { sessionId: 1, user: 'admin' };

const running = await config.getConfig({ datastore: 'running' }, requester);
const last = Number(/<description>(\d+)<\/description>/.exec(running.value)?.[1] ?? 0);

for (let number = last + 1; ; number += 1) {
  const sessions = Array.from(
    { length: 40 },
    (_, index) =>
      `<session><interface>eth0</interface><dest-addr>192.0.2.${index + 1}</dest-addr>` +
      `<local-multiplier>${(number % 250) + 1}</local-multiplier></session>`,
  );
  const edited = await config.editConfig(
    'candidate',
    {
      xml: `<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"><interface><name>eth0</name>
        <type xmlns:i="urn:ietf:params:xml:ns:yang:iana-if-type">i:ethernetCsmacd</type>
        <description>${number}</description></interface></interfaces>
        <routing xmlns="urn:ietf:params:xml:ns:yang:ietf-routing"><control-plane-protocols><control-plane-protocol>
        <type xmlns:t="urn:ietf:params:xml:ns:yang:ietf-bfd-types">t:bfdv1</type><name>main</name>
        <bfd xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd"><ip-sh xmlns="urn:ietf:params:xml:ns:yang:ietf-bfd-ip-sh">
        <sessions>${sessions.join('')}</sessions></ip-sh></bfd>
        </control-plane-protocol></control-plane-protocols></routing>`,
      defaultOperation: 'merge',
      testOption: 'set',
      errorOption: 'rollback-on-error',
    },
    requester,
  );
  if (!edited.ok) throw new Error(JSON.stringify(edited.error));
  writeSync(1, `try ${number}\n`);
  const committed = await config.commit(requester);
  if (!committed.ok) throw new Error(JSON.stringify(committed.error));
  writeSync(1, `ok ${number}\n`);
}
