import type { WithDefaults } from '../../config/config-service.js';
import { NETCONF_WITH_DEFAULTS } from '../namespaces.js';
import type { ParameterReader } from './parameter-reader.js';

/** The modes of RFC 6243 §3; `explicit` is the basic one. */
export const WITH_DEFAULTS_MODES: readonly WithDefaults[] = [
  'explicit',
  'report-all',
  'report-all-tagged',
  'trim',
];

/** The namespace of `<with-defaults>` in the operations of RFC 6241: for ParameterReader. */
export const WITH_DEFAULTS = { 'with-defaults': NETCONF_WITH_DEFAULTS } as const;

/** Reads `<with-defaults>` (RFC 6243 §4.5), `undefined` when there is none. */
export function readWithDefaults(parameters: ParameterReader): WithDefaults | undefined {
  return parameters.optional('with-defaults') === undefined
    ? undefined
    : parameters.choice('with-defaults', WITH_DEFAULTS_MODES, 'explicit');
}
