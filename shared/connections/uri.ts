import type { Connection } from '../connection.ts';
import { readExtra, readExtraValue } from './extra.ts';
import { type ConnectionReading, mistake } from './reading.ts';

/** The query key under which a URI carries all of `extra` as JSON. */
export const extraKey = '__extra__';

/**
 * readConnectionUri takes a connection in Airflow's URI form apart: `type://login:password@host:port/schema?key=value`, every
 * part percent-encoded, `type://protocol://host` for a host with a protocol. A `-` in the type stands for `_`. As in Airflow 3 the
 * host is lower-cased, absent host and schema are empty texts, an empty password is none, and a query value that is JSON is read as JSON. What Airflow reads as
 * something else without a word (a `#` in a password, an underscore in the type) is a problem here. Problems never repeat the URI,
 * which holds a password. https://airflow.apache.org/docs/apache-airflow/stable/howto/connection.html#uri-format
 */
export function readConnectionUri(uri: string): ConnectionReading {
  const start = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?\/\/(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?/.exec(uri);
  if (start === null) {
    const underscore = /^[A-Za-z][\w+.-]*:\/\//.test(uri);
    return mistake(
      underscore
        ? 'has a _ in its type, which a URI cannot have: write - instead'
        : 'is not a connection URI: write type://login:password@host:port/schema, each part percent-encoded',
    );
  }
  const [begin, scheme = '', protocol] = start;
  const rest = uri.slice(begin.length);
  const { address, path, query, fault } = split(rest);
  if (fault !== undefined) return mistake(fault);
  const { login, password, host, port } = readAddress(address);
  if (port === undefined) return mistake('has a port that is not a whole number from 0 to 65535');
  const extra = readQuery(query);
  if (typeof extra === 'string') return mistake(extra);
  const connection: Connection = {
    conn_type: normalType(scheme.toLowerCase()),
    description: null,
    host: protocol === undefined || host === '' ? host : `${protocol.toLowerCase()}://${host}`,
    login,
    password,
    schema: unquote(path.slice(1)),
    port,
    extra,
  };
  return { ok: true, connection };
}

/** normalType is the type under which Airflow files a connection: `google-cloud-platform` is `google_cloud_platform`. */
export function normalType(type: string): string {
  return type === 'postgresql' ? 'postgres' : type.replaceAll('-', '_');
}

/** The parts behind the type; a `fault` where one of them is not encoded as it must be. */
function split(rest: string): { address: string; path: string; query: string; fault?: string } {
  const at = rest.indexOf('?');
  const place = at < 0 ? rest : rest.slice(0, at);
  const query = at < 0 ? '' : rest.slice(at + 1);
  const slash = place.indexOf('/');
  const address = slash < 0 ? place : place.slice(0, slash);
  const parts = { address, path: slash < 0 ? '' : place.slice(slash), query };
  if (rest.includes('#')) return { ...parts, fault: 'holds a #: write it as %23' };
  if (/[\s\p{Cc}]/u.test(rest)) return { ...parts, fault: 'holds a blank: write it as %20' };
  if (place.includes('://'))
    return { ...parts, fault: 'holds :// where none can be: percent-encode the parts' };
  return parts;
}

interface Address {
  login: string | null;
  password: string | null;
  host: string;
  /** Undefined when it is not a port. */
  port: number | null | undefined;
}

function readAddress(address: string): Address {
  const at = address.lastIndexOf('@');
  const user = at < 0 ? undefined : address.slice(0, at);
  const place = address.slice(at + 1);
  const colon = user?.indexOf(':') ?? -1;
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/s.exec(place) ?? [];
  return {
    login: user === undefined ? null : unquote(colon < 0 ? user : user.slice(0, colon)),
    password: user === undefined || colon < 0 ? null : unquote(user.slice(colon + 1)) || null,
    host: readHost(bracketed ?? plain),
    port: readPort(port),
  };
}

/** Airflow's own rule: a host is lower-cased as far as it is not encoded, but not a path (`%2Ftmp%2FMy`). */
function readHost(quoted: string): string {
  const exact = unquote(quoted);
  if (exact.includes('/')) return exact;
  const percent = quoted.indexOf('%');
  if (percent < 0) return quoted.toLowerCase();
  return unquote(quoted.slice(0, percent).toLowerCase() + quoted.slice(percent));
}

function readPort(text: string | undefined): number | null | undefined {
  if (text === undefined || text === '') return null;
  const port = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : undefined;
}

/** The extra of a query, or what is wrong with it. */
function readQuery(query: string): Connection['extra'] | string {
  const values = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const [key, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    values.set(unquote(key.replaceAll('+', ' ')), unquote(value.replaceAll('+', ' ')));
  }
  const whole = values.get(extraKey);
  if (whole === undefined)
    return Object.fromEntries([...values].map(([key, value]) => [key, readExtraValue(value)]));
  const reading = readExtra(whole);
  return reading.ok ? reading.extra : `has an ${extraKey} that ${reading.message}`;
}

/** Percent-encoding as Python's unquote reads it: what is malformed stays as it is. */
function unquote(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, bytes =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
