import { TsharkRecording } from './tshark-recording.js';

/** A packet of LSP ping or BFD as tshark decodes it; null for what it does not have. */
export interface CapturedPacket {
  readonly timeS: number;
  readonly labels: readonly number[];
  readonly labelTtls: readonly number[];
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly destinationPort: number;
  readonly messageType: number | null;
  readonly returnCode: number | null;
  readonly returnSubcode: number | null;
  readonly fec: string | null;
  /** That of the TLV of an LSP ping. */
  readonly bfdDiscriminator: number | null;
  readonly state: number | null;
  readonly diagnostic: number | null;
  readonly poll: boolean;
  readonly final: boolean;
  readonly myDiscriminator: number | null;
  readonly yourDiscriminator: number | null;
}

const FIELDS = [
  'frame.time_epoch',
  'mpls.label',
  'mpls.ttl',
  'ip.src',
  'ip.dst',
  'ip.ttl',
  'udp.dstport',
  'mpls_echo.msg_type',
  'mpls_echo.return_code',
  'mpls_echo.return_subcode',
  'mpls_echo.tlv.fec.bgp_ipv4',
  'mpls_echo.bfd_discriminator',
  'bfd.sta',
  'bfd.diag',
  'bfd.flags.p',
  'bfd.flags.f',
  'bfd.my_discriminator',
  'bfd.your_discriminator',
];

/** Records what goes over interfaces of a namespace, and lets tshark decode LSP ping and BFD. */
export class LspCapture {
  readonly #recording: TsharkRecording;

  private constructor(recording: TsharkRecording) {
    this.#recording = recording;
  }

  /** Begins; answers when packets are really being recorded. */
  static async start(namespace: string, interfaces: readonly string[]): Promise<LspCapture> {
    const chosen = interfaces.flatMap((name) => ['-i', name]);
    // In the other order, the filter would look for UDP behind a label.
    const args = [...chosen, '-f', 'udp or mpls', '-P', '-l'];
    return new LspCapture(await TsharkRecording.start(namespace, args));
  }

  /** Ends the recording; all packets of LSP ping and BFD in order. */
  async stop(): Promise<readonly CapturedPacket[]> {
    const separators = ['-E', 'separator=;', '-E', 'aggregator=,'];
    const lines = await this.#recording.stop(FIELDS, ['-Y', 'bfd or mpls-echo', ...separators]);
    // Of several interfaces, packets may lie in the file in another order than they came.
    return lines.map(packetOf).toSorted((one, other) => one.timeS - other.timeS);
  }
}

function packetOf(line: string): CapturedPacket {
  const values = line.split(';');
  const value = (name: string) => values[FIELDS.indexOf(name)] ?? '';
  const number = (name: string) => (value(name) === '' ? null : Number(value(name)));
  const numbers = (name: string) => value(name).split(',').filter(Boolean).map(Number);
  return {
    timeS: Number(value('frame.time_epoch')),
    labels: numbers('mpls.label'),
    labelTtls: numbers('mpls.ttl'),
    source: value('ip.src'),
    destination: value('ip.dst'),
    ttl: Number(value('ip.ttl')),
    destinationPort: Number(value('udp.dstport')),
    messageType: number('mpls_echo.msg_type'),
    returnCode: number('mpls_echo.return_code'),
    returnSubcode: number('mpls_echo.return_subcode'),
    fec: value('mpls_echo.tlv.fec.bgp_ipv4') || null,
    bfdDiscriminator: number('mpls_echo.bfd_discriminator'),
    state: number('bfd.sta'),
    diagnostic: number('bfd.diag'),
    poll: isSet(value('bfd.flags.p')),
    final: isSet(value('bfd.flags.f')),
    myDiscriminator: number('bfd.my_discriminator'),
    yourDiscriminator: number('bfd.your_discriminator'),
  };
}

/** tshark prints flags as 0/1 or False/True. */
function isSet(text: string): boolean {
  return text === '1' || text === 'True';
}
