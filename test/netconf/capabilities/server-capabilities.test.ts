import { describe, expect, it } from 'vitest';
import type { SchemaIdentity } from '../../../src/config/config-service.js';
import { serverCapabilities } from '../../../src/netconf/capabilities/server-capabilities.js';

const schema = (fields: Partial<SchemaIdentity>): SchemaIdentity => ({
  name: 'toy',
  revision: '2026-01-01',
  namespace: 'urn:toy',
  features: [],
  deviations: [],
  implemented: true,
  ...fields,
});

describe('the capabilities', () => {
  it('name implemented modules with revision, features and deviations', () => {
    const list = serverCapabilities([
      schema({ features: ['a', 'b'], deviations: ['d', 'e'] }),
      schema({ name: 'bare', namespace: 'urn:bare', revision: '' }),
      schema({ name: 'types', namespace: 'urn:types', implemented: false }),
    ]);
    expect(
      list.filter(
        (uri) => uri.startsWith('urn:toy') || uri.startsWith('urn:bare') || uri.startsWith('urn:types'),
      ),
    ).toEqual(['urn:toy?module=toy&revision=2026-01-01&features=a,b&deviations=d,e', 'urn:bare?module=bare']);
  });

  it('name the YANG library when it is served', () => {
    const library = schema({ name: 'ietf-yang-library', namespace: 'urn:l', revision: '2019-01-04' });
    const list = serverCapabilities([library], 'a&1');
    expect(list).toContain(
      'urn:ietf:params:netconf:capability:yang-library:1.1?revision=2019-01-04&content-id=a%261',
    );
    expect(list).toContain(
      'urn:ietf:params:netconf:capability:yang-library:1.0?revision=2019-01-04&module-set-id=a%261',
    );
    expect(serverCapabilities([library]).some((uri) => uri.includes('yang-library:1'))).toBe(false);
    expect(serverCapabilities([], 'a').some((uri) => uri.includes('yang-library:1'))).toBe(false);
  });
});
