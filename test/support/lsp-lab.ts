import { type Ending, LspLab } from '../../tools/lab/lsp-lab.mjs';

let made = 0;

/** A lab with names that tell whose it is, so that what a killed test leaves is found. */
export async function makeLab(
  options: { readonly tunnels?: number; readonly ipv6Tunnels?: number; readonly ending?: Ending } = {},
): Promise<LspLab> {
  made += 1;
  return LspLab.create({ prefix: `bfdtest-${process.pid}-lab${made}`, ...options });
}
