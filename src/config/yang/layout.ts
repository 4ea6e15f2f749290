import type { Address, LinearMemory } from './linear-memory.js';

/**
 * What the binding needs of libyang's headers: offsets of members (`lyd_node.next`), sizes of structures
 * (`lysp_include`) and constants (`LYD_XML`). The module itself tells the values (its function
 * `yw_layout`), so that they are those of the libyang that it contains.
 */
const wanted = {
  node: members('lyd_node', ['flags', 'schema', 'parent', 'next', 'prev', 'meta']),
  inner: members('lyd_node_inner', ['child']),
  term: { canonical: 'lyd_node_term.value._canonical' },
  opaque: {
    ...members('lyd_node_opaq', ['child', 'value', 'format', 'attr']),
    name: 'lyd_node_opaq.name.name',
    module: 'lyd_node_opaq.name.module_ns',
  },
  attribute: {
    ...members('lyd_attr', ['next', 'value', 'format']),
    name: 'lyd_attr.name.name',
    module: 'lyd_attr.name.module_ns',
  },
  meta: members('lyd_meta', ['next', 'annotation', 'name']),
  annotation: members('lysc_ext_instance', ['module']),
  schema: members('lysc_node', ['nodetype', 'flags', 'module', 'parent', 'name']),
  module: members('lys_module', [
    'name',
    'revision',
    'ns',
    'prefix',
    'parsed',
    'compiled',
    'deviated_by',
    'implemented',
  ]),
  feature: members('lysp_feature', ['name']),
  set: members('ly_set', ['count', 'objs']),
  error: members('ly_err_item', [
    'level',
    'err',
    'vecode',
    'msg',
    'data_path',
    'schema_path',
    'line',
    'apptag',
    'next',
  ]),
  constant: constants([
    'LYD_DEFAULT',
    'LYS_CONTAINER',
    'LYS_LIST',
    'LYS_LEAF',
    'LYS_LEAFLIST',
    'LYS_ANYXML',
    'LYS_ANYDATA',
    'LYS_RPC',
    'LYS_ACTION',
    'LYS_NOTIF',
    'LYS_CONFIG_W',
    'LYS_MAND_TRUE',
    'LYS_PRESENCE',
    'LYS_KEY',
    'LYS_ORDBY_USER',
    'LY_CTX_NO_YANGLIBRARY',
    'LY_CTX_DISABLE_SEARCHDIRS',
    'LY_CTX_EXPLICIT_COMPILE',
    'LYS_OUT_YANG',
    'LYS_OUT_YIN',
    'LYS_OUT_TREE',
    'LYD_XML',
    'LYD_JSON',
    'LYD_PARSE_ONLY',
    'LYD_PARSE_STRICT',
    'LYD_PARSE_OPAQ',
    'LYD_PARSE_NO_STATE',
    'LYD_PARSE_ORDERED',
    'LYD_VALIDATE_NO_STATE',
    'LYD_VALIDATE_MULTI_ERROR',
    'LYD_PRINT_WITHSIBLINGS',
    'LYD_PRINT_SHRINK',
    'LYD_PRINT_KEEPEMPTYCONT',
    'LYD_PRINT_WD_EXPLICIT',
    'LYD_PRINT_WD_TRIM',
    'LYD_PRINT_WD_ALL',
    'LYD_PRINT_WD_ALL_TAG',
    'LYD_NEW_PATH_UPDATE',
    'LYD_DIFF_DEFAULTS',
    'LYD_DUP_RECURSIVE',
    'LYD_DUP_WITH_FLAGS',
    'LYD_PATH_STD',
    'LYSC_PATH_DATA',
    'LY_VALUE_XML',
    'LY_LLERR',
    'LY_LOSTORE',
    'LY_EMEM',
    'LY_ENOTFOUND',
    'LY_EINCOMPLETE',
    'LY_ENOT',
    'LY_EEXIST',
  ]),
} as const;

type Values<T> = { readonly [K in keyof T]: T[K] extends string ? number : Values<T[K]> };

/** The values of all that is wanted, in its shape, and the names of libyang's two lists of error codes. */
export type Layout = Values<typeof wanted> & {
  readonly errorNames: ReadonlyMap<number, string>;
  readonly validationNames: ReadonlyMap<number, string>;
};

/**
 * @param facts where the table of `yw_layout` lies: pairs of the address of a name and a value
 * @throws {Error} when the table lacks something that is wanted here
 */
export function readLayout(memory: LinearMemory, facts: Address): Layout {
  const values = new Map<string, number>();
  for (let at = facts; memory.u32(at) !== 0; at += 8) {
    values.set(memory.text(memory.u32(at)) ?? '', memory.u32(at + 4));
  }
  return {
    ...fill(wanted, values),
    errorNames: namesOf(values, /^LY_(SUCCESS$|E[A-Z]+$)/),
    validationNames: namesOf(values, /^LYVE_/),
  };
}

function fill<T extends object>(shape: T, values: ReadonlyMap<string, number>): Values<T> {
  const entries = Object.entries(shape).map(([key, wants]: [string, unknown]) => {
    if (typeof wants !== 'string') return [key, fill(Object(wants), values)];
    const value = values.get(wants);
    if (value === undefined) throw new Error(`libyang.wasm does not tell ${wants}`);
    return [key, value];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.fromEntries loses the keys
  return Object.fromEntries(entries) as Values<T>;
}

function namesOf(values: ReadonlyMap<string, number>, pattern: RegExp): ReadonlyMap<number, string> {
  return new Map([...values].filter(([name]) => pattern.test(name)).map(([name, value]) => [value, name]));
}

function members<M extends string>(structure: string, names: readonly M[]): Readonly<Record<M, string>> {
  return recordOf(names, (name) => `${structure}.${name}`);
}

function constants<C extends string>(names: readonly C[]): Readonly<Record<C, string>> {
  return recordOf(names, (name) => name);
}

function recordOf<K extends string>(
  keys: readonly K[],
  valueOf: (key: K) => string,
): Readonly<Record<K, string>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.fromEntries loses the keys
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<K, string>;
}
