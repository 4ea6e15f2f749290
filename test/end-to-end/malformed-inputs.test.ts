import ssh2, { type Client } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BAD_HELLOS } from '../netconf/session/bad-hellos.js';
import { chunks, clientHello, type FlatError } from '../netconf/session/session-harness.js';
import { BROKEN_FRAMING, inRpc, MALFORMED } from '../netconf/session/wrong-messages.js';
import { errorsOn, exchange } from '../netconf/ssh/raw-exchange.js';
import { Agent } from '../support/agent.js';
import { ethernet, ipShSessions, namespaces } from '../support/config-xml.js';

let agent: Agent;
let client: Client;
let before: string;

beforeAll(async () => {
  agent = await Agent.start();
  client = new ssh2.Client();
  await new Promise<void>((resolve, reject) => {
    client.once('ready', () => resolve()).once('error', reject);
    const { host, port, user, password } = agent.login;
    client.connect({ host, port, username: user, password });
  });
  before = await datastores();
});

afterAll(async () => {
  client.end();
  await agent.dispose();
});

/** What a new session reads of a datastore. */
async function read(name: 'running' | 'candidate'): Promise<string> {
  const rpc = inRpc(`<get-config><source><${name}/></source></get-config>`);
  return exchange(client, clientHello('1.1') + chunks(rpc).toString(), '1.1');
}

async function datastores(): Promise<string> {
  return (await read('running')) + (await read('candidate'));
}

/** The agent serves the next session, and nothing of what was wrong has been applied. */
async function expectUnharmed(): Promise<void> {
  expect(await datastores()).toBe(before);
}

const edit = (content: string, options = ''): string =>
  inRpc(`<edit-config><target><candidate/></target>${options}
    <config xmlns:nc="${namespaces.nc}">${content}</config></edit-config>`);

const session = (leaves: string) =>
  ethernet('eth0') + ipShSessions({ interface: 'eth0', destination: '192.0.2.9', leaves });

const interfaces = (content: string) => `<interfaces xmlns="${namespaces.if}">${content}</interfaces>`;

/** Configuration that cannot be taken, with the tags of the errors. */
const WRONG_CONFIGURATION: readonly (readonly [string, string, readonly string[]])[] = [
  ['an unknown leaf', session('<colour>red</colour>'), ['unknown-element']],
  ['an unknown top-level node', `<nothing xmlns="${namespaces.if}"/>`, ['unknown-element']],
  ['a namespace nobody knows', '<nothing xmlns="urn:nobody"/>', ['unknown-namespace']],
  ['an element without a namespace', '<interfaces xmlns=""/>', ['unknown-namespace']],
  ['a number out of range', session('<local-multiplier>256</local-multiplier>'), ['invalid-value']],
  ['a word for a number', session('<local-multiplier>three</local-multiplier>'), ['invalid-value']],
  ['a negative number', session('<desired-min-tx-interval>-1</desired-min-tx-interval>'), ['invalid-value']],
  ['a word for a boolean', session('<admin-down>perhaps</admin-down>'), ['invalid-value']],
  ['an address that is none', session('<source-addr>192.0.2.256</source-addr>'), ['invalid-value']],
  [
    'an identity that does not exist',
    interfaces('<interface><name>a</name><type>carrier-pigeon</type></interface>'),
    ['invalid-value'],
  ],
  [
    'a list entry without its key',
    interfaces('<interface><description>x</description></interface>'),
    ['missing-element'],
  ],
  [
    'a leaf twice',
    session('<local-multiplier>3</local-multiplier><local-multiplier>4</local-multiplier>'),
    ['bad-element'],
  ],
  ['state data', session('<local-discriminator>7</local-discriminator>'), ['unknown-element']],
  [
    'a node that is deviated away',
    `<system xmlns="${namespaces.sys}"><hostname>a</hostname></system>`,
    ['unknown-element'],
  ],
  ['text where elements belong', interfaces('eth0'), ['bad-element']],
  [
    'an element in a leaf',
    session('<local-multiplier><x/></local-multiplier>'),
    ['invalid-value', 'unknown-element'],
  ],
  [
    'an operation that does not exist',
    interfaces('<interface nc:operation="paint"><name>a</name></interface>'),
    ['bad-attribute'],
  ],
  [
    'an operation without its namespace',
    interfaces('<interface operation="delete"><name>a</name></interface>'),
    ['unknown-attribute'],
  ],
  [
    'an attribute that nobody knows',
    interfaces('<interface colour="red"><name>a</name></interface>'),
    ['unknown-attribute'],
  ],
  [
    'an attribute of XML itself',
    interfaces('<interface xml:lang="en"><name>a</name></interface>'),
    ['unknown-attribute'],
  ],
  [
    'the deletion of what is not there',
    interfaces('<interface nc:operation="delete"><name>a</name></interface>'),
    ['data-missing'],
  ],
  [
    'the creation of what is there',
    `<system xmlns="${namespaces.sys}"><authentication><user nc:operation="create"><name>admin</name></user></authentication></system>`,
    ['data-exists'],
  ],
  [
    'a password hash of an unknown kind',
    `<system xmlns="${namespaces.sys}"><authentication><user><name>a</name><password>$9$abc</password></user></authentication></system>`,
    ['invalid-value'],
  ],
  [
    'a value that takes long to match',
    interfaces(`<interface><name>a</name><type>${'a'.repeat(5000)}!</type></interface>`),
    ['invalid-value'],
  ],
];

describe('the agent answers what is wrong as the RFCs say, and serves the next session', () => {
  it.each(BAD_HELLOS.filter(([what]) => what !== 'more bytes than allowed'))(
    'a hello that is %s ends the session',
    async (_what, hello) => {
      expect(await exchange(client, hello, '1.0')).toBe('');
      await expectUnharmed();
    },
  );

  it.each(BROKEN_FRAMING)('%s ends the session', async (_what, bytes) => {
    expect(await exchange(client, clientHello('1.1') + bytes, '1.1')).toBe('');
    await expectUnharmed();
  });

  it.each(MALFORMED)('%s is malformed-message', async (_what, message) => {
    const errors: FlatError[] = await errorsOn(client, message, '1.1');
    expect(errors).toEqual([['rpc', 'malformed-message', {}]]);
    await expectUnharmed();
  });

  it.each(WRONG_CONFIGURATION)('%s in an edit', async (_what, content, tags) => {
    const errors = await errorsOn(client, edit(content), '1.1');
    expect(errors.map(([, tag]) => tag)).toEqual(tags);
    await expectUnharmed();
  });
});
