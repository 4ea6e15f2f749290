import type { Address } from './linear-memory.js';
import type { Native } from './native.js';

/** A module in a context, as libyang has it after compiling. */
export interface YangModuleInfo {
  readonly name: string;
  readonly revision: string | undefined;
  readonly namespace: string;
  readonly prefix: string;
  /** False for modules that are there for their types and groupings only. */
  readonly implemented: boolean;
  /** The features that are enabled. */
  readonly features: readonly string[];
  /** Names of the modules with deviations of this one. */
  readonly deviatedBy: readonly string[];
}

/** All modules of a context, by the address that schema nodes refer to them by. */
export function readModules(native: Native, context: Address): Map<Address, YangModuleInfo> {
  return native.frame((frame) => {
    const index = frame.words(0);
    const found = new Map<Address, YangModuleInfo>();
    for (;;) {
      const at = native.call('ly_ctx_get_module_iter', context, index);
      if (at === 0) return found;
      found.set(at, readModule(native, at));
    }
  });
}

function readModule(native: Native, at: Address): YangModuleInfo {
  const { memory, layout } = native;
  const { module } = layout;
  const text = (member: number): string | undefined => memory.text(memory.u32(at + member));
  return {
    name: text(module.name) ?? '',
    revision: text(module.revision),
    namespace: text(module.ns) ?? '',
    prefix: text(module.prefix) ?? '',
    implemented: memory.u8(at + module.implemented) !== 0,
    features: readFeatures(native, at),
    deviatedBy: sizedArray(native, memory.u32(at + module.deviated_by)).map(
      (other) => memory.text(memory.u32(other + module.name)) ?? '',
    ),
  };
}

function readFeatures(native: Native, module: Address): string[] {
  const { memory, layout } = native;
  const parsed = memory.u32(module + layout.module.parsed);
  return native.frame((frame) => {
    const index = frame.words(0);
    const enabled: string[] = [];
    let feature = native.call('lysp_feature_next', 0, parsed, index);
    for (; feature !== 0; feature = native.call('lysp_feature_next', feature, parsed, index)) {
      const name = memory.u32(feature + layout.feature.name);
      if (native.call('lys_feature_value', module, name) === 0) enabled.push(memory.text(name) ?? '');
    }
    return enabled;
  });
}

/** libyang's arrays of pointers have their length, of 64 bits, in front. */
function sizedArray({ memory }: Native, at: Address): Address[] {
  const length = at === 0 ? 0 : memory.u32(at - 8);
  return Array.from({ length }, (_, index) => memory.u32(at + 4 * index));
}
