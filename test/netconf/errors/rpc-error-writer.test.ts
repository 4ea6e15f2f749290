import { describe, expect, it } from 'vitest';
import {
  badAttribute,
  dataMissing,
  inUse,
  invalidValue,
  lockDenied,
  missingElement,
  operationFailed,
  unknownNamespace,
  type RpcError,
} from '../../../src/config/errors/rpc-error.js';
import { writeRpcErrors } from '../../../src/netconf/errors/rpc-error-writer.js';
import { parse } from '../session/session-harness.js';

const write = (...errors: RpcError[]): string => writeRpcErrors(errors, '');

describe('an rpc-error', () => {
  it('has type, tag, severity and message', () => {
    expect(write(operationFailed('It failed.'))).toBe(
      '<rpc-error><error-type>application</error-type><error-tag>operation-failed</error-tag>' +
        '<error-severity>error</error-severity><error-message xml:lang="en">It failed.</error-message></rpc-error>',
    );
  });

  it('has its children in the order of the schema', () => {
    const namespaces = new Map([['if', 'urn:if']]);
    const error: RpcError = {
      ...missingElement('mtu', 'No mtu.', { appTag: 'app', path: { text: '/if:interfaces', namespaces } }),
    };
    const element = parse(write(error));
    expect(element.children.map(({ local }) => local)).toEqual([
      'error-type',
      'error-tag',
      'error-severity',
      'error-app-tag',
      'error-path',
      'error-message',
      'error-info',
    ]);
  });

  it('declares the prefixes of its path where the path stands', () => {
    const namespaces = new Map([
      ['', 'urn:default'],
      ['a', 'urn:a'],
      ['b', 'urn:"b"&'],
    ]);
    const path = { text: '/a:x[a:n="<1>"]/b:y', namespaces };
    expect(write(dataMissing('x', { path }))).toContain(
      '<error-path xmlns:a="urn:a" xmlns:b="urn:&quot;b&quot;&amp;">/a:x[a:n="&lt;1&gt;"]/b:y</error-path>',
    );
  });

  it('carries its error-info', () => {
    expect(write(lockDenied(7, 'locked'))).toContain('<error-info><session-id>7</session-id></error-info>');
    expect(write(badAttribute('type', 'filter', 'x'))).toContain(
      '<error-info><bad-attribute>type</bad-attribute><bad-element>filter</bad-element></error-info>',
    );
    expect(write(unknownNamespace('a', 'urn:<'))).toContain(
      '<error-info><bad-element>a</bad-element><bad-namespace>urn:&lt;</bad-namespace></error-info>',
    );
    const error = {
      ...inUse('x'),
      info: [{ name: 'non-unique', value: '/a', namespace: 'urn:ietf:params:xml:ns:yang:1' }],
    };
    expect(write(error)).toContain(
      '<error-info><non-unique xmlns="urn:ietf:params:xml:ns:yang:1">/a</non-unique></error-info>',
    );
  });

  it('declares the prefixes of a path in its error-info', () => {
    const info = [
      {
        name: 'non-unique',
        value: '/a:x',
        namespace: 'urn:ietf:params:xml:ns:yang:1',
        prefixes: new Map([['a', 'urn:a']]),
      },
    ];
    expect(write({ ...operationFailed('x'), info })).toContain(
      '<error-info><non-unique xmlns="urn:ietf:params:xml:ns:yang:1" xmlns:a="urn:a">/a:x</non-unique></error-info>',
    );
  });

  it('is well-formed whatever its texts hold', () => {
    const error = invalidValue('a < b & c ]]> \0 \u001f é', { appTag: '<&>' });
    const texts = Object.fromEntries(parse(write(error)).children.map(({ local, text }) => [local, text]));
    expect(texts).toMatchObject({ 'error-message': 'a < b & c ]]> \ufffd \ufffd é', 'error-app-tag': '<&>' });
  });

  it('may come with others', () => {
    expect(parse(`<r>${write(inUse('a'), operationFailed('b'))}</r>`).children).toHaveLength(2);
  });

  it('declares its namespace when it is told to', () => {
    const element = parse(`<r xmlns="urn:x">${writeRpcErrors([inUse('a')], ' xmlns="urn:n"')}</r>`)
      .children[0]!;
    expect(element.namespace).toBe('urn:n');
    expect(element.children.every(({ namespace }) => namespace === 'urn:n')).toBe(true);
  });
});
