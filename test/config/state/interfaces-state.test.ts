import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { interfacesState } from '../../../src/config/state/interfaces-state.js';
import { sysfsInterfaces } from '../../../src/config/state/system-interfaces.io.js';
import { temporaryFolder } from '../../support/test-agent.js';

let sysfs: string;
beforeEach(async () => {
  sysfs = await temporaryFolder();
});
afterEach(() => rm(sysfs, { recursive: true }));

async function add(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(sysfs, name, 'statistics'), { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(sysfs, name, file), `${text}\n`);
}

function xml(configured: readonly string[] = []): Promise<string> {
  return interfacesState(sysfsInterfaces(sysfs), () => configured, Date.UTC(2026, 0, 1)).xml();
}

describe('the state of interfaces', () => {
  it('is what sysfs says', async () => {
    await add('eth0', {
      type: '1',
      operstate: 'up',
      address: '02:00:00:00:00:01',
      speed: '10000',
      'statistics/rx_bytes': '18446744073709551615',
      'statistics/multicast': '7',
      'statistics/rx_dropped': '4294967297',
      'statistics/rx_errors': '2',
      'statistics/tx_bytes': '3',
      'statistics/tx_dropped': '4',
      'statistics/tx_errors': '5',
    });
    expect(await xml()).toBe(
      '<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"><interface><name>eth0</name>' +
        '<type xmlns:ianaift="urn:ietf:params:xml:ns:yang:iana-if-type">ianaift:ethernetCsmacd</type>' +
        '<oper-status>up</oper-status><phys-address>02:00:00:00:00:01</phys-address><speed>10000000000</speed>' +
        '<statistics><discontinuity-time>2026-01-01T00:00:00.000Z</discontinuity-time>' +
        '<in-octets>18446744073709551615</in-octets><in-multicast-pkts>7</in-multicast-pkts>' +
        '<in-discards>1</in-discards><in-errors>2</in-errors><out-octets>3</out-octets>' +
        '<out-discards>4</out-discards><out-errors>5</out-errors></statistics></interface></interfaces>',
    );
  });

  it.each([
    ['lowerlayerdown', 'lower-layer-down'],
    ['notpresent', 'not-present'],
    ['dormant', 'dormant'],
    ['unknown', 'unknown'],
  ])('has %s of Linux as %s', async (linux, standard) => {
    await add('x', { type: '772', operstate: linux });
    expect(await xml()).toContain(`<oper-status>${standard}</oper-status>`);
  });

  it('leaves out what is not known, and the type that is configured', async () => {
    await add('tun0', { type: '65534', operstate: 'up', address: '', speed: '-1' });
    expect(await xml()).toContain('ianaift:other</type><oper-status>up</oper-status><statistics>');
    expect(await xml(['tun0'])).toContain('<name>tun0</name><oper-status>up</oper-status><statistics>');
  });

  it('tells of configured interfaces that are absent', async () => {
    expect(await xml(['eth9'])).toContain(
      '<interface><name>eth9</name><oper-status>not-present</oper-status></interface>',
    );
  });

  it('is nothing where there are none', async () => {
    await writeFile(join(sysfs, 'bonding_masters'), 'bond0\n');
    expect(await xml()).toBe('');
  });

  it('of this machine lists its interfaces', () => {
    const listed = sysfsInterfaces()
      .list()
      .map(({ name }) => name);
    expect(listed).toEqual(expect.arrayContaining(Object.keys(networkInterfaces())));
  });
});
