import type { FlatError } from '../session/session-harness.js';

export const MONITORING = 'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring';
export const CONFIG = '<config><a xmlns="urn:toy">1</a></config>';
export const CANDIDATE = '<target><candidate/></target>';

const unknown = (name: string): FlatError => ['protocol', 'unknown-element', { 'bad-element': name }];
const missing = (name: string): FlatError => ['protocol', 'missing-element', { 'bad-element': name }];
const bad = (name: string): FlatError => ['protocol', 'bad-element', { 'bad-element': name }];
const unknownNs = (name: string, namespace: string): FlatError => [
  'protocol',
  'unknown-namespace',
  { 'bad-element': name, 'bad-namespace': namespace },
];
const attribute = (tag: string, name: string, element: string): FlatError => [
  'protocol',
  tag,
  { 'bad-attribute': name, 'bad-element': element },
];
const INVALID: FlatError = ['protocol', 'invalid-value', {}];
const SERVER = 'urn:bfd-agent:yang:bfd-agent-server';
const COMMIT = 'urn:bfd-agent:yang:bfd-agent-commit';
const NMDA_COMPARE = 'urn:ietf:params:xml:ns:yang:ietf-nmda-compare';
const ds = (name: string, datastore: string): string =>
  `<${name} xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores">ds:${datastore}</${name}>`;
const UNSUPPORTED: FlatError = ['protocol', 'operation-not-supported', {}];

/** Operations that are refused before they reach the configuration, with the errors of the answer. */
export const WRONG_OPERATIONS: readonly (readonly [string, readonly FlatError[]])[] = [
  // operations
  ['<bogus/>', [UNSUPPORTED]],
  ['<get-schema/>', [UNSUPPORTED]],
  ['<reset xmlns="urn:toy"/>', [UNSUPPORTED]],
  ['<get xmlns="urn:x"/>', [unknownNs('get', 'urn:x')]],
  ['<get xmlns=""/>', [unknownNs('get', '')]],
  // parameters
  ['<get><x/></get>', [unknown('x')]],
  ['<get><filter xmlns="urn:x"/></get>', [unknownNs('filter', 'urn:x')]],
  ['<get><filter xmlns="urn:toy"/></get>', [unknown('filter')]],
  ['<get><filter/><filter/></get>', [bad('filter')]],
  ['<get>text</get>', [bad('get')]],
  ['<get x="1"/>', [attribute('unknown-attribute', 'x', 'get')]],
  ['<commit>now</commit>', [bad('commit')]],
  ['<discard-changes><candidate/></discard-changes>', [unknown('candidate')]],
  // get-config
  ['<get-config/>', [missing('source')]],
  ['<get-config><source/></get-config>', [missing('source')]],
  ['<get-config><source>running</source></get-config>', [bad('source')]],
  ['<get-config><source><running/><candidate/></source></get-config>', [bad('candidate')]],
  ['<get-config><source><running/></source><source><running/></source></get-config>', [bad('source')]],
  ['<get-config><source><running>x</running></source></get-config>', [INVALID]],
  ['<get-config><source><bogus/></source></get-config>', [unknown('bogus')]],
  ['<get-config><source><constructor/></source></get-config>', [unknown('constructor')]],
  ['<get-config><source><config/></source></get-config>', [unknown('config')]],
  ['<get-config><source><running xmlns="urn:x"/></source></get-config>', [unknownNs('running', 'urn:x')]],
  [
    '<get-config><source x="1"><running/></source></get-config>',
    [attribute('unknown-attribute', 'x', 'source')],
  ],
  // filters
  ['<get><filter type="bogus"/></get>', [attribute('bad-attribute', 'type', 'filter')]],
  ['<get><filter type="xpath"/></get>', [attribute('missing-attribute', 'select', 'filter')]],
  ['<get><filter type="xpath" select="/a"><a/></filter></get>', [bad('filter')]],
  ['<get><filter select="/a"/></get>', [attribute('bad-attribute', 'select', 'filter')]],
  ['<get><filter type="subtree" bogus="1"/></get>', [attribute('unknown-attribute', 'bogus', 'filter')]],
  // edit-config
  [`<edit-config>${CONFIG}</edit-config>`, [missing('target')]],
  [`<edit-config>${CANDIDATE}</edit-config>`, [missing('config')]],
  ['<edit-config/>', [missing('target'), missing('config')]],
  [`<edit-config><target><running/></target>${CONFIG}</edit-config>`, [unknown('running')]],
  [`<edit-config><target><startup/></target>${CONFIG}</edit-config>`, [unknown('startup')]],
  [`<edit-config>${CANDIDATE}<url>file:///x</url></edit-config>`, [unknown('url')]],
  [
    `<edit-config>${CANDIDATE}<default-operation>delete</default-operation>${CONFIG}</edit-config>`,
    [INVALID],
  ],
  [`<edit-config>${CANDIDATE}<default-operation/>${CONFIG}</edit-config>`, [INVALID]],
  [
    `<edit-config>${CANDIDATE}<default-operation><merge/></default-operation>${CONFIG}</edit-config>`,
    [unknown('merge'), INVALID],
  ],
  [`<edit-config>${CANDIDATE}<test-option>maybe</test-option>${CONFIG}</edit-config>`, [INVALID]],
  [`<edit-config>${CANDIDATE}<error-option>ignore</error-option>${CONFIG}</edit-config>`, [INVALID]],
  [`<edit-config>${CANDIDATE}${CONFIG}<bogus/></edit-config>`, [unknown('bogus')]],
  [`<edit-config>${CANDIDATE}${CONFIG}${CONFIG}</edit-config>`, [bad('config')]],
  [
    `<edit-config>${CANDIDATE}<config xmlns=""><a xmlns="urn:toy"/></config></edit-config>`,
    [unknownNs('config', '')],
  ],
  [
    '<edit-config><target><running/></target><default-operation>x</default-operation><bogus/><config/></edit-config>',
    [unknown('bogus'), unknown('running'), INVALID],
  ],
  // copy-config
  [`<copy-config>${CANDIDATE}</copy-config>`, [missing('source')]],
  ['<copy-config><source><running/></source></copy-config>', [missing('target')]],
  [`<copy-config>${CANDIDATE}<source><candidate/></source></copy-config>`, [INVALID]],
  [
    '<copy-config><target><running/></target><source><candidate/></source></copy-config>',
    [unknown('running')],
  ],
  [`<copy-config>${CANDIDATE}<source><url>http://x/</url></source></copy-config>`, [unknown('url')]],
  [
    '<copy-config><target><url>http://x/</url></target><source><running/></source></copy-config>',
    [unknown('url')],
  ],
  [`<copy-config><target>${CONFIG}</target><source><running/></source></copy-config>`, [unknown('config')]],
  // delete-config
  ['<delete-config/>', [missing('target')]],
  ['<delete-config><target/></delete-config>', [missing('target')]],
  ['<delete-config><target><running/></target></delete-config>', [unknown('running')]],
  [`<delete-config>${CANDIDATE}</delete-config>`, [unknown('candidate')]],
  // locks
  ['<lock/>', [missing('target')]],
  ['<unlock><target><bogus/></target></unlock>', [unknown('bogus')]],
  // validate
  ['<validate/>', [missing('source')]],
  ['<validate><source><url>x</url></source></validate>', [unknown('url')]],
  // commit
  ['<commit><confirmed>yes</confirmed></commit>', [INVALID]],
  ['<commit><confirmed/><confirm-timeout>0</confirm-timeout></commit>', [INVALID]],
  ['<commit><confirmed/><confirm-timeout>4294967296</confirm-timeout></commit>', [INVALID]],
  ['<commit><confirmed/><confirm-timeout>soon</confirm-timeout></commit>', [INVALID]],
  ['<commit><confirm-timeout>5</confirm-timeout></commit>', [missing('confirmed')]],
  ['<commit><persist>x</persist></commit>', [missing('confirmed')]],
  ['<commit><confirm/></commit>', [unknown('confirm')]],
  // cancel-commit
  ['<cancel-commit><confirmed/></cancel-commit>', [unknown('confirmed')]],
  ['<cancel-commit><persist-id><x/></persist-id></cancel-commit>', [unknown('x')]],
  [`<commit><comment xmlns="${COMMIT}"/></commit>`, [INVALID]],
  [`<commit><label xmlns="${COMMIT}">${'x'.repeat(65)}</label></commit>`, [INVALID]],
  [`<commit><colour xmlns="${COMMIT}">red</colour></commit>`, [unknown('colour')]],
  [`<commit><health-check xmlns="${COMMIT}"/></commit>`, [missing('confirmed')]],
  [
    `<commit><confirmed/><health-check xmlns="${COMMIT}"><settle-time>3601</settle-time></health-check></commit>`,
    [INVALID],
  ],
  [
    `<commit><confirmed/><health-check xmlns="${COMMIT}"><scope>some</scope></health-check></commit>`,
    [INVALID],
  ],
  [
    `<commit><confirmed/><confirm-timeout>5</confirm-timeout><health-check xmlns="${COMMIT}"/></commit>`,
    [bad('confirm-timeout')],
  ],
  // compare, rollback
  [`<rollback xmlns="${COMMIT}"/>`, [missing('commit')]],
  [`<rollback xmlns="${COMMIT}"><commit>-1</commit></rollback>`, [INVALID]],
  [`<compare xmlns="${COMMIT}"><source><running/></source></compare>`, [missing('target')]],
  [`<compare xmlns="${COMMIT}"><source/><target><running/></target></compare>`, [missing('source')]],
  [
    `<compare xmlns="${COMMIT}"><source><intended/></source><target><running/></target></compare>`,
    [unknown('intended')],
  ],
  // compare of datastores
  [`<compare xmlns="${NMDA_COMPARE}">${ds('target', 'running')}</compare>`, [missing('source')]],
  [
    `<compare xmlns="${NMDA_COMPARE}">${ds('source', 'dynamic')}${ds('target', 'running')}</compare>`,
    [INVALID],
  ],
  [
    `<compare xmlns="${NMDA_COMPARE}">${ds('source', 'startup')}${ds('target', 'running')}<all>yes</all></compare>`,
    [INVALID],
  ],
  [
    `<compare xmlns="${NMDA_COMPARE}">${ds('source', 'startup')}${ds('target', 'running')}` +
      '<subtree-filter/><xpath-filter>/</xpath-filter></compare>',
    [bad('xpath-filter')],
  ],
  [
    `<compare xmlns="${NMDA_COMPARE}">${ds('source', 'startup')}${ds('target', 'running')}<with-origin/></compare>`,
    [unknown('with-origin')],
  ],
  // host keys
  [`<generate-host-key xmlns="${SERVER}"/>`, [missing('name')]],
  [`<generate-host-key xmlns="${SERVER}"><name>../x</name></generate-host-key>`, [INVALID]],
  [`<generate-host-key xmlns="${SERVER}"><name>-x</name></generate-host-key>`, [INVALID]],
  [
    `<generate-host-key xmlns="${SERVER}"><name>x</name><algorithm>dsa</algorithm></generate-host-key>`,
    [INVALID],
  ],
  [`<delete-host-key xmlns="${SERVER}"><name>${'x'.repeat(65)}</name></delete-host-key>`, [INVALID]],
  // kill-session
  ['<kill-session/>', [missing('session-id')]],
  ['<kill-session><session-id><x/></session-id></kill-session>', [unknown('x')]],
  // get-schema
  [`<get-schema xmlns="${MONITORING}"/>`, [missing('identifier')]],
  [`<get-schema xmlns="${MONITORING}"><identifier>bogus</identifier></get-schema>`, [INVALID]],
  [
    `<get-schema xmlns="${MONITORING}"><identifier>toy</identifier><version>1999-01-01</version></get-schema>`,
    [INVALID],
  ],
  [
    `<get-schema xmlns="${MONITORING}"><identifier>toy</identifier><format>rng</format></get-schema>`,
    [INVALID],
  ],
  [
    `<get-schema xmlns="${MONITORING}"><identifier>toy</identifier><format>x:yang</format></get-schema>`,
    [INVALID],
  ],
];
