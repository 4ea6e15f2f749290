import { badElement } from '../../config/errors/rpc-error.js';
import { err } from '../../lib/result.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import { NETCONF_BASE, NOTIFICATION } from '../namespaces.js';
import { parseDateAndTime } from '../../lib/date-and-time.js';
import { NETCONF_STREAM } from '../notify/event-stream.js';
import { FILTER_ATTRIBUTES, readFilter } from './filter-parameter.js';
import { okReply, type Operation } from './operation.js';
import { ParameterReader } from './parameter-reader.js';

const PARAMETERS = ['stream', 'filter', 'startTime', 'stopTime'];

/** `<create-subscription>`: asks for the notifications of a stream (RFC 5277 §2.1.1). */
export const createSubscription: Operation = {
  namespace: NOTIFICATION,
  name: 'create-subscription',
  async run(element, context) {
    const own = withOwnFilter(element);
    const parameters = new ParameterReader(own, PARAMETERS, context, FILTER_ATTRIBUTES);
    const stream = parameters.leaf('stream') ?? NETCONF_STREAM;
    const filter = readFilter(parameters);
    const startMs = readTime(parameters, 'startTime');
    const stopMs = readTime(parameters, 'stopTime');
    if (parameters.errors.length > 0) return err(parameters.errors);
    const request = {
      ...(filter === undefined ? {} : { filter }),
      ...(startMs === undefined ? {} : { startMs }),
      ...(stopMs === undefined ? {} : { stopMs }),
    };
    return okReply(await context.createSubscription(stream, request));
  },
};

/** Some clients put `<filter>` into the base namespace, where that of `<get>` is. */
function withOwnFilter(element: XmlElement): XmlElement {
  const children = element.children.map((child) =>
    child.local === 'filter' && child.namespace === NETCONF_BASE
      ? { ...child, namespace: NOTIFICATION }
      : child,
  );
  return { ...element, children };
}

function readTime(parameters: ParameterReader, name: string): number | undefined {
  const text = parameters.leaf(name);
  if (text === undefined) return undefined;
  const timeMs = parseDateAndTime(text);
  if (timeMs === undefined) {
    const message = `<${name}> must be a date and time like 2026-01-31T23:59:59Z; it is "${text}".`;
    parameters.errors.push(badElement(name, message));
  }
  return timeMs;
}
