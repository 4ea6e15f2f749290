import type { Namespace } from './netns.js';
import { TsharkRecording } from './tshark-recording.js';

/** What tshark says of a frame, by the names of its fields; what a field has several of is joined by commas. */
export type DecodedFrame = Readonly<Record<string, string>>;

/** Records frames of an interface in a namespace, and lets tshark decode them. */
export class FrameCapture {
  readonly #recording: TsharkRecording;

  private constructor(recording: TsharkRecording) {
    this.#recording = recording;
  }

  /**
   * Begins; answers when frames are really being recorded.
   *
   * @param filter which ones, as tcpdump has it
   */
  static async start({ name, interfaceName }: Namespace, filter: string): Promise<FrameCapture> {
    const args = ['-i', interfaceName, '-f', filter, '-F', 'pcap'];
    return new FrameCapture(await TsharkRecording.start(name, args));
  }

  /** Ends the recording; the fields of all frames in order. */
  async stop(...fields: readonly string[]): Promise<readonly DecodedFrame[]> {
    const checks = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'];
    const lines = await this.#recording.stop(fields, checks);
    return lines.map((line) => {
      const values = line.split('\t');
      return Object.fromEntries(fields.map((name, index) => [name, values[index] ?? '']));
    });
  }
}
