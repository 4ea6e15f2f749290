import { XMLParser } from 'fast-xml-parser';
import * as v from 'valibot';

const leaves = v.record(v.string(), v.unknown());

const session = v.looseObject({
  interface: v.string(),
  'dest-addr': v.string(),
  'session-running': v.optional(leaves),
  'session-statistics': v.optional(leaves),
});

/** A `<session>` of ietf-bfd-ip-sh: containers are objects, values are text. */
export type SessionData = v.InferOutput<typeof session>;

/** `<data>` down to the single-hop sessions in it. */
const reply = v.object({
  data: v.object({
    routing: v.object({
      'control-plane-protocols': v.object({
        'control-plane-protocol': v.object({
          bfd: v.object({ 'ip-sh': v.object({ sessions: v.object({ session: v.array(session) }) }) }),
        }),
      }),
    }),
  }),
});

const parser = new XMLParser({
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (name: string) => name === 'session',
});

/** The sessions in the XML of a reply. */
export function ipShSessionsOf(dataXml: string): readonly SessionData[] {
  const document: unknown = parser.parse(dataXml);
  const read = v.safeParse(reply, document);
  if (!read.success) return [];
  return read.output.data.routing['control-plane-protocols']['control-plane-protocol'].bfd['ip-sh'].sessions
    .session;
}

/** The session in the XML of a reply that holds one; undefined when it holds none. */
export function ipShSessionOf(dataXml: string): SessionData | undefined {
  return ipShSessionsOf(dataXml)[0];
}

/** What would not be the same, had a session flapped or been made anew. */
export interface SessionLife {
  readonly session: string;
  readonly discriminators: readonly unknown[];
  readonly state: unknown;
  readonly created: unknown;
  readonly lastUp: unknown;
  readonly lastDown: unknown;
  readonly downCount: unknown;
}

export function lifeOf(of: SessionData): SessionLife {
  const statistics = of['session-statistics'];
  return {
    session: of['dest-addr'],
    discriminators: [of['local-discriminator'], of['remote-discriminator']],
    state: of['session-running']?.['local-state'],
    created: statistics?.['create-time'],
    lastUp: statistics?.['last-up-time'],
    lastDown: statistics?.['last-down-time'],
    downCount: statistics?.['down-count'],
  };
}
