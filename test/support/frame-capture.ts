import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Child } from './child.js';
import type { Namespace } from './netns.js';

/** What tshark says of a frame, by the names of its fields; what a field has several of is joined by commas. */
export type DecodedFrame = Readonly<Record<string, string>>;

/** Records frames of an interface in a namespace, and lets tshark decode them. */
export class FrameCapture {
  readonly #tshark: Child;
  readonly #folder: string;

  private constructor(tshark: Child, folder: string) {
    this.#tshark = tshark;
    this.#folder = folder;
  }

  /**
   * Begins; answers when frames are really being recorded.
   *
   * @param filter which ones, as tcpdump has it
   */
  static async start(namespace: Namespace, filter: string): Promise<FrameCapture> {
    const folder = await mkdtemp(join(tmpdir(), 'frame-capture-'));
    const { interfaceName } = namespace;
    const args = ['-i', interfaceName, '-f', filter, '-w', join(folder, 'frames.pcap'), '-F', 'pcap'];
    const tshark = new Child(...namespace.command('tshark', args));
    await tshark.wait(
      () => tshark.stderr.find((line) => line.includes('Capture started')),
      'start of the capture',
      20_000,
    );
    return new FrameCapture(tshark, folder);
  }

  /** Ends the recording; the fields of all frames in order. */
  async stop(...fields: readonly string[]): Promise<readonly DecodedFrame[]> {
    // What the kernel has captured reaches tshark in blocks: the last frames may still be on their way.
    await sleep(500);
    await this.#tshark.stop('SIGINT');
    const checks = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'];
    const chosen = fields.flatMap((name) => ['-e', name]);
    const args = ['-r', join(this.#folder, 'frames.pcap'), ...checks, '-T', 'fields', ...chosen];
    const { stdout } = await promisify(execFile)('tshark', args);
    await rm(this.#folder, { recursive: true });
    const rows = stdout.split('\n').filter(Boolean);
    return rows.map((row) => {
      const values = row.split('\t');
      return Object.fromEntries(fields.map((name, index) => [name, values[index] ?? '']));
    });
  }
}
