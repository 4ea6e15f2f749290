import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeKey, startDaemon } from './server.mjs';

const program = fileURLToPath(new URL('../../../../dist/bfd-agent.js', import.meta.url));

/** This project's agent, as it is compiled. @type {import('./server.mjs').ServerKind} */
export const agent = { name: 'bfd-agent', start: (folder) => startAgent(folder) };

/**
 * @param {string} folder
 * @param {{ through?: readonly string[], config?: string }} [options] a command and arguments to start it
 *   through; configuration that it begins with
 * @returns {Promise<import('./server.mjs').Server>}
 */
export async function startAgent(folder, { through = [], config = '' } = {}) {
  const keyFile = join(folder, 'key');
  makeKey(keyFile);
  const init = join(folder, 'init.xml');
  writeFileSync(init, firstConfiguration(`${keyFile}.pub`, config));
  const run = ['run', '--state-dir', join(folder, 'state'), '--netconf', '127.0.0.1:0', '--init', init];
  const [command = '', ...args] = [...through, process.execPath, program, ...run];
  const daemon = startDaemon(command, args);
  const port = await daemon.until((said) => /ready on .*:(\d+)$/mu.exec(said)?.[1]);
  const login = { host: '127.0.0.1', port: Number(port), username: 'admin', keyFile };
  return { pids: [daemon.pid], login, stop: () => daemon.stop() };
}

/** @param {string} publicKeyFile @param {string} config */
function firstConfiguration(publicKeyFile, config) {
  const [algorithm, data] = readFileSync(publicKeyFile, 'utf8').split(' ');
  return (
    '<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">' +
    '<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><authentication><user><name>admin</name>' +
    `<authorized-key><name>bench</name><algorithm>${algorithm}</algorithm><key-data>${data}</key-data>` +
    `</authorized-key></user></authentication></system>${config}</config>`
  );
}
