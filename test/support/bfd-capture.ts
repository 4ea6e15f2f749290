import { TsharkRecording } from './tshark-recording.js';

/** A BFD control packet as tshark decodes it: codes as numbers, intervals in microseconds. */
export interface DecodedPacket {
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly sourcePort: number;
  readonly version: number;
  readonly state: number;
  readonly diagnostic: number;
  readonly poll: boolean;
  readonly final: boolean;
  readonly detectMult: number;
  readonly myDiscriminator: number;
  readonly yourDiscriminator: number;
  readonly desiredMinTxIntervalUs: number;
  readonly requiredMinRxIntervalUs: number;
}

const fields = [
  'ip.src',
  'ip.dst',
  'ip.ttl',
  'udp.srcport',
  'bfd.version',
  'bfd.sta',
  'bfd.diag',
  'bfd.flags.p',
  'bfd.flags.f',
  'bfd.detect_time_multiplier',
  'bfd.my_discriminator',
  'bfd.your_discriminator',
  'bfd.desired_min_tx_interval',
  'bfd.required_min_rx_interval',
];

/** Records the BFD packets of an interface in a namespace, and lets tshark decode them. */
export class BfdCapture {
  readonly #recording: TsharkRecording;

  private constructor(recording: TsharkRecording) {
    this.#recording = recording;
  }

  /** Begins; answers when packets are really being recorded. */
  static async start(namespace: string, interfaceName: string): Promise<BfdCapture> {
    const args = ['-i', interfaceName, '-f', 'udp port 3784', '-F', 'pcap', '-P', '-l'];
    return new BfdCapture(await TsharkRecording.start(namespace, args));
  }

  /** Ends the recording; all packets in order. */
  async stop(): Promise<readonly DecodedPacket[]> {
    const lines = await this.#recording.stop(fields);
    return lines.map(packetOf);
  }
}

function packetOf(line: string): DecodedPacket {
  const [source = '', destination = '', ...rest] = line.split('\t');
  const [ttl, sourcePort, version, state, diagnostic, poll, final, detectMult, mine, yours, tx, rx] =
    rest.map(numberOf);
  return {
    source,
    destination,
    ttl: ttl ?? 0,
    sourcePort: sourcePort ?? 0,
    version: version ?? 0,
    state: state ?? 0,
    diagnostic: diagnostic ?? 0,
    poll: poll === 1,
    final: final === 1,
    detectMult: detectMult ?? 0,
    myDiscriminator: mine ?? 0,
    yourDiscriminator: yours ?? 0,
    desiredMinTxIntervalUs: tx ?? 0,
    requiredMinRxIntervalUs: rx ?? 0,
  };
}

/** tshark prints numbers in decimal or hexadecimal, flags as 0/1 or False/True. */
function numberOf(text: string): number {
  if (text === 'True') return 1;
  if (text === 'False') return 0;
  return Number(text);
}
