import { describe, expect, it } from 'vitest';
import { interfaceXml } from '../../support/agent-xml.js';
import { emptyWorkspace, prepared, run, told } from '../../support/agent-workspace.js';
import { lspXml, mplsInterfacesXml, tunnelXml } from '../../support/mpls-xml.js';

const LINKS = [interfaceXml('eth0'), interfaceXml('eth1'), mplsInterfacesXml({ eth0: true, eth1: true })];

const fec = (index: number): string => `198.18.${index >> 8}.${index & 255}/32`;
/** Many tunnels in one document. */
const wrapped = (content: string): string => tunnelXml('X', 'Y').replace(/<tunnel>.*<\/tunnel>/u, content);

describe('a configured tunnel', () => {
  it('has its paths, the primary first, with their labels from the top', () => {
    const backup = lspXml([30, 'rt-types:ipv4-explicit-null-label'], {
      role: 'backup',
      nextHop: 'FE80::2',
      outInterface: 'eth1',
    });
    const { errors, sessions, undo } = prepared(
      emptyWorkspace(),
      ...LINKS,
      tunnelXml('198.51.100.1/32', backup + lspXml([17, 1_048_575])),
    );
    expect(told(errors)).toEqual([]);
    const label = { trafficClass: 0, ttl: 255 };
    expect(sessions.tunnels).toEqual({
      set: [
        {
          key: '198.51.100.1/32',
          lsps: [
            {
              role: 'primary',
              nextHop: '10.0.0.2',
              outInterface: 'eth0',
              labels: [
                { label: 17, ...label },
                { label: 1_048_575, ...label },
              ],
            },
            {
              role: 'backup',
              nextHop: 'fe80::2',
              outInterface: 'eth1',
              labels: [
                { label: 30, ...label },
                { label: 0, ...label },
              ],
            },
          ],
        },
      ],
      remove: [],
    });
    expect(undo.tunnels).toEqual({ set: [], remove: ['198.51.100.1/32'] });
  });

  it('orders labels by their number, not as they were written', () => {
    const stack =
      '<entry><id>10</id><label>100</label><ttl>7</ttl></entry><entry><id>9</id><label>99</label></entry>';
    const lsp =
      '<lsp><role>primary</role><next-hop>10.0.0.2</next-hop><out-interface>eth0</out-interface>' +
      `<mpls-label-stack>${stack}</mpls-label-stack></lsp>`;
    const { sessions } = prepared(emptyWorkspace(), ...LINKS, tunnelXml('2001:DB8::1/128', lsp));
    expect(sessions.tunnels?.set).toMatchObject([
      {
        key: '2001:db8::1/128',
        lsps: [
          {
            labels: [
              { label: 99, ttl: 255 },
              { label: 100, ttl: 7 },
            ],
          },
        ],
      },
    ]);
  });

  it('alone is in the change when it changes, among thousands', () => {
    const workspace = emptyWorkspace();
    const many = Array.from({ length: 5000 }, (_, index) => tunnelXml(fec(index), lspXml([100 + index])));
    const all = many.map((xml) => xml.replace(/^.*<static-tunnels>|<\/static-tunnels>.*$/gu, '')).join('');
    const changed = all.replace(
      '<label xmlns:rt-types="urn:ietf:params:xml:ns:yang:ietf-routing-types">4321<',
      '<label>16<',
    );
    run(workspace, ...LINKS, wrapped(all));
    expect([...workspace.handlers.tunnels.desiredTunnels()]).toHaveLength(5000);
    const { sessions, undo } = prepared(workspace, ...LINKS, wrapped(changed));
    const only = { key: fec(4221) };
    expect(sessions.tunnels).toMatchObject({
      set: [{ ...only, lsps: [{ labels: [{ label: 16 }] }] }],
      remove: [],
    });
    expect(undo.tunnels).toMatchObject({
      set: [{ ...only, lsps: [{ labels: [{ label: 4321 }] }] }],
      remove: [],
    });
    expect(sessions.set).toEqual([]);
  });

  it('is removed with its entry, and comes back when that is undone', () => {
    const workspace = emptyWorkspace();
    run(workspace, ...LINKS, tunnelXml('198.51.100.1/32', lspXml([17])));
    const { sessions, undo } = prepared(workspace, ...LINKS);
    expect(sessions.tunnels).toEqual({ set: [], remove: ['198.51.100.1/32'] });
    expect(undo.tunnels).toMatchObject({ set: [{ key: '198.51.100.1/32' }], remove: [] });
  });
});
