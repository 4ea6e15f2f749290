import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Child } from './child.js';

/** Packets that tshark records in a namespace, and decodes afterwards. */
export class TsharkRecording {
  readonly #tshark: Child;
  readonly #folder: string;

  private constructor(tshark: Child, folder: string) {
    this.#tshark = tshark;
    this.#folder = folder;
  }

  /**
   * Begins; answers when packets are really being recorded.
   *
   * @param args what to record, and how
   */
  static async start(namespace: string, args: readonly string[]): Promise<TsharkRecording> {
    const folder = await mkdtemp(join(tmpdir(), 'capture-'));
    const command = ['tshark', ...args, '-w', join(folder, FILE)];
    const tshark = new Child('ip', ['netns', 'exec', namespace, ...command]);
    await tshark.wait(
      () => tshark.stderr.find((line) => line.includes('Capture started')),
      'start of the capture',
      20_000,
    );
    return new TsharkRecording(tshark, folder);
  }

  /**
   * Ends the recording.
   *
   * @param fields of every packet, by tshark's names
   * @param args how to decode, and which packets
   * @returns a line for each packet, as tshark prints them
   */
  async stop(fields: readonly string[], args: readonly string[] = []): Promise<string[]> {
    // What the kernel has captured reaches tshark in blocks: the last packets may still be on their way.
    await sleep(500);
    await this.#tshark.stop('SIGINT');
    const chosen = fields.flatMap((name) => ['-e', name]);
    const decode = ['-r', join(this.#folder, FILE), ...args, '-T', 'fields', ...chosen];
    const { stdout } = await promisify(execFile)('tshark', decode);
    await rm(this.#folder, { recursive: true });
    return stdout.split('\n').filter(Boolean);
  }
}

const FILE = 'packets';
