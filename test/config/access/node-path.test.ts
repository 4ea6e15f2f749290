import { describe, expect, it } from 'vitest';
import { parseNodePath } from '../../../src/config/access/node-path.js';

const step = (moduleName: string, name: string, keys: object[] = []) => ({ moduleName, name, keys });

describe('a node-instance-identifier', () => {
  it.each([
    ['/', []],
    ['/a:b', [step('a', 'b')]],
    ['/a:b/c', [step('a', 'b'), step('a', 'c')]],
    ['/a:b/x:c/d', [step('a', 'b'), step('x', 'c'), step('x', 'd')]],
    ["/a:b[k='v']/c", [step('a', 'b', [{ name: 'k', value: 'v' }]), step('a', 'c')]],
    ['/a:b[k="it\'s"]', [step('a', 'b', [{ name: 'k', value: "it's" }])]],
    [
      "/a:b[a:k='1'][l='2']",
      [
        step('a', 'b', [
          { name: 'k', value: '1' },
          { name: 'l', value: '2' },
        ]),
      ],
    ],
    ["/a:b[.='v']", [step('a', 'b', [{ name: '.', value: 'v' }])]],
    ['/a:b[k=$USER]', [step('a', 'b', [{ name: 'k', value: { user: true } }])]],
    ["/a:b[k='$USER']", [step('a', 'b', [{ name: 'k', value: '$USER' }])]],
    ["/a:b[k='/x[y]']", [step('a', 'b', [{ name: 'k', value: '/x[y]' }])]],
  ])('%s is taken apart', (text, path) => {
    expect(parseNodePath(text)).toEqual(path);
  });

  it.each(['', 'a:b', '/b', '//a:b', '/a:b/', '/a:b[', '/a:b[k]', "/a:b[k='v", '/a:b | /a:c', '/a:*'])(
    '%j is none',
    (text) => {
      expect(parseNodePath(text)).toBeUndefined();
    },
  );
});
