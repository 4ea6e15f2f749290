import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Servers of which no package is at hand to write and try a driver with. */
const OTHERS = [
  { name: 'Netopeer2', program: 'netopeer2-server' },
  { name: 'clixon', program: 'clixon_backend' },
];

/** One line each on the servers that are not in the table. */
export function others() {
  return OTHERS.map(({ name, program }) =>
    isInstalled(program)
      ? `${name}: ${program} is installed, but not driven by this bench`
      : `${name}: not installed (no ${program}; Debian has no package of it)`,
  );
}

/** @param {string} program */
function isInstalled(program) {
  return (process.env['PATH'] ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
