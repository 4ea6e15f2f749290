import type { Layout } from './layout.js';

/** How a tree is written. */
export interface PrintOptions {
  readonly format: 'xml' | 'json';
  /** The four modes of RFC 6243: which nodes with a default value are written. */
  readonly defaults: 'explicit' | 'trim' | 'all' | 'all-tagged';
  /** Without line breaks and indentation (the default). */
  readonly shrink?: boolean;
  /** Also containers without a meaning of their own that are empty. */
  readonly emptyContainers?: boolean;
}

/** The options of libyang's printer, all siblings included. */
export function printOptionBits({ constant }: Layout, options: PrintOptions): number {
  const defaults = {
    explicit: constant.LYD_PRINT_WD_EXPLICIT,
    trim: constant.LYD_PRINT_WD_TRIM,
    all: constant.LYD_PRINT_WD_ALL,
    'all-tagged': constant.LYD_PRINT_WD_ALL_TAG,
  }[options.defaults];
  return (
    constant.LYD_PRINT_WITHSIBLINGS |
    defaults |
    ((options.shrink ?? true) ? constant.LYD_PRINT_SHRINK : 0) |
    (options.emptyContainers ? constant.LYD_PRINT_KEEPEMPTYCONT : 0)
  );
}
