/**
 * The headers that libyang's CMake files and PCRE2's configure script would generate, for wasi-libc.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What wasi-libc has of the functions that libyang asks for; `#undef` for the rest of its list. */
const have = new Set([
  'HAVE_VDPRINTF',
  'HAVE_ASPRINTF',
  'HAVE_VASPRINTF',
  'HAVE_GETLINE',
  'HAVE_STRNDUP',
  'HAVE_STRDUPA',
  'HAVE_STRCHRNUL',
  'HAVE_PTHREAD_MUTEX_TIMEDLOCK',
  'HAVE_REALPATH',
  'HAVE_LOCALTIME_R',
  'HAVE_GMTIME_R',
  'HAVE_TIMEGM',
  'HAVE_STRPTIME',
  'HAVE_STRCASECMP',
  'HAVE_SETENV',
  'HAVE_STDATOMIC',
]);

/**
 * @param {string} libyang folder of libyang's sources
 * @param {string} pcre2 folder of PCRE2's sources
 * @returns {Record<string, string>} file name → text
 */
export function generateHeaders(libyang, pcre2) {
  const variables = cmakeVariables(readText(libyang, 'CMakeLists.txt'));
  return {
    'ly_config.h': substitute(readText(libyang, 'src/ly_config.h.in'), variables),
    'version.h': substitute(readText(libyang, 'src/version.h.in'), variables),
    'compat.h': defineCompat(readText(libyang, 'compat/compat.h.in')),
    'config.h': readText(pcre2, 'src/config.h.generic'),
    'pcre2.h': readText(pcre2, 'src/pcre2.h.generic'),
    'pcre2_chartables.c': readText(pcre2, 'src/pcre2_chartables.c.dist'),
  };
}

/**
 * The variables that CMakeLists.txt sets with plain values, and values of ours for those of CMake itself.
 *
 * @param {string} cmakeLists
 * @returns {Map<string, string>}
 */
function cmakeVariables(cmakeLists) {
  const variables = new Map([
    ['CMAKE_SHARED_MODULE_SUFFIX', '.so'],
    ['PLUGINS_DIR_TYPES', '/'],
    ['PLUGINS_DIR_EXTENSIONS', '/'],
  ]);
  for (const [, name = '', value = ''] of cmakeLists.matchAll(/^set\((L\w+) "?([\w.${}]+)/gm)) {
    variables.set(
      name,
      value.replace(/\$\{(\w+)\}/g, (_, other) => variables.get(other) ?? ''),
    );
  }
  return variables;
}

/**
 * @param {string} template text with names between at signs
 * @param {Map<string, string>} variables
 */
function substitute(template, variables) {
  return template.replace(/@([A-Z][A-Z_]+)@/g, (_, name) => {
    const value = variables.get(name);
    if (value === undefined) throw new Error(`libyang's CMakeLists.txt sets no ${name}`);
    return value;
  });
}

/** @param {string} template text with #cmakedefine */
function defineCompat(template) {
  return template.replace(/^#cmakedefine (\w+)$/gm, (_, name) =>
    have.has(name) ? `#define ${name}` : `/* #undef ${name} */`,
  );
}

/** @param {string[]} path */
function readText(...path) {
  return readFileSync(join(...path), 'utf8');
}
