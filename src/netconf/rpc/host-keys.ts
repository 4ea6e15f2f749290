import { HOST_KEY_ALGORITHMS } from '../../config/host-keys/host-key-store.js';
import { invalidValue } from '../../config/errors/rpc-error.js';
import { err, ok } from '../../lib/result.js';
import { escapeXmlText } from '../../lib/xml/escape-xml.js';
import { BFD_AGENT_SERVER } from '../namespaces.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/u;

/** `<generate-host-key>`: makes a host key, and answers with its public part (bfd-agent-server). */
export const generateHostKey: Operation = {
  namespace: BFD_AGENT_SERVER,
  name: 'generate-host-key',
  async run(element, context) {
    const parameters = new ParameterReader(element, ['name', 'algorithm'], context);
    const name = readName(parameters);
    const algorithm = parameters.choice('algorithm', HOST_KEY_ALGORITHMS, 'ed25519');
    if (name === undefined || parameters.errors.length > 0) return err(parameters.errors);
    const made = await context.config.generateHostKey(name, algorithm);
    if (!made.ok) return made;
    const { publicKey, fingerprint } = made.value;
    const told = { algorithm, 'public-key': publicKey, fingerprint };
    const leaves = Object.entries(told).map(
      ([leaf, value]) => `<${leaf} xmlns="${BFD_AGENT_SERVER}">${escapeXmlText(value)}</${leaf}>`,
    );
    return ok({ type: 'output', xml: leaves.join('') });
  },
};

/** `<delete-host-key>`: deletes one that is not in use (bfd-agent-server). */
export const deleteHostKey: Operation = {
  namespace: BFD_AGENT_SERVER,
  name: 'delete-host-key',
  async run(element, context) {
    const parameters = new ParameterReader(element, ['name'], context);
    const name = readName(parameters);
    if (name === undefined || parameters.errors.length > 0) return err(parameters.errors);
    return okReply(await context.config.deleteHostKey(name));
  },
};

function readName(parameters: ParameterReader): string | undefined {
  if (parameters.required('name') === undefined) return undefined;
  const name = parameters.leaf('name') ?? '';
  if (NAME.test(name)) return name;
  const message = `<name> must be 1 to 64 letters, digits and hyphens, no hyphen first; it is "${name.slice(0, 100)}".`;
  parameters.errors.push(invalidValue(message));
  return undefined;
}
