import { readConnection } from '../shared/connections/read-connection.ts';
import { type ConnectionReading, mistake } from '../shared/connections/reading.ts';
import type { Problem } from '../shared/errors.ts';
import { sizeProblem } from './connections.ts';
import type { Context } from './context.ts';
import { readSecret } from './read-input.ts';

/** The options of `taskpod connections add`; all but `--conn-password-stdin` are Airflow's. */
export interface GivenConnection {
  connUri?: string | undefined;
  connJson?: string | undefined;
  connType?: string | undefined;
  connHost?: string | undefined;
  connLogin?: string | undefined;
  connPassword?: string | undefined;
  connPasswordStdin?: true | undefined;
  connPort?: string | undefined;
  connSchema?: string | undefined;
  connExtra?: string | undefined;
  connDescription?: string | undefined;
}

/** The parts that a URI or a JSON object has in it already. */
const parts = [
  ['connType', '--conn-type'],
  ['connHost', '--conn-host'],
  ['connLogin', '--conn-login'],
  ['connPassword', '--conn-password'],
  ['connPasswordStdin', '--conn-password-stdin'],
  ['connPort', '--conn-port'],
  ['connSchema', '--conn-schema'],
] as const;

/** Options as people know the fields of a connection. */
const optionOf: Readonly<Record<string, string>> = {
  conn_type: '--conn-type',
  host: '--conn-host',
  login: '--conn-login',
  password: '--conn-password',
  port: '--conn-port',
  schema: '--conn-schema',
  extra: '--conn-extra',
  description: '--conn-description',
};

/**
 * readGivenConnection makes a connection of the options, by Airflow's rules: a URI, with `--conn-extra` in place of its own; or a JSON
 * object; or the parts, of which the type is needed. A password may come from the standard input.
 */
export async function readGivenConnection(
  id: string,
  given: GivenConnection,
  context: Context,
): Promise<ConnectionReading> {
  const { connUri, connJson } = given;
  const problems = contradictions(given);
  if (problems.length > 0) return { ok: false, problems };
  const description = given.connDescription ?? null;
  if (connUri !== undefined) {
    const reading = readConnection(connUri === '-' ? await readSecret(context) : connUri, id);
    return finish(withExtra(reading, given.connExtra, id), '--conn-uri', description);
  }
  if (connJson !== undefined) {
    const text = connJson === '-' ? await readSecret(context) : connJson;
    const reading = /^\s*\{/.test(text) ? readConnection(text, id) : mistake('is not a JSON object');
    return finish(reading, '--conn-json', description);
  }
  const object = {
    conn_type: given.connType,
    host: given.connHost,
    login: given.connLogin,
    password: given.connPasswordStdin ? await readSecret(context) : given.connPassword,
    port: given.connPort,
    schema: given.connSchema,
    extra: given.connExtra,
  };
  const set = Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
  return finish(readConnection(set, id), undefined, description);
}

function contradictions(given: GivenConnection): Problem[] {
  const { connUri, connJson, connType, connExtra } = given;
  if (connUri !== undefined && connJson !== undefined)
    return [{ path: '--conn-json', message: 'stands beside --conn-uri: keep one of them' }];
  const whole = connUri !== undefined ? '--conn-uri' : connJson !== undefined ? '--conn-json' : undefined;
  if (whole === undefined)
    return connType ? [] : [{ path: '--conn-type', message: 'is required, or --conn-uri, or --conn-json' }];
  const also: string[] = parts.filter(([key]) => given[key] !== undefined).map(([, option]) => option);
  if (connJson !== undefined && connExtra !== undefined) also.push('--conn-extra');
  return also.map(option => ({ path: option, message: `stands beside ${whole}, which says it too` }));
}

function withExtra(reading: ConnectionReading, text: string | undefined, id: string): ConnectionReading {
  if (text === undefined || !reading.ok) return reading;
  const extra = readConnection({ extra: text }, id);
  return extra.ok
    ? { ok: true, connection: { ...reading.connection, extra: extra.connection.extra } }
    : mistake(extra.problems.map(({ message }) => message).join('; '), 'extra');
}

/** Names the option in each problem, and adds the description. */
function finish(
  reading: ConnectionReading,
  whole: string | undefined,
  description: string | null,
): ConnectionReading {
  if (!reading.ok) {
    const problems = reading.problems.map(({ path, message }) => ({
      path:
        whole === undefined || path === 'extra'
          ? (optionOf[path] ?? path)
          : [whole, path].filter(Boolean).join('.'),
      message,
    }));
    return { ok: false, problems };
  }
  if (reading.connection.conn_type === '') return mistake('has no type', whole);
  const connection = { ...reading.connection, description: description ?? reading.connection.description };
  const size = sizeProblem(connection);
  return size === undefined ? { ok: true, connection } : mistake(size);
}
