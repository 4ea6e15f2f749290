import { readFile } from 'node:fs/promises';
import { builtModule } from '../../../tools/libyang-wasm/build.mjs';

/** The built module, called without the binding in src/: plain functions, numbers and addresses. */
export interface LibyangInstance {
  call(name: string, ...args: number[]): number;
  /** Memory from malloc() with the zero-terminated text in it. */
  newText(text: string): number;
  textAt(address: number): string;
  /** Memory from malloc() for one address, zero at first. */
  newCell(): number;
  cellAt(address: number): number;
  /** What it asked JavaScript for: the names of modules. */
  readonly asked: string[];
}

/** What the module imports, as `module.name`. */
export async function importsOfBuiltModule(): Promise<string[]> {
  const compiled = await WebAssembly.compile(await readFile(builtModule));
  return WebAssembly.Module.imports(compiled).map(({ module, name }) => `${module}.${name}`);
}

/**
 * An instance with nothing around it: WASI refuses everything.
 *
 * @param modules YANG texts by module name, for `env.yw_import`
 */
export async function instantiateLibyang(modules: Record<string, string> = {}): Promise<LibyangInstance> {
  const compiled = await WebAssembly.compile(await readFile(builtModule));
  const names = WebAssembly.Module.imports(compiled).map(({ name }) => name);
  const asked: string[] = [];
  const wasi = Object.fromEntries(names.map((name) => [name, () => 52]));
  const findModule = (_context: unknown, name: unknown) => {
    const wanted = textAt(Number(name));
    asked.push(wanted);
    return modules[wanted] === undefined ? 0 : newText(modules[wanted]);
  };
  const { exports } = new WebAssembly.Instance(compiled, {
    env: { yw_import: findModule },
    wasi_snapshot_preview1: wasi,
  });
  const { memory } = exports;
  if (!(memory instanceof WebAssembly.Memory)) throw new Error('no memory is exported');
  const bytes = () => Buffer.from(memory.buffer);
  const call = (name: string, ...args: number[]) => {
    const exported = exports[name];
    if (typeof exported !== 'function') throw new Error(`no function ${name} is exported`);
    return Number(exported(...args));
  };
  const textAt = (address: number) => bytes().toString('utf8', address, bytes().indexOf(0, address));
  const newText = (text: string) => {
    const content = Buffer.from(`${text}\0`);
    const address = call('malloc', content.length) >>> 0;
    content.copy(bytes(), address);
    return address;
  };
  call('_initialize');
  return {
    call,
    newText,
    textAt,
    newCell: () => call('calloc', 1, 4) >>> 0,
    cellAt: (address) => bytes().readUInt32LE(address),
    asked,
  };
}
