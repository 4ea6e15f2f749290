import { unknownElement } from '../../config/errors/rpc-error.js';
import { err } from '../../lib/result.js';
import { NETCONF_BASE } from '../namespaces.js';
import { readDatastore, WRITABLE } from './datastore-parameter.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

const PARAMETERS = ['target', 'default-operation', 'test-option', 'error-option', 'config'];

/** `<edit-config>`: changes the candidate (RFC 6241 §7.2, §8.5, §8.6). */
export const editConfig: Operation = {
  namespace: NETCONF_BASE,
  name: 'edit-config',
  payloads: [['config']],
  async run(element, context) {
    const url = element.children.find(
      ({ local, namespace }) => local === 'url' && namespace === NETCONF_BASE,
    );
    if (url !== undefined) return err([unknownElement('url', WRITABLE.refused['url'])]);
    const parameters = new ParameterReader(element, PARAMETERS, context);
    const target = readDatastore(parameters, 'target', WRITABLE, context);
    const defaultOperation = parameters.choice('default-operation', ['merge', 'replace', 'none'], 'merge');
    // The default of RFC 6241 §7.2 is test-then-set; RFC 7950 §8.3.3 delays constraints of the candidate
    // to validate and commit, which is what clients count on who build it up in several steps.
    const testOption = parameters.choice('test-option', ['test-then-set', 'set', 'test-only'], 'deferred');
    const errorOption = parameters.choice(
      'error-option',
      ['stop-on-error', 'continue-on-error', 'rollback-on-error'],
      'stop-on-error',
    );
    const xml = parameters.required('config')?.payload ?? '';
    if (target === undefined || parameters.errors.length > 0) return err(parameters.errors);
    const edit = { xml, defaultOperation, testOption, errorOption };
    return okReply(await context.config.editConfig(target, edit, context.requester));
  },
};
