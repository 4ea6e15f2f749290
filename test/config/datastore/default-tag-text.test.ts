import { describe, expect, it } from 'vitest';
import { spellOutDefaultTags } from '../../../src/config/datastore/default-tag-text.js';

const DECLARED = 'xmlns:wd="urn:ietf:params:xml:ns:netconf:default:1.0"';

describe('spelling out the tags of defaults', () => {
  it.each([
    [`<a ${DECLARED} wd:default="1">x</a>`, `<a ${DECLARED} wd:default="true">x</a>`],
    [`<a ${DECLARED}><b wd:default='0'/></a>`, `<a ${DECLARED}><b wd:default="false"/></a>`],
    [`<a wd:default = "1" ${DECLARED}/>`, `<a wd:default = "true" ${DECLARED}/>`],
  ])('writes %s as %s', (xml, expected) => {
    expect(spellOutDefaultTags(xml)).toBe(expected);
  });

  it.each([
    `<a ${DECLARED}> wd:default="1"</a>`,
    `<a ${DECLARED}><!-- <b wd:default="1"/> --><![CDATA[<b wd:default="1"/>]]></a>`,
    `<a ${DECLARED} x=' wd:default="1"'/>`,
    `<a ${DECLARED} x=">" wd:default="true" my-wd:default="1" wd:default-value="1"/>`,
    '<a wd:default="1"/>',
  ])('leaves alone %s', (xml) => {
    expect(spellOutDefaultTags(xml)).toBe(xml);
  });
});
