import { describe, expect, it } from 'vitest';
import { userXml } from '../../support/agent-xml.js';
import { emptyWorkspace, prepared, run, told } from '../../support/agent-workspace.js';
import { ed25519Key, rsaKey } from '../../support/ssh-keys.js';

const HASH = `$6$saltsalt$${'a'.repeat(86)}`;

function keyXml(name: string, algorithm: string, blob: Uint8Array): string {
  const data = Buffer.from(blob).toString('base64');
  return `<authorized-key><name>${name}</name><algorithm>${algorithm}</algorithm><key-data>${data}</key-data></authorized-key>`;
}

describe('users', () => {
  it('are known with their password hash and their keys', () => {
    const workspace = emptyWorkspace();
    const [ed25519, rsa] = [ed25519Key(), rsaKey(2048)];
    const keys = keyXml('laptop', 'ssh-ed25519', ed25519) + keyXml('old', 'rsa-sha2-256', rsa);
    run(workspace, userXml('ada', `<password>${HASH}</password>${keys}`), userXml('bob', ''));
    expect(workspace.handlers.users.account('ada')).toEqual({
      name: 'ada',
      passwordHash: HASH,
      keys: [
        { type: 'ssh-ed25519', blob: ed25519 },
        { type: 'ssh-rsa', blob: rsa },
      ],
    });
    expect(workspace.handlers.users.account('bob')).toEqual({ name: 'bob', passwordHash: null, keys: [] });
  });

  it('that are removed are unknown', () => {
    const workspace = emptyWorkspace();
    run(workspace, userXml('ada', ''), userXml('bob', ''));
    run(workspace, userXml('bob', `<password>${HASH}</password>`));
    expect(workspace.handlers.users.account('ada')).toBeUndefined();
    expect(workspace.handlers.users.account('bob')?.passwordHash).toBe(HASH);
  });

  it.each([
    [
      'a key that is none',
      keyXml('k', 'ssh-ed25519', Buffer.from('nonsense')),
      'key-data',
      /not an SSH public key/u,
    ],
    [
      'a key of another algorithm',
      keyXml('k', 'ssh-rsa', ed25519Key()),
      'algorithm',
      /is of type ssh-ed25519, but its algorithm says ssh-rsa/u,
    ],
    ['a weak key', keyXml('k', 'ssh-rsa', rsaKey(1024)), 'key-data', /at least 2048 bits/u],
    ['cleartext', '<password>$0$secret</password>', 'password', /not hashed on arrival/u],
    [
      'a hash that takes minutes',
      `<password>$6$rounds=999999999$salt$${'a'.repeat(86)}</password>`,
      'password',
      /use fewer rounds/u,
    ],
  ])('with %s are refused', (_, content, leaf, message) => {
    const { errors } = prepared(emptyWorkspace(), userXml('ada', content));
    expect(told(errors)).toEqual([expect.stringMatching(message)]);
    expect(errors[0]?.path?.text).toMatch(/^\/sys:system\/sys:authentication\/sys:user\[sys:name='ada'\]/u);
    expect(errors[0]?.path?.text.endsWith(`/sys:${leaf}`)).toBe(true);
    expect(told(errors).join('')).not.toContain('secret');
  });

  it('with control characters in their names are refused', () => {
    expect(told(prepared(emptyWorkspace(), userXml('a\tb', '')).errors)).toEqual([
      expect.stringMatching(/control characters/u),
    ]);
  });
});
