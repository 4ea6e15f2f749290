import type {
  ConfigService,
  DatastoreName,
  MonitoredSession,
  SchemaFormat,
  SchemaIdentity,
  SessionMonitor,
} from '../config-service.js';
import type { StateProvider } from './state-provider.js';
import { dateAndTime, element, leaf } from './xml-text.js';

const NETCONF_MONITORING = 'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring';
const DATASTORES: readonly DatastoreName[] = ['running', 'candidate', 'startup'];

const FORMATS: readonly SchemaFormat[] = ['yang', 'yin'];

/** What ietf-netconf-monitoring tells of. */
export interface NetconfStateSource {
  /** Undefined as long as no NETCONF server runs. */
  monitor(): SessionMonitor | undefined;
  locks(): ReturnType<ConfigService['locks']>;
  schemas(): readonly SchemaIdentity[];
}

/** ietf-netconf-monitoring: capabilities, datastores and locks, schemas, sessions, counters (RFC 6022). */
export function netconfState(source: NetconfStateSource): StateProvider {
  return {
    module: 'ietf-netconf-monitoring',
    namespace: NETCONF_MONITORING,
    root: 'netconf-state',
    async xml() {
      const monitor = source.monitor();
      return element(
        'netconf-state',
        [
          element('capabilities', monitor?.capabilities().map((uri) => leaf('capability', uri)) ?? []),
          element(
            'datastores',
            DATASTORES.map((name) => datastore(name, source.locks())),
          ),
          element(
            'schemas',
            source.schemas().flatMap((schema) => FORMATS.map((format) => schemaEntry(schema, format))),
          ),
          element('sessions', monitor?.sessions().map((session) => sessionEntry(session)) ?? []),
          monitor === undefined ? '' : statistics(monitor),
        ],
        NETCONF_MONITORING,
      );
    },
  };
}

function datastore(name: DatastoreName, locks: ReturnType<ConfigService['locks']>): string {
  const held = locks.find((lock) => lock.datastore === name);
  const lock =
    held === undefined
      ? ''
      : element('locks', [
          element('global-lock', [
            leaf('locked-by-session', held.sessionId),
            leaf('locked-time', dateAndTime(held.since.getTime())),
          ]),
        ]);
  return element('datastore', [leaf('name', name), lock]);
}

function schemaEntry(schema: SchemaIdentity, format: SchemaFormat): string {
  return element('schema', [
    leaf('identifier', schema.name),
    leaf('version', schema.revision),
    leaf('format', format),
    leaf('namespace', schema.namespace),
    leaf('location', 'NETCONF'),
  ]);
}

function sessionEntry(session: MonitoredSession): string {
  return element('session', [
    leaf('session-id', session.sessionId),
    leaf('transport', 'netconf-ssh'),
    leaf('username', session.user),
    leaf('source-host', session.sourceHost),
    leaf('login-time', dateAndTime(session.loginTime.getTime())),
    leaf('in-rpcs', session.inRpcs),
    leaf('in-bad-rpcs', session.inBadRpcs),
    leaf('out-rpc-errors', session.outRpcErrors),
    leaf('out-notifications', session.outNotifications),
  ]);
}

function statistics(monitor: SessionMonitor): string {
  const counted = monitor.statistics();
  return element('statistics', [
    leaf('netconf-start-time', dateAndTime(counted.startTime.getTime())),
    leaf('in-bad-hellos', counted.inBadHellos),
    leaf('in-sessions', counted.inSessions),
    leaf('dropped-sessions', counted.droppedSessions),
    leaf('in-rpcs', counted.inRpcs),
    leaf('in-bad-rpcs', counted.inBadRpcs),
    leaf('out-rpc-errors', counted.outRpcErrors),
    leaf('out-notifications', counted.outNotifications),
  ]);
}
