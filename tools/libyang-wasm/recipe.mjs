/**
 * What is compiled and linked, and how: all that decides what the module contains.
 *
 * The sources are seen by the compiler as `/libyang`, `/pcre2`, `/shim` (our own C files) and `/gen`
 * (headers that upstream's build systems would generate, see generated-headers.mjs).
 */

/**
 * @typedef {object} Unit One C file to compile.
 * @property {string} path where the compiler sees it
 * @property {string[]} flags
 */

/** The functions of the C library that look for files; shim/files.c has the answers. */
const fileFunctions = [
  'open',
  'stat',
  'fstat',
  'access',
  'unlink',
  'readlink',
  'realpath',
  'getcwd',
  'opendir',
  'readdir',
  'closedir',
  'fopen',
];

/** How the allocator gets memory; shim/memory.c takes more of it at a time. */
const memoryFunctions = ['sbrk'];

/** Functions of libyang that shim/print.c replaces. */
const printFunctions = ['ly_print_', 'ly_write_', 'lyxml_dump_text'];

/**
 * The files of PCRE2's 8-bit library (its file NON-AUTOTOOLS-BUILD) that compiling a pattern and the DFA
 * matcher need. pcre2_match.c is left out on purpose: shim/match.c stands in for it.
 */
const pcre2Files = [
  'auto_possess',
  'chartables',
  'chkdint',
  'compile',
  'compile_class',
  'context',
  'dfa_match',
  'error',
  'extuni',
  'find_bracket',
  'match_data',
  'newline',
  'ord2utf',
  'script_run',
  'string_utils',
  'study',
  'tables',
  'ucd',
  'valid_utf',
  'xclass',
];

const commonFlags = [
  '-O2',
  '-DNDEBUG',
  '-std=gnu11',
  '-ffunction-sections',
  '-fdata-sections',
  '-fvisibility=hidden',
  '-I/gen',
];

/** `STATIC` is libyang's own switch: no plugins loaded at run time, only those it has inside. */
const libyangFlags = [
  ...commonFlags,
  '-include',
  '/shim/wasi_compat.h',
  '-DSTATIC',
  '-DLIBYANG_BUILD',
  '-DPCRE2_STATIC',
  '-I/libyang/src',
  '-I/libyang/src/plugins_exts',
  '-I/libyang',
];

const pcre2Flags = [
  ...commonFlags,
  '-DHAVE_CONFIG_H',
  '-DPCRE2_CODE_UNIT_WIDTH=8',
  '-DPCRE2_STATIC',
  '-DSUPPORT_PCRE2_8',
  '-DSUPPORT_UNICODE',
  '-I/pcre2/src',
];

/** Our own files may use the interfaces of both libraries, and are the only ones compiled with warnings. */
const shimFlags = [...libyangFlags, '-DPCRE2_CODE_UNIT_WIDTH=8', '-I/shim', '-Wall', '-Wextra', '-Werror'];

/**
 * The units of the module, in the order in which they are linked.
 *
 * @param {string[]} libyangPaths every file of libyang's sources, relative to its folder
 * @param {string[]} shimNames the names of the files in shim/
 * @returns {Unit[]}
 */
export function units(libyangPaths, shimNames) {
  const libyang = libyangPaths.filter((path) => path.startsWith('src/') && path.endsWith('.c'));
  const shim = shimNames.filter((name) => name.endsWith('.c'));
  return [
    ...[...libyang, 'compat/compat.c'].toSorted().map((path) => ({
      path: `libyang/${path}`,
      flags: [...libyangFlags, '-w'],
    })),
    ...pcre2Files.map((name) => ({
      path: `${name === 'chartables' ? 'gen' : 'pcre2/src'}/pcre2_${name}.c`,
      flags: [...pcre2Flags, '-w'],
    })),
    ...shim.toSorted().map((name) => ({ path: `shim/${name}`, flags: shimFlags })),
  ];
}

/**
 * The flags for linking. A reactor has no main(): JavaScript calls `_initialize` once and then the
 * exported functions. libyang's public functions and ours are exported by their visibility.
 * The stack lies below the data, so that overrunning it leaves the memory and traps instead of
 * overwriting something; 1 MiB was enough for everything tried, libyang bounds the depth of documents.
 * XPath numbers are printed as `long double`, which wasi-libc does only with a library of its own.
 */
export const linkFlags = [
  '-mexec-model=reactor',
  '-O2',
  '-lc-printscan-long-double',
  ...[
    '--export-dynamic',
    ...['malloc', 'free', 'calloc', 'realloc', '__stack_pointer'].map((name) => `--export=${name}`),
    '--export-table',
    '--gc-sections',
    '-s',
    '--stack-first',
    '-z,stack-size=1048576',
    '--max-memory=4294967296',
    ...[...fileFunctions, ...memoryFunctions, ...printFunctions].map((name) => `--wrap=${name}`),
  ].map((flag) => `-Wl,${flag}`),
];
